"""Sample charts, map and tables of the component gallery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django import forms

from weijian.foundation.ui import components as c
from weijian.kernel.quantities import NumberStyle

Say = Callable[[str, str], str]
STREETS = (
    ("石碁镇", "Shiqi Town", 4, 2, 71.2),
    ("市桥街", "Shiqiao", 2, 2, 88.1),
    ("沙头街", "Shatou", 1, 2, 63.0),
    ("东环街", "Donghuan", 2, 1, 79.4),
    ("桥南街", "Qiaonan", 2, 3, 92.5),
    ("小谷围街", "Xiaoguwei", 3, 0, 41.6),
    ("大石街", "Dashi", 1, 0, 57.9),
    ("洛浦街", "Luopu", 0, 0, 84.4),
    ("石壁街", "Shibi", 0, 2, 66.6),
    ("钟村街", "Zhongcun", 0, 1, 70.0),
    ("大龙街", "Dalong", 3, 2, 75.8),
    ("南村镇", "Nancun Town", 2, 0, 90.1),
    ("新造镇", "Xinzao Town", 3, 1, 0.0),
    ("化龙镇", "Hualong Town", 4, 1, 77.3),
    ("石楼镇", "Shilou Town", 4, 3, 83.0),
    ("沙湾镇", "Shawan Town", 1, 3, 68.8),
)
MONTHS = tuple(f"2017-{m:02d}" for m in range(1, 13))


class FilterForm(forms.Form):
    """Filters above a table."""

    name = forms.CharField(required=False)
    kind = forms.ChoiceField(required=False)

    def __init__(self, say: Say, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.fields["name"].label = say("名称", "Name")
        self.fields["kind"].label = say("机构类别", "Kind")
        self.fields["kind"].choices = [("", say("全部", "All")), ("h", say("医院", "Hospital"))]  # type: ignore[attr-defined]


def charts(say: Say) -> tuple[c.Chart, ...]:
    visits = (98.1, 84.2, 108.3, 105.7, 110.9, 109.2, 112.0, 113.4, 110.8, 111.9, 115.3, None)
    caption = c.Caption(
        say("常住人口（年平均）", "Resident population, annual average"),
        say("就诊日期", "Date of visit"),
        say("快照 42", "Snapshot 42"),
        "#",
        note=say("12 月尚未锁定", "December is not locked yet"),
    )
    ages = ("0–14", "15–29", "30–44", "45–59", "60–74", "75+")
    return (
        c.Chart(
            "visits",
            say("门诊量比上年多吗？", "Were there more visits than last year?"),
            MONTHS,
            (c.Series("2017", visits), c.Series("2016", tuple(v - 4.2 if v else 103.0 for v in visits), "last_year")),
            unit=say("万人次", "10,000 visits"),
            axis=say("月份", "Month"),
            places=1,
            finding=say("前 11 个月比上年同期多 4.1%。", "The first 11 months are 4.1% above last year."),
            target=c.Target(108.0, say("月均目标", "Monthly target")),
            bands=(c.Band("2017-06", "2017-08", say("登革热流行期", "Dengue season")),),
            caption=caption,
        ),
        c.Chart(
            "quality",
            say("哪些机构的数据质量最低？", "Which institutions have the lowest data quality?"),
            tuple(say(s[0], s[1]) for s in STREETS[:8]),
            (c.Series(say("质量分", "Score"), tuple(s[4] for s in STREETS[:8])),),
            "bar_horizontal",
            unit=say("分", "points"),
            axis=say("街道", "Street"),
            places=1,
            target=c.Target(80, say("合格线", "Pass mark")),
        ),
        c.Chart(
            "age",
            say("人口的年龄结构怎样？", "What is the age structure?"),
            ages,
            (
                c.Series(say("男", "Men"), (15.1, 27.3, 31.2, 18.9, 7.4, 2.1)),
                c.Series(say("女", "Women"), (13.0, 25.9, 29.8, 18.1, 7.9, 3.0)),
            ),
            "pyramid",
            unit=say("万人", "10,000 persons"),
            axis=say("年龄", "Age"),
            places=1,
        ),
        c.Chart(
            "smr",
            say("哪些街道的死亡高于全区？", "Which streets have higher mortality?"),
            tuple(say(s[0], s[1]) for s in STREETS[:6]),
            (
                c.Series(
                    "SMR",
                    (1.02, 0.94, 1.21, 0.88, 1.05, 0.71),
                    low=(0.95, 0.88, 1.08, 0.79, 0.97, 0.5),
                    high=(1.09, 1.0, 1.35, 0.98, 1.13, 0.99),
                ),
            ),
            "dot_interval",
            unit="SMR",
            axis=say("街道", "Street"),
            places=2,
            target=c.Target(1, say("全区", "District")),
        ),
        c.Chart(
            "fees",
            say("费用的构成变了吗？", "Has the mix of fees changed?"),
            ("2014", "2015", "2016", "2017"),
            (
                c.Series(say("药品", "Drugs"), (41.2, 38.0, 33.5, 29.9)),
                c.Series(say("检查检验", "Tests"), (22.1, 24.0, 26.9, 28.4)),
                c.Series(say("医疗服务", "Services"), (36.7, 38.0, 39.6, 41.7)),
            ),
            "stacked",
            unit="%",
            axis=say("年份", "Year"),
            places=1,
        ),
        c.Chart(
            "none",
            say("新登记的尘肺病例有多少？", "How many new cases of pneumoconiosis?"),
            (),
            (c.Series("2017", ()),),
        ),
    )


def map(say: Say, en: bool) -> c.TileGrid:
    style = c.Figure.rate(1).style
    tiles = tuple(
        c.Tile(
            s[1] if en else s[0],
            s[2],
            s[3],
            c.Figure(
                None if s[4] == 0 else Decimal(str(s[4])),
                type(style)("%", "%", decimals=1),
                reason=say("未报送", "not sent"),
            ),
            "#",
        )
        for s in STREETS
    )
    return c.TileGrid(
        "coverage",
        say("哪些街道的规范管理率偏低？", "Where is standard management low?"),
        tiles,
        (60, 70, 80, 90),
        say("固定分段：60、70、80、90%。", "Fixed breaks: 60, 70, 80, 90%."),
        type(style)("%", "%", decimals=0),
        c.Caption(say("在管高血压患者", "Hypertension patients under management")),
    )


def tables(say: Say, params: dict[str, list[str]], much: bool) -> tuple[c.TableState, ...]:
    columns = (
        c.Column("name", say("机构", "Institution"), sortable=True, fixed=True, optional=False),
        c.Column("kind", say("类别", "Kind")),
        c.Column("visits", say("门诊人次", "Visits"), "number", say("人次", "visits"), sortable=True),
        c.Column("rate", say("规范管理率", "Managed to standard"), "number", sortable=True),
        c.Column("change", say("同比", "Change"), "number"),
        c.Column(
            "score",
            say("质量分", "Quality"),
            "number",
            sortable=True,
            help=say(
                "完整、有效、及时、一致、唯一五项平均",
                "Mean of completeness, validity, timeliness, consistency, uniqueness",
            ),
        ),
        c.Column("state", say("12 月数据", "December data"), "status"),
        c.Column("due", say("期限", "Due"), "date"),
    )
    query = c.TableQuery.read(params, columns, sort="-visits", page_size=16)
    rows = tuple(
        c.Row(
            (
                say(f"{s[0]}社区卫生服务中心", f"{s[1]} Community Health Centre"),
                say("社区卫生服务中心", "Health centre"),
                c.Figure.count(int(s[4] * 7919) + 312_000, "人次", "visits", "#"),
                c.Figure.withheld("<5")
                if i == 5
                else c.Figure.rate(Decimal(str(s[4])), int(s[4] * 41), 4100, trace_url="#")
                if s[4]
                else c.Figure(None, reason=say("未报送", "Not sent")),
                c.Change(Decimal(str(round(s[4] - 75, 2))), "%", "up"),
                c.Figure(Decimal(str(s[4])), NumberStyle(decimals=1)),
                (
                    c.Cell.tag(say("已签核", "Signed"), "good"),
                    c.Cell.tag(say("退回：缺 3 列", "Returned: 3 columns missing"), "bad"),
                    c.Cell.tag(say("已报，待审核", "Sent, under review"), "info"),
                    c.Cell.tag(say("零报告", "Zero report"), "accent"),
                )[i % 4],
                date(2018, 1, 10),
            ),
            href="#",
            key=f"k{i}",
            late=i == 1,
            actions=(
                c.RowAction(say("审核", "Review"), "#"),
                c.RowAction(say("作废", "Void"), f"#void-{i}", confirm="confirm-void"),
            ),
        )
        for i, s in enumerate(STREETS[: 16 if much else 1])
    )
    empty = c.TableQuery.read({}, columns)
    return (
        c.TableState(
            "institutions",
            say("机构报送情况", "Submissions by institution"),
            columns,
            rows,
            query,
            total=272 if much else 1,
            unit=say("家", "institutions"),
            filters=FilterForm(say, params and {k: v[-1] for k, v in params.items()}),
            chips=(c.FilterChip(say("机构类别", "Kind"), say("社区卫生服务中心", "Health centre"), "kind"),),
            exports=(c.ExportLink("Excel", "#x"), c.ExportLink("CSV", "#c")),
            caption=c.Caption(
                say("在管高血压患者", "Hypertension patients under management"),
                say("随访日期", "Date of follow-up"),
                say("快照 42", "Snapshot 42"),
                suppression=say(
                    "小于 5 人的单元格隐去，并连带隐去一格",
                    "Cells below 5 persons are withheld with one companion cell",
                ),
            ),
        ),
        c.TableState(
            "single",
            say("被锁定月份的变化", "Changes in locked months"),
            columns[:3],
            rows[:1] and (c.Row(rows[0].cells[:3]),),
            empty,
            total=1,
            unit=say("条", "rows"),
            choose_columns=False,
        ),
        c.TableState(
            "empty",
            say("退回的数据集", "Returned datasets"),
            columns[:3],
            (),
            empty,
            total=0,
            unit=say("条", "rows"),
            empty_title=say("没有退回的数据集", "Nothing was returned"),
            empty_text=say(
                "被退回的数据集会列在这里，写明原因和期限。", "Returned datasets appear here with reason and deadline."
            ),
            empty_action=say("查看全部报送", "All submissions"),
            empty_url="#",
        ),
        c.TableState(
            "nohit",
            say("按条件查找", "Filtered search"),
            columns[:3],
            (),
            empty,
            total=0,
            unit=say("条", "rows"),
            chips=(c.FilterChip(say("名称", "Name"), say("不存在", "nowhere"), "name"),),
        ),
    )
