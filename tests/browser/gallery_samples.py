"""Sample values for the component gallery: little, much, nothing, errors; in the reader's language by ``words``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import gallery_figures as figures
from django import forms
from gallery_figures import STREETS, Say

from weijian.foundation.ui import components as c

NOW = datetime(2018, 1, 15, 1, 30, tzinfo=UTC)


class SampleForm(forms.Form):
    """A form with every kind of field."""

    def __init__(self, en: bool, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        labels = dict(zip(self.fields, LABELS_EN if en else LABELS_ZH, strict=True))
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["id_number"].help_text = "Fills in birth date and sex." if en else "填写后自动带出出生日期和性别。"
        self.fields["note"].widget.attrs["data-keep"] = ""

    id_number = forms.CharField(max_length=18)
    birth_on = forms.DateField()
    sex = forms.ChoiceField(choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    weight = forms.DecimalField(max_value=300, required=False)
    place = forms.ChoiceField(choices=[("", "——"), *[(s[1], s[0]) for s in STREETS]])
    services = forms.MultipleChoiceField(
        choices=[("a", "老年人"), ("b", "高血压"), ("c", "2型糖尿病")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField()


LABELS_ZH = ("证件号码", "出生日期", "性别", "体重", "居住街道", "重点人群", "备注", "本人已核对证件原件")
LABELS_EN = (
    "Document number",
    "Birth date",
    "Sex",
    "Weight",
    "Street of residence",
    "Key groups",
    "Remarks",
    "I have seen the original document",
)


def make(en: bool, params: dict[str, list[str]], *, much: bool = True, personal: bool = False) -> SimpleNamespace:
    """All samples in one language; ``much`` fills tables and lists, else one row each."""

    def w(zh: str, english: str) -> str:
        return english if en else zh

    return SimpleNamespace(
        title=w("番禺区 2017 年卫生健康总览", "Panyu District health overview, 2017"),
        lead=w("先看偏离计划的指标，再看本周到期的事项。", "Off-plan indicators first, then what is due this week."),
        meta=(w("统计期 2017 年", "Period 2017"), w("按业务发生日统计", "By date of service")),
        tabs=(
            c.Tab(w("总览", "Overview"), "#", True),
            c.Tab(w("计划", "Plan"), "#", count=9),
            c.Tab(w("机构", "Institutions"), "#"),
        ),
        cards=_cards(w),
        obligations=_obligations(w)[: 6 if much else 1],
        nothing=(),
        charts=figures.charts(w),
        map=figures.map(w, en),
        tables=figures.tables(w, params, much),
        jobs=_jobs(w),
        receipt=_receipt(w),
        steps=_steps(w),
        timeline=_timeline(w),
        lights=_lights(w),
        rule=w("小于 5 人不公布", "Counts of persons below 5 are withheld"),
        reason=w("没有收到登记数据", "No register data received"),
        notices=(
            ("success", w("已保存。", "Saved.")),
            ("warning", w("3 个机构还没有报 12 月数据。", "3 institutions have not sent December.")),
            (
                "error",
                w(
                    "第 12 行的就诊日期晚于今天，请改后再传。",
                    "Row 12: the visit date lies in the future. Please correct and send again.",
                ),
            ),
        ),
        form=SampleForm(en, {"id_number": "44010619900230121", "birth_on": "2017-02-30", "weight": "400"}),
        unit_kg="kg" if en else "千克",
        personal=personal,
        confirm_title=w("作废这条登记", "Void this entry"),
        confirm_text=w(
            "作废后不再计入统计，不能撤销；历史记录保留。",
            "It no longer counts and this cannot be undone; its history stays.",
        ),
        confirm_verb=w("作废", "Void"),
        confirm_reason=w("作废的原因", "Reason"),
    )


def shell(en: bool, demo: bool = True) -> c.Shell:
    """The frame of a statistician."""

    def w(zh: str, english: str) -> str:
        return english if en else zh

    return c.Shell(
        district=w("广州市番禺区", "Panyu, Guangzhou"),
        user_name=w("陈统计", "Chen Tongji"),
        role=w("统计人员", "Statistician"),
        organisation=w("番禺区卫生健康局", "Panyu Health Bureau"),
        demo=demo,
        version="0.1.0",
        inbox_url="#inbox",
        inbox_count=12,
        inbox_overdue=3,
        search_url="/search",
        logout_url="/logout",
        help_url="#help",
        snapshot=c.SnapshotBadge(w("快照 42 · 2018-01-15", "Snapshot 42 · 2018-01-15"), "#snapshot"),
        account_links=(
            c.NavItem(w("两步验证", "Two-step sign-in"), "#2fa", icon="shield-lock"),
            c.NavItem(w("修改密码", "Change password"), "#pw", icon="key"),
        ),
        navigation=(
            c.NavGroup(
                "",
                (
                    c.NavItem(w("首页", "Home"), "#", icon="home", active=True),
                    c.NavItem(w("待办", "Inbox"), "#", icon="inbox", count=12, urgent=True),
                ),
            ),
            c.NavGroup(
                w("数字", "Figures"),
                (
                    c.NavItem(w("指标", "Indicators"), "#", icon="chart-line"),
                    c.NavItem(w("计划与目标", "Plan and targets"), "#", icon="target"),
                    c.NavItem(w("年度报告", "Annual report"), "#", icon="file-text"),
                ),
            ),
            c.NavGroup(
                w("数据", "Data"),
                (
                    c.NavItem(w("数据集报送", "Dataset submissions"), "#", icon="upload"),
                    c.NavItem(w("数据质量", "Data quality"), "#", icon="checklist", count=4),
                    c.NavItem(w("临时报表", "Ad-hoc tables"), "#", icon="table"),
                    c.NavItem(w("快照与锁定", "Snapshots and locks"), "#", icon="camera"),
                ),
            ),
            c.NavGroup(
                w("登记", "Registers"),
                (
                    c.NavItem(w("机构", "Institutions"), "#", icon="building-hospital"),
                    c.NavItem(w("人口", "Population"), "#", icon="users"),
                ),
            ),
        ),
    )


def _cards(say: Say) -> tuple[c.StatCard, ...]:
    last = say("同比", "vs last year")
    return (
        c.StatCard(
            say("门诊人次", "Outpatient visits"),
            c.Figure.count(12_975_013, "人次", "visits", "#t1"),
            say("各级医疗机构的门急诊就诊", "Outpatient and emergency visits, all institutions"),
            c.Change(Decimal("3.20"), basis=last, better="neither"),
            trend=(98, 101, 97, 103, 106, 104, 109, 111, 108, 113, 112, 118),
        ),
        c.StatCard(
            say("家庭医生签约率", "Family-doctor contract coverage"),
            c.Figure.rate(Decimal("33.4251"), 515_987, 1_543_700, trace_url="#t2"),
            say("建档口径常住人口中已签约的人", "Residents (record basis) with a contract"),
            c.Change(Decimal("1.84"), "个百分点", "up", last),
            c.Light("warn", rule=say("低于目标 35% 不足 2 个百分点", "Less than 2 points below the target of 35%")),
            c.Figure.rate(Decimal(35)),
        ),
        c.StatCard(
            say("药占比", "Drug share of revenue"),
            c.Figure.rate(Decimal("29.917"), 299_170, 1_000_000, trace_url="#t3"),
            say("公立医院药品收入 ÷ 医疗收入", "Public hospitals: drug ÷ medical revenue"),
            c.Change(Decimal("-10.77"), "%", "down", last),
            c.Light("good", rule=say("不高于 30%", "Not above 30%")),
            c.Figure.rate(Decimal(30)),
        ),
        c.StatCard(
            say("婴儿死亡率", "Infant mortality"),
            c.Figure.rate(Decimal("2.874"), 63, 21_920, per=1000, trace_url="#t4"),
            say("每千活产，按死亡登记", "Per 1,000 live births, by registration of death"),
            c.Change(Decimal("0.31"), "‰", "down", last),
            c.Light("bad", rule=say("高于控制线 2.5‰", "Above the limit of 2.5‰")),
        ),
        c.StatCard(
            say("孕产妇死亡率", "Maternal mortality"),
            c.Figure(0, c.Figure.rate(0, per=100_000).style, 0, 21_920, trace_url="#t5"),
            say("每十万活产", "Per 100,000 live births"),
            c.Change(Decimal(0), basis=last),
            c.Light("good"),
        ),
        c.StatCard(
            say("次均门诊费用", "Average cost per outpatient visit"),
            c.Figure.money(21_052, "#t6"),
            say("不含体检", "Without check-ups"),
            c.Change(Decimal("4.4"), "%", "down", last),
            c.Light("bad", rule=say("增幅高于 4%", "Grew by more than 4%")),
        ),
        c.StatCard(
            say("梅毒新发病例", "New syphilis cases"),
            c.Figure.withheld(say("小于 5 人不公布", "Counts of persons below 5 are withheld")),
            say("小谷围街", "Xiaoguwei Street"),
        ),
        c.StatCard(
            say("严重精神障碍管理率", "Severe mental illness under management"),
            c.Figure(None, reason=say("没有收到 2017 年登记数据", "No register data received for 2017")),
            say("在册患者中规范管理的人", "Registered patients managed to standard"),
            light=c.Light("none"),
        ),
    )


def _obligations(say: Say) -> tuple[c.ObligationRow, ...]:
    return (
        c.ObligationRow(
            say("审核 12 月门诊数据集", "Review the December outpatient dataset"),
            "#",
            say("数据报送", "Submission"),
            say("市桥街社区卫生服务中心", "Shiqiao Health Centre"),
            say("统计科", "Statistics"),
            due_at=NOW - timedelta(days=3),
            action_label=say("审核", "Review"),
            action_url="#",
        ),
        c.ObligationRow(
            say("核对出生人口数不一致", "Resolve differing birth counts"),
            "#",
            say("数据质量", "Data quality"),
            say("番禺区妇幼保健院", "Panyu Maternity Hospital"),
            due_at=NOW + timedelta(hours=5),
            action_label=say("核对", "Resolve"),
            action_url="#",
        ),
        c.ObligationRow(
            say("填写第四季度督办进展：基层首诊", "Report Q4 progress: primary care first"),
            "#",
            say("督办", "Task"),
            say("2018 年计划第 3 项", "Plan 2018, item 3"),
            say("医政科", "Medical affairs"),
            due_at=NOW + timedelta(days=6),
        ),
        c.ObligationRow(
            say("会签年度报告第二章", "Co-sign chapter 2 of the annual report"), "#", say("报告", "Report"), due_at=None
        ),
        c.ObligationRow(
            say("审批床位变更", "Approve change of beds"),
            "#",
            say("办件", "Matter"),
            due_at=NOW - timedelta(days=9),
            closed_at=NOW - timedelta(days=10),
        ),
    )


def _jobs(say: Say) -> tuple[c.JobProgress, ...]:
    return (
        c.JobProgress(
            say("接收门诊就诊数据", "Receiving outpatient visits"),
            "running",
            "/job",
            8_412_000,
            12_975_013,
            say("行", "rows"),
            say("第 2 步，共 4 步：核对与关联", "Step 2 of 4: checking and linking"),
            74,
            NOW,
            cancel_url="#",
        ),
        c.JobProgress(
            say("发布快照", "Publishing the snapshot"),
            "succeeded",
            "",
            40,
            40,
            say("个分区", "partitions"),
            started_at=NOW,
            result_url="#",
            result_label=say("查看快照", "Open the snapshot"),
        ),
        c.JobProgress(
            say("生成年度报告", "Writing the annual report"),
            "failed",
            "",
            3,
            9,
            say("章", "sections"),
            error=say(
                "第四章引用的指标还没有计算。请先发布快照，再重新生成。",
                "Section 4 refers to an indicator that is not computed. Publish a snapshot, then write again.",
            ),
            result_url="#",
            result_label=say("重新生成", "Write again"),
        ),
        c.JobProgress(say("导出机构明细", "Exporting institution details"), "waiting", "/job2"),
    )


def _receipt(say: Say) -> c.ReceiptSummary:
    return c.ReceiptSummary(
        say("门诊就诊数据集 2017 年 12 月", "Outpatient visits, December 2017"),
        "R-2018-000318",
        NOW,
        84_512,
        84_120,
        318,
        301,
        44,
        47,
        (
            c.ReceiptReason(
                say("就诊日期晚于今天", "Visit date in the future"),
                31,
                say("改为实际就诊日期", "Enter the actual date"),
                url="#",
            ),
            c.ReceiptReason(
                say("机构代码不存在", "Unknown institution code"),
                16,
                say("按机构代码表改正", "Correct by the code list"),
                url="#",
            ),
            c.ReceiptReason(
                say("证件号校验码不符", "ID check digit does not fit"),
                318,
                say("核对证件；已入库但未关联到个人", "Compare with the document; accepted, not linked to a person"),
                warning=True,
            ),
        ),
        say("市桥街社区卫生服务中心 填报人 李**", "Shiqiao Health Centre, clerk Li**"),
        "visits_201712.csv",
        "#",
        "#",
    )


def _steps(say: Say) -> tuple[c.Step, ...]:
    return (
        c.Step(say("填报", "Entered"), "done", say("李** 01-08", "Li** 01-08")),
        c.Step(say("审核", "Reviewed"), "done", say("王** 01-09", "Wang** 01-09")),
        c.Step(say("负责人签发", "Signed off"), "now", say("期限 01-15", "Due 01-15")),
        c.Step(say("计入统计", "Counted")),
    )


def _timeline(say: Say) -> tuple[c.TimelineEntry, ...]:
    return (
        c.TimelineEntry(
            NOW,
            say("更正", "Corrected"),
            say("王**（审核人）", "Wang** (reviewer)"),
            say("依据更正的报送 R-2018-000318", "From corrected submission R-2018-000318"),
            (
                c.FieldChange(say("药品费", "Drug fee"), "120.00", "102.00"),
                c.FieldChange(say("诊断", "Diagnosis"), "", "I10"),
            ),
        ),
        c.TimelineEntry(
            NOW - timedelta(days=2),
            say("退回", "Returned"),
            say("统计科", "Statistics"),
            say("缺少 3 列", "3 columns missing"),
            tone="bad",
        ),
        c.TimelineEntry(NOW - timedelta(days=5), say("接收入库", "Accepted"), tone="good"),
    )


def _lights(say: Say) -> tuple[c.Light, ...]:
    return (
        c.Light("good", rule=say("实际值不低于目标", "At or above target")),
        c.Light("warn", rule=say("低于目标不足 2 个百分点", "Less than 2 points below target")),
        c.Light("bad", rule=say("低于目标 2 个百分点以上", "2 points or more below target")),
        c.Light("none", rule=say("没有数据", "No data")),
    )
