"""One indicator broken down: the lines of its table, held against last year and the district, as chart and as map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from weijian.definitions.measures import Measure
from weijian.engines.measures.rollup import Scope
from weijian.foundation.areas.models import Area
from weijian.foundation.figures.drawing import caption_of, name_of, reason_text, style_of
from weijian.foundation.figures.published import suppression_threshold
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.figures.tables import breakdown
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import (
    Caption,
    Cell,
    Change,
    Chart,
    Column,
    Figure,
    Row,
    Series,
    TableQuery,
    Target,
    Tile,
    TileGrid,
)
from weijian.foundation.ui.components.figures import Better
from weijian.foundation.ui.presentation import language, unit_name
from weijian.kernel.quantities import growth_rate, round_half_up
from weijian.web.boundaries.queries import Outlines
from weijian.web.indicators.amounts import side_units, sides
from weijian.web.indicators.asking import Asked, months_shown

#: Bars of a chart; the table has all.
MOST_BARS = 20
#: Forms whose values of parts can be held against the whole.
COMPARABLE = frozenset({"mean", "ratio", "rate", "growth"})


@dataclass(frozen=True)
class Line:
    """One line: ``key`` a code (area, institution, period, sex, first year of the age band); ``value`` rounded as
    printed; ``withheld`` where the small-number rule keeps it back, then there is no number at all."""

    key: str
    name: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reason: str = ""
    withheld: bool = False
    last: Decimal | None = None


def caption_below(measure: Measure, snapshot: Snapshot) -> Caption:
    """The caption of a table below the district: with the rule that keeps small numbers back, where it applies."""
    caption = caption_of(measure, snapshot)
    return replace(caption, suppression=suppression_words()) if measure.suppress else caption


def suppression_words() -> str:
    """The rule that keeps small numbers back."""
    return _("少于%(n)s人的数隐去,并隐去可据以推算的数") % {"n": suppression_threshold()}


def lines_of(measure: Measure, asked: Asked, snapshot: Snapshot) -> list[Line]:
    """The lines of the asked grain, in their natural order: by time, by code, by age."""
    if asked.grain in ("month", "quarter"):
        return _by_time(measure, asked, snapshot)
    found = breakdown(measure.id, asked.period, asked.grain, scope=asked.scope, snapshot=snapshot)
    before = {
        one.key: one.value
        for one in breakdown(
            measure.id, asked.period.same_period_last_year(), asked.grain, scope=asked.scope, snapshot=snapshot
        )
    }
    english = language() == "en"
    return [
        Line(
            one.key, one.label_en if english else one.label_zh, one.value, one.numerator, one.denominator, one.reason,
            one.withheld, before.get(one.key),
        )
        for one in found
    ]  # fmt: skip


def _by_time(measure: Measure, asked: Asked, snapshot: Snapshot) -> list[Line]:
    periods = months_shown(asked, asked.grain)
    before = [one.same_period_last_year() for one in periods]
    answers = {
        one.figure.period: one
        for one in figures([measure.id], [*periods, *before], scope=asked.scope, snapshot=snapshot)
    }
    found = []
    for period, last in zip(periods, before, strict=True):
        now = answers.get(str(period))
        if now is None:
            continue
        earlier = answers.get(str(last))
        hidden = withheld(now, asked.scope)
        earlier_value = None if earlier is None or withheld(earlier, asked.scope) else earlier.rounded
        found.append(
            Line(
                str(period), period.label(language()), None if hidden else now.rounded,
                None if hidden else now.figure.numerator, now.figure.denominator, now.figure.reason, hidden,
                earlier_value,
            )
        )  # fmt: skip
    return found


def withheld(answer: Answer, scope: Scope) -> bool:
    """Whether a single figure of a part of the district is kept back: a small count of persons."""
    if scope == Scope() or not answer.measure.suppress or answer.figure.numerator is None:
        return False
    return 0 < answer.figure.numerator < suppression_threshold()


def figure_of_line(measure: Measure, line: Line, url: str = "") -> Figure:
    """A drawn figure; withheld ones carry no value and no link."""
    if line.withheld:
        return Figure.withheld(suppression_words())
    return Figure(line.value, style_of(measure), trace_url=url, reason=reason_text(line.reason))


def columns_of(measure: Measure, asked: Asked, *, district: bool) -> tuple[Column, ...]:
    """Columns of the table; ``district`` adds how each part stands to the whole."""
    found = [
        Column("group", _head(asked.grain), fixed=True, optional=False, sortable=True),
        Column("value", _("数值"), "number", unit_name(measure.unit), sortable=True, optional=False),
    ]
    if measure.denominator or measure.compares:
        units = side_units(measure)
        found += [
            Column("numerator", _("分子"), "number", unit_name(units[0]), sortable=True),
            Column("denominator", _("分母"), "number", unit_name(units[1]), sortable=True),
        ]
    found += [Column("last", _("上年同期"), "number", unit_name(measure.unit), sortable=True)]
    found += [Column("change", _("比上年同期"), "number", sortable=True)]
    if district:
        found.append(
            Column("district", _("比全区") if measure.form in COMPARABLE else _("占全区"), "number", sortable=True)
        )
    return tuple(found)


def _head(grain: str) -> str:
    return {
        "month": _("月份"),
        "quarter": _("季度"),
        "area": _("镇街"),
        "village": _("村居"),
        "institution": _("机构"),
        "sex": _("性别"),
        "age": _("年龄"),
    }[grain]


def change_between(measure: Measure, now: Decimal | None, last: Decimal | None) -> Change | None:
    """Change of a printed value against last year's: points for rates, percent for the rest; None without both."""
    if now is None or last is None:
        return None
    ways: dict[str, Better] = {"higher": "up", "lower": "down"}
    better = ways.get(measure.better, "neither")
    if measure.unit in ("%", "‰"):
        unit = _("个百分点") if measure.unit == "%" else _("个千分点")
        return Change(now - last, unit, better)
    return Change(growth_rate(now, last), "%", better) if last else None


@dataclass(frozen=True)
class Addresses:
    """Where a line leads: to itself narrowed (``drill``), and to the records that it counts (``records``)."""

    drill: Mapping[str, str]
    records: Mapping[str, str]


def rows_of(
    measure: Measure,
    lines: Sequence[Line],
    addresses: Addresses,
    columns: Sequence[Column],
    query: TableQuery,
    whole: Answer | None,
) -> list[Row]:
    """Lines in the asked order; what has no value stands last. ``whole`` is the district's figure."""
    rows = []
    for one in _ordered(measure, lines, query, whole):
        top, bottom = sides(measure, one.numerator, one.denominator)
        hidden = Figure.withheld(suppression_words())
        change = change_between(measure, one.value, one.last)
        cells: dict[str, object] = {
            "group": one.name or one.key,
            "value": figure_of_line(measure, one, addresses.records.get(one.key, "")),
            "numerator": hidden if one.withheld else top,
            "denominator": bottom,
            "last": Figure(one.last, style_of(measure)),
            "change": Cell(change=change) if change else Cell(),
            "district": _against(measure, one, whole),
        }
        rows.append(Row([cells[column.key] for column in columns], href=addresses.drill.get(one.key, "")))
    return rows


def _ordered(measure: Measure, lines: Sequence[Line], query: TableQuery, whole: Answer | None) -> list[Line]:
    if query.sort in ("", "group"):
        return list(lines)[::-1] if query.descending else list(lines)

    def by(one: Line) -> Decimal | None:
        change: Change | None = change_between(measure, one.value, one.last)
        return {
            "value": one.value,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "last": one.last,
            "change": change.amount if change else None,
            "district": one.value,
        }[query.sort]

    known = [one for one in lines if by(one) is not None]
    known.sort(key=lambda one: by(one) or Decimal(0), reverse=query.descending)
    return known + [one for one in lines if by(one) is None]


def _against(measure: Measure, line: Line, whole: Answer | None) -> Cell:
    """How a part stands to the whole: the distance of a rate or mean, the share of a count."""
    if line.value is None or whole is None or whole.rounded is None:
        return Cell()
    if measure.form in COMPARABLE:
        distance = line.value - whole.rounded
        if distance == 0:
            return Cell(text=_("持平"))
        unit = {"%": _("个百分点"), "‰": _("个千分点")}.get(measure.unit, unit_name(measure.unit))
        amount = f"{abs(distance):,.{measure.decimals}f}{unit}"
        return Cell(text=(_("高%(amount)s") if distance > 0 else _("低%(amount)s")) % {"amount": amount})
    if whole.rounded == 0:
        return Cell()
    return Cell(text=f"{round_half_up(line.value * 100 / whole.rounded, 2)}%")


def chart_of(
    measure: Measure,
    asked: Asked,
    lines: Sequence[Line],
    snapshot: Snapshot,
    target: Target | None,
    whole: Answer | None,
) -> Chart:
    """The lines as a chart: a trend beside last year's, or bars against the district's value."""
    if asked.grain in ("month", "quarter"):
        year = asked.period.end.year
        return Chart(
            "trend",
            _("%(name)s一年中如何变化") % {"name": name_of(measure)},
            [one.key if asked.grain == "month" else one.name for one in lines],
            (
                Series(f"{year}", [_number(one.value) for one in lines], "actual"),
                Series(f"{year - 1}", [_number(one.last) for one in lines], "last_year"),
            ),
            "line",
            unit_name(measure.unit),
            places=measure.decimals,
            target=target if measure.form in COMPARABLE else None,
            caption=caption_of(measure, snapshot),
        )
    shown = list(lines)
    if asked.grain in ("area", "village", "institution"):
        shown = sorted((one for one in lines if one.value is not None), key=lambda one: -(one.value or 0))
    left_out = len(shown) - MOST_BARS
    question = {"sex": _("%(name)s在男女之间有何不同"), "age": _("%(name)s在各年龄组有何不同")}.get(
        asked.grain, _("%(name)s在哪里高、哪里低")
    )
    average = None
    if measure.form in COMPARABLE and whole is not None and whole.rounded is not None:
        average = Target(float(whole.rounded), _("全区"))
    return Chart(
        "groups",
        question % {"name": name_of(measure)},
        [one.name for one in shown[:MOST_BARS]],
        (Series(asked.period.label(language()), [_number(one.value) for one in shown[:MOST_BARS]]),),
        "bar_horizontal",
        unit_name(measure.unit),
        places=measure.decimals,
        finding=_("图中为最高的%(shown)s个,下表有全部%(all)s个") % {"shown": MOST_BARS, "all": len(shown)}
        if left_out > 0
        else "",
        target=average,
        caption=caption_of(measure, snapshot),
        size="tall",
    )


def map_of(
    measure: Measure, lines: Sequence[Line], addresses: Addresses, snapshot: Snapshot, outlines: Outlines | None
) -> TileGrid | Chart:
    """The streets on the bureau's own boundaries, else as a labelled tile grid, four to a row by code."""
    caption = caption_of(measure, snapshot)
    if outlines is not None:
        return Chart(
            "map", _("各镇街"), [one.name for one in lines],
            (Series(name_of(measure), [_number(one.value) for one in lines]),),
            "geo", unit_name(measure.unit), places=measure.decimals, geo_url=outlines.url, size="tall",
            caption=Caption(
                caption.population_basis, caption.date_basis, caption.snapshot, source=caption.source,
                note=_("边界:%(source)s。颜色按五等分,无数值或已隐去的留白") % {"source": outlines.source},
            ),
        )  # fmt: skip
    codes = dict(Area.objects.filter(level=Area.Level.STREET).values_list("code", "pk"))
    placed = [one for one in lines if one.key in codes]
    values = sorted(float(one.value) for one in placed if one.value is not None)
    breaks = sorted({values[len(values) * step // 5] for step in range(1, 5)}) if len(values) >= 5 else []
    tiles = [
        Tile(one.name, index % 4, index // 4, figure_of_line(measure, one), addresses.drill.get(one.key, ""))
        for index, one in enumerate(placed)
    ]
    return TileGrid("map", _("各镇街(示意图)"), tiles, breaks[:4], _("五等分"), style_of(measure), caption)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
