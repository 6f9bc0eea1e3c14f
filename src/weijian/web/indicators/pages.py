"""Figures as the values that pages draw: tables, trend, bars and map of one indicator, and the list of all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weijian.definitions.measures import Measure
from weijian.foundation.areas.models import Area
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import (
    caption_of,
    change_of,
    figure_of,
    name_of,
    population_words,
    reason_text,
    style_of,
)
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.sign_off.drawing import cell_of
from weijian.foundation.sign_off.queries import SignOffs
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import (
    Cell,
    Chart,
    Column,
    Figure,
    Row,
    Series,
    Tile,
    TileGrid,
)
from weijian.foundation.ui.presentation import language
from weijian.kernel.ages import FIVE_YEAR_BANDS
from weijian.kernel.time import Period
from weijian.web.indicators.asking import Asked

LIST_COLUMNS = (
    Column("name", gettext_lazy("指标"), fixed=True, optional=False, sortable=True),
    Column("value", gettext_lazy("数值"), "number"),
    Column("change", gettext_lazy("比上年同期"), "number"),
    Column("signed", gettext_lazy("签核"), "status"),
    Column("population", gettext_lazy("人口口径")),
    Column("source", gettext_lazy("来源")),
)


def list_rows(period: Period, snapshot: Snapshot, wanted: str) -> list[Row]:
    """All measures whose name or id holds ``wanted``, computed together for the period and its last year."""
    chosen = [one for one in measures().values() if wanted.lower() in f"{one.id} {one.zh} {one.en}".lower()]
    before = period.same_period_last_year()
    answers = figures([one.id for one in chosen], [period, before], snapshot=snapshot)
    found = {(answer.measure.id, answer.figure.period): answer for answer in answers}
    signed = SignOffs()
    rows = []
    for one in chosen:
        now, last = found.get((one.id, str(period))), found.get((one.id, str(before)))
        href = reverse("indicator", args=[one.id]) + f"?period={period}"
        value = figure_of(now) if now else Figure(None, reason=reason_text("no_records"))
        change = change_of(one, now, last)
        rows.append(
            Row(
                (Cell(text=name_of(one), note=one.id), value, Cell(change=change) if change else Cell(),
                 cell_of(signed.of(one, period)), population_words(one.population_basis), one.source),
                href=href,
            )
        )  # fmt: skip
    return rows


def by_month(
    measure: Measure, asked: Asked, snapshot: Snapshot
) -> tuple[Chart, list[tuple[str, Answer, Answer | None]]]:
    """The year's months beside last year's, as chart and rows."""
    year = asked.period.end.year
    months = [Period.parse(f"{year}-{month:02d}") for month in range(1, 13)]
    before = [month.same_period_last_year() for month in months]
    answers = {
        a.figure.period: a for a in figures([measure.id], [*months, *before], scope=asked.scope, snapshot=snapshot)
    }
    rows = [
        (str(month), answers[str(month)], answers.get(str(last)))
        for month, last in zip(months, before, strict=True)
        if str(month) in answers
    ]
    series = (
        Series(f"{year}", [_number(answers.get(str(month))) for month in months], "actual"),
        Series(f"{year - 1}", [_number(answers.get(str(month))) for month in before], "last_year"),
    )
    labels = [_("%(month)s月") % {"month": month} for month in range(1, 13)]
    chart = Chart(
        "trend",
        _("%(name)s逐月如何变化") % {"name": name_of(measure)},
        labels,
        series,
        "line",
        measure.unit,
        places=measure.decimals,
        caption=caption_of(measure, snapshot),
    )
    return chart, rows


def by_group(measure: Measure, asked: Asked, snapshot: Snapshot) -> list[tuple[str, Answer]]:
    """Values by area, institution, sex or age at the asked period, named, largest first (ages in order)."""
    answers = figures([measure.id], [asked.period], by=[asked.grain], scope=asked.scope, snapshot=snapshot)
    named = [
        (group_name(asked.grain, answer.figure.key[0]), answer)
        for answer in answers
        if answer.figure.key[0] is not None
    ]
    if asked.grain == "age":
        return sorted(named, key=lambda pair: int(str(pair[1].figure.key[0])))
    return sorted(named, key=lambda pair: pair[1].value if pair[1].value is not None else Decimal(-1), reverse=True)


def group_name(grain: str, key: object) -> str:
    """Name of one group in the reader's language."""
    english = language() == "en"
    if grain == "area":
        area = Area.objects.filter(pk=key).first()
        return "" if area is None else (area.en if english else area.zh)
    if grain == "institution":
        organisation = Organisation.objects.filter(pk=key).first()
        return "" if organisation is None else (organisation.en if english else organisation.zh)
    if grain == "sex":
        return {"1": _("男"), "2": _("女")}.get(str(key), _("未知"))
    lowest = int(str(key))
    if lowest < 0:
        return _("年龄不详")
    band = next((one for one in FIVE_YEAR_BANDS if one.low == lowest), None)
    return band.label(language()) if band else str(lowest)


def group_chart(measure: Measure, asked: Asked, rows: Sequence[tuple[str, Answer]], snapshot: Snapshot) -> Chart:
    """Bars of the groups."""
    shown = rows[:30]
    return Chart(
        "groups",
        _("%(name)s在哪里高、哪里低") % {"name": name_of(measure)},
        [name for name, _answer in shown],
        (Series(asked.period.label(language()), [_number(answer) for _name, answer in shown]),),
        "bar_horizontal",
        measure.unit,
        places=measure.decimals,
        caption=caption_of(measure, snapshot),
        size="tall",
    )


def tile_map(measure: Measure, asked: Asked, rows: Sequence[tuple[str, Answer]], snapshot: Snapshot) -> TileGrid:
    """The streets as a labelled tile grid, four to a row in the order of their codes; no boundary ships with the product."""
    codes = dict(Area.objects.filter(level=Area.Level.STREET).values_list("pk", "code"))
    ordered = sorted(rows, key=lambda pair: codes.get(int(str(pair[1].figure.key[0])), ""))
    values = sorted(float(answer.value) for _name, answer in rows if answer.value is not None)
    breaks = sorted({values[len(values) * step // 5] for step in range(1, 5)}) if len(values) >= 5 else []
    tiles = [
        Tile(name, index % 4, index // 4, figure_of(answer, trace=False))
        for index, (name, answer) in enumerate(ordered)
    ]
    return TileGrid(
        "map", _("各镇街(示意图)"), tiles, breaks[:4], _("五等分"), style_of(measure), caption_of(measure, snapshot)
    )


def _number(answer: Answer | None) -> float | None:
    return None if answer is None or answer.rounded is None else float(answer.rounded)
