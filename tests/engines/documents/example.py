"""An annual report in small, with every kind of block and figure, and the lookup that answers for it."""

from __future__ import annotations

import datetime
from decimal import Decimal

from weijian.definitions.documents import (
    Align,
    BulletList,
    Chart,
    ChartKind,
    Column,
    Document,
    FigureRef,
    FigureScope,
    Gap,
    Inlines,
    Note,
    PageBreak,
    Paragraph,
    Section,
    Series,
    Table,
    Text,
)
from weijian.engines.documents.figures import Change, FigureKey, FigureState, FigureValue, trace_code
from weijian.engines.documents.text import parse_body, parse_text

#: measure → (name, value, unit, numerator, denominator)
FIGURES: dict[str, tuple[str, str, str, str | None, str | None]] = {
    "visits.total": ("总诊疗人次", "12974832", "人次", None, None),
    "discharges.total": ("出院人次", "200013", "人次", None, None),
    "records.coverage": ("居民健康档案建档率", "0.82272", "1", "1270033", "1543700"),
    "smi.detection": ("严重精神障碍检出率", "0.00618", "1", "9533", "1543700"),
    "disputes.total": ("医疗纠纷", "58", "宗", None, None),
    "approvals.total": ("行政审批办件", "4899", "宗", None, None),
    "births.registered": ("户籍出生", "21874", "人", None, None),
    "maternal.zero_years": ("户籍孕产妇连续零死亡年数", "4", "年", None, None),
    "contracts.coverage": ("全人群签约率", "0.33454", "1", "518430", "1549700"),
}
MONTHS = tuple(f"{month}月" for month in range(1, 13))


def lookup(key: FigureKey, *, snapshot: str = "S20180103-1", plus: Decimal = Decimal(0)) -> FigureValue:
    """Answers as the measure engine would: computed, gap or suppressed."""
    definition = "f" * 64
    code = trace_code(key, definition, snapshot)
    if key.measure == "hiv.street":
        return FigureValue(
            FigureState.SUPPRESSED, snapshot=snapshot, trace_code=code, reason="人数少于5", name="新报告感染者"
        )
    if key.measure not in FIGURES:
        return FigureValue(FigureState.GAP, reason="没有登记记录")
    name, value, unit, numerator, denominator = FIGURES[key.measure]
    number = Decimal(value) + plus
    if key.change is Change.YEAR_RATE:
        number, unit = Decimal("-0.10769"), "1"
    elif "-" in key.scope.period and unit != "1":
        month = int(key.scope.period[-2:])
        number = (
            number / 12 * (1 + Decimal(month % 5 - 2) / 20) * (1 if key.scope.period > "2017" else Decimal("0.93"))
        ).quantize(Decimal(1))
    return FigureValue(
        FigureState.COMPUTED,
        number,
        Decimal(numerator) if numerator else None,
        Decimal(denominator) if denominator else None,
        unit,
        snapshot,
        definition,
        code,
        "",
        name,
        "常住人口，年末" if denominator else "",
    )


def _figure(measure: str, style: str = "", **scope: str) -> Inlines:
    return (FigureRef(measure, FigureScope(**scope), style),)


def _monthly(year: int) -> tuple[FigureRef | Gap, ...]:
    return tuple(FigureRef("visits.total", FigureScope(f"{year}-{month:02d}"), "0.0万人次") for month in range(1, 13))


TABLE = Table(
    "streets",
    "各镇街健康服务情况",
    (
        Column("镇（街）"),
        Column("总诊疗", Align.RIGHT, "万人次"),
        Column("建档率", Align.RIGHT, "%"),
        Column("新报告感染者", Align.RIGHT, "人"),
    ),
    tuple(
        (
            (Text(name),),
            _figure("visits.total", "0.0万人次", area=code, period=f"2017-{row % 12 + 1:02d}"),
            _figure("records.coverage", "%", area=code),
            _figure("hiv.street", "人", area=code),
        )
        for row, (name, code) in enumerate(
            [("市桥街道", "440113007"), ("石楼镇", "440113105"), ("大石街道", "440113020"), ("洛浦街道", "440113012")]
            * 8
        )
    ),
    source_note="区卫生健康信息平台",
    suppression_note="* 表示人数少于5，按小数抑制规则不予列出。",
)
BARS = Chart(
    "visits",
    ChartKind.BAR,
    "总诊疗人次比上年高多少",
    "万人次",
    MONTHS,
    (Series("2016年", _monthly(2016), muted=True), Series("2017年", _monthly(2017))),
    source_note="区卫生健康信息平台",
)
LINES = Chart(
    "coverage",
    ChartKind.LINE,
    "签约率是否达到目标",
    "%",
    ("市桥", "石楼", "大石", "洛浦", "南村"),
    (
        Series(
            "签约率",
            (
                *(FigureRef("contracts.coverage", FigureScope(area=f"44011300{n}"), "%") for n in range(4)),
                Gap("contracts-nancun", "南村镇未报"),
            ),
        ),
    ),
    target=FigureRef("records.coverage", style="%"),
)
OPENING = (
    "过去一年，我局深入贯彻落实党的十九大精神，圆满完成年度各项工作任务。全年总诊疗{{visits.total|0.0万人次}}，出院{{discharges.total|万人次}}。"
    "户籍孕产妇{{maternal.zero_years|连续0年}}零死亡。医疗纠纷{{disputes.total|宗}}，{{disputes.total|同比0.00%}}。"
)
SERVICES = (
    "居民健康档案建档率{{records.coverage|%}}，严重精神障碍检出率{{smi.detection|0.00‰}}，户籍出生{{births.registered|0.00万人}}。\n"
    "**行政审批**办结{{approvals.total|宗}}，整改率{{gap:py17-rectification|整改台账尚未启用}}，培训{{training.persons|人}}。\n"
    "- 家庭医生签约率{{contracts.coverage|%}}；\n- “120”急救网络与1+N平台运行平稳。\n"
    "{{table:streets}}\n{{chart:visits}}\n{{chart:coverage}}\n> 检出率的分母为建档人口。"
)


def annual_report() -> Document:
    """The report, unresolved."""
    return Document(
        "annual-2017",
        "番禺区卫生和计划生育局2017年工作总结和2018年工作计划",
        "番禺区卫生和计划生育局",
        (
            Section("work", 1, "2017年主要工作", "办公室"),
            Section("reform", 2, "不断深化体制改革，落实医改政策要求", "医改科", parse_body("在中心城区试点。" * 30)),
            Section(
                "services",
                2,
                "全面提升公共卫生服务水平",
                "公卫科",
                parse_body(SERVICES, {"streets": TABLE, "visits": BARS, "coverage": LINES}),
            ),
            Section("detail", 3, "妇幼健康", "妇幼科", (Paragraph(parse_text("继续保持。")),)),
            Section("smaller", 4, "托育", "妇幼科", (BulletList((parse_text("甲"), parse_text("乙"))),)),
            Section("problems", 1, "存在问题", "办公室", (Paragraph((Text("区属医院大而不强。"),)), PageBreak())),
            Section("plan", 1, "2018年工作计划", "规划科", (Note((Text("计划另文下达。"),)),)),
        ),
        number="番卫计〔2018〕3号",
        date=datetime.date(2018, 4, 3),
        recipients=("各镇（街）人民政府（办事处）", "区府直属各单位"),
        opening=(Paragraph(parse_text(OPENING)),),
        scope=FigureScope(period="2017", area="440113"),
    )
