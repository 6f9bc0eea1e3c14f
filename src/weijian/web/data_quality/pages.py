"""The tables, cards and chart of data quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.exchange.submissions.quality.scores import Quality, Tallies, trend
from weijian.exchange.submissions.quality.shares import DIMENSIONS, Share
from weijian.exchange.submissions.quality.work import Work
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.components import (
    Caption,
    Cell,
    Chart,
    Column,
    ExportLink,
    Figure,
    Row,
    Series,
    StatCard,
    TableQuery,
    TableState,
)
from weijian.foundation.ui.presentation import language
from weijian.kernel.quantities import NumberStyle
from weijian.web.data_quality.wording import dataset_name, dimension_words, work_url, work_words

#: Points of 100 with one place.
POINTS = NumberStyle("", "", decimals=1)

PAGE_SIZE = 50


def ranking_columns() -> tuple[Column, ...]:
    """Columns of the ranking; all of them sort, the list is a few hundred rows at most."""
    words = dimension_words()
    return (
        Column("name", _("机构"), fixed=True, optional=False, sortable=True),
        Column("rank", _("名次"), "number", sortable=True, optional=False),
        Column("score", _("得分"), "number", sortable=True, optional=False),
        *(Column(one, words[one].name, "number", sortable=True, help=_share_help(one)) for one in DIMENSIONS),
        Column("type", _("类别")),
    )


def ranking_table(
    found: Sequence[Quality], places: Mapping[int, Organisation], params: dict[str, list[str]], period: str
) -> TableState:
    """Institutions by score; ``params`` are the query parameters of the address."""
    columns = ranking_columns()
    query = TableQuery.read(params, columns, sort="rank", page_size=PAGE_SIZE)
    rows = ranking_rows(found, places, query, period)
    return TableState(
        "ranking",
        _("得分与名次"),
        columns,
        rows[query.offset : query.offset + query.page_size],
        query,
        len(rows),
        _("家"),
        exports=(
            ExportLink("Excel", reverse("quality_export", args=["xlsx"])),
            ExportLink("CSV", reverse("quality_export", args=["csv"])),
        ),
        caption=caption(),
        empty_title=_("还没有可以评分的报送"),
        empty_text=_("所选时期没有到期的报送任务,也没有收到数据。"),
    )


def ranking_rows(
    found: Sequence[Quality], places: Mapping[int, Organisation], query: TableQuery, period: str
) -> list[Row]:
    """All rows in the asked order."""
    shown = [one for one in found if one.institution_id in places]
    shown.sort(key=lambda one: _sort_key(one, places, query.sort), reverse=query.descending)
    return [
        Row(
            (
                name_of(places[one.institution_id]),
                Figure(one.rank),
                score_figure(one.score),
                *(share_figure(one.shares[name]) for name in DIMENSIONS),
                places[one.institution_id].get_type_display(),
            ),
            href=reverse("quality_institution", args=[places[one.institution_id].code]) + f"?period={period}",
        )
        for one in shown
    ]


def expanded(rows: Sequence[Row]) -> list[Row]:
    """The same rows for a file: part and whole of every share follow it in cells of their own."""
    found = []
    for row in rows:
        cells: list[object] = []
        for place, cell in enumerate(row.cells):
            cells.append(cell)
            if 3 <= place < 3 + len(DIMENSIONS) and isinstance(cell, Figure):
                cells += [Figure(cell.numerator), Figure(cell.denominator)]
        found.append(Row(cells))
    return found


def share_cards(found: Quality) -> list[StatCard]:
    """The five shares of one institution, each with what it counts."""
    words = dimension_words()
    cards = []
    for name in DIMENSIONS:
        share = found.shares[name]
        counts = f"{words[name].part} {share.part:,} / {words[name].whole} {share.whole:,}"
        cards.append(StatCard(words[name].name, share_figure(share), counts))
    return cards


def trend_chart(tallies: Tallies, year: int, place: Organisation | None) -> Chart:
    """Score by month: of the institution beside the district, or of the district alone."""
    district = [_number(score) for _month, score in trend(tallies, year)]
    series = [Series(_("全区"), district, "average" if place else "actual")]
    if place is not None:
        own = [_number(score) for _month, score in trend(tallies, year, place.pk)]
        series.insert(0, Series(name_of(place), own))
    return Chart(
        "quality-trend",
        _("得分逐月如何变化"),
        [month for month, _score in trend(tallies, year)],
        series,
        "line",
        _("分"),
        places=1,
        caption=caption(),
        from_zero=False,
    )


def work_columns() -> tuple[Column, ...]:
    """Columns of the work list."""
    return (
        Column("dataset", _("数据集"), fixed=True, optional=False),
        Column("what", _("问题"), optional=False),
        Column("dimension", _("影响")),
        Column("count", _("数量"), "number"),
        Column("points", _("最多可提高"), "number", _("分")),
        Column("remedy", _("怎样改")),
        Column("link", _("处理"), optional=False),
    )


def work_table(works: Sequence[Work], params: dict[str, list[str]], code: str, may_send: bool) -> TableState:
    """The work behind a score, what costs most first."""
    columns = work_columns()
    query = TableQuery.read(params, columns, page_size=PAGE_SIZE)
    rows = work_rows(works, may_send)
    return TableState(
        "work",
        _("提高得分要做的事"),
        columns,
        rows[query.offset : query.offset + query.page_size],
        query,
        len(rows),
        _("项"),
        exports=(
            ExportLink("Excel", reverse("quality_work_export", args=[code, "xlsx"])),
            ExportLink("CSV", reverse("quality_work_export", args=[code, "csv"])),
        ),
        empty_title=_("没有要做的事"),
        empty_text=_("所选时期没有未报、迟报、隔离、警告或重复。"),
    )


def work_rows(works: Sequence[Work], may_send: bool) -> list[Row]:
    """Rows of the work list."""
    words = dimension_words()
    rows = []
    for one in works:
        what, remedy = work_words(one)
        url, label = work_url(one, may_send)
        note = _("其中数据集待修改 %(n)s 行") % {"n": one.open_rows} if one.open_rows else ""
        rows.append(
            Row(
                (
                    dataset_name(one.dataset),
                    Cell(what, note=note),
                    words[one.dimension].name,
                    Figure(one.count),
                    Figure(one.points, NumberStyle("", "", decimals=2)),
                    remedy,
                    Cell(label, href=url),
                )
            )
        )
    return rows


def score_figure(score: Fraction) -> Figure:
    """A score of 100."""
    return Figure(score, POINTS)


def share_figure(share: Share) -> Figure:
    """A share in percent with part and whole."""
    if share.value is None:
        return Figure(None, reason=_("没有可以评的数据"))
    return Figure.rate(100 * share.value, share.part, share.whole)


def name_of(place: Organisation) -> str:
    """Name in the reader's language."""
    return place.en if language() == "en" else place.zh


def caption() -> Caption:
    """What the scores stand on."""
    return Caption(
        date_basis=_("到今天为止到期的报送期;选月份时只计按月报送的数据集"),
        note=_("五项同等权重,没有可评数据的项不计入。取自报送期和回执的计数,不重新统计记录;逐字节重复的文件不计。"),
    )


def _sort_key(one: Quality, places: Mapping[int, Organisation], by: str) -> tuple[object, ...]:
    if by == "name":
        return (name_of(places[one.institution_id]),)
    if by == "score":
        return (one.score, -one.institution_id)
    if by in DIMENSIONS:
        value = one.shares[by].value
        return (value is not None, value or 0, -one.institution_id)
    return (one.rank, one.institution_id)


def _share_help(name: str) -> str:
    words = dimension_words()[name]
    return f"{words.part} / {words.whole}"


def _number(score: Fraction | None) -> float | None:
    return None if score is None else round(float(score), 1)
