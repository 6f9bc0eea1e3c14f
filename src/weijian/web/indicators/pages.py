"""The list of all indicators as rows of a table."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy

from weijian.content.told import in_language
from weijian.definitions.measures import Measure
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import change_of, figure_of, name_of, population_words, reason_text
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.sign_off.drawing import cell_of
from weijian.foundation.sign_off.queries import SignOffs
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import Cell, Change, Column, Figure, Row, TableQuery
from weijian.foundation.ui.presentation import language
from weijian.web.indicators.asking import Asked
from weijian.web.indicators.breakdown import suppression_words, withheld

LIST_COLUMNS = (
    Column("name", gettext_lazy("指标"), fixed=True, optional=False, sortable=True),
    Column("value", gettext_lazy("数值"), "number"),
    Column("change", gettext_lazy("比上年同期"), "number", sortable=True),
    Column("signed", gettext_lazy("签核"), "status"),
    Column("population", gettext_lazy("人口口径"), sortable=True),
    Column("source", gettext_lazy("来源"), sortable=True),
)


def list_rows(asked: Asked, snapshot: Snapshot, wanted: str, query: TableQuery) -> list[Row]:
    """All measures whose name or id holds ``wanted``, computed together for the period and its last year, in the asked
    order; the order of the catalogue where none is asked. In a part of the district, small numbers are withheld."""
    period, before = asked.period, asked.period.same_period_last_year()
    chosen = [one for one in measures().values() if wanted.lower() in f"{one.id} {one.zh} {one.en}".lower()]
    answers = figures([one.id for one in chosen], [period, before], scope=asked.scope, snapshot=snapshot)
    found = {(answer.measure.id, answer.figure.period): answer for answer in answers}
    signed = SignOffs()
    rows: list[tuple[Measure, Change | None, Row]] = []
    for one in chosen:
        now, last = found.get((one.id, str(period))), found.get((one.id, str(before)))
        hidden = now is not None and withheld(now, asked.scope)
        change = None if hidden else change_of(one, now, last)
        if change is not None:
            change = Change(change.amount, change.unit, change.better)
        rows.append(
            (
                one,
                change,
                Row(
                    (
                        Cell(text=name_of(one), note=one.id),
                        _value(now, hidden, asked),
                        Cell(change=change) if change else Cell(),
                        cell_of(signed.of(one, period, asked.scope)),
                        population_words(one.population_basis),
                        in_language(one.source, language()),
                    ),
                    href=reverse("indicator", args=[one.id]) + asked.address(by=None),
                ),
            )
        )
    return [row for _measure, _change, row in _ordered(rows, query)]


def _value(now: Answer | None, hidden: bool, asked: Asked) -> Figure:
    if now is None:
        return Figure(None, reason=reason_text("no_records"))
    if hidden:
        return Figure.withheld(suppression_words())
    drawn = figure_of(now, trace=False)
    url = reverse("indicator", args=[now.measure.id]) + asked.address(by=None)
    return Figure(drawn.value, drawn.style, trace_url=url, reason=drawn.reason)


def _ordered(
    rows: list[tuple[Measure, Change | None, Row]], query: TableQuery
) -> list[tuple[Measure, Change | None, Row]]:
    if query.sort == "change":
        known = [one for one in rows if one[1] is not None and one[1].amount is not None]
        known.sort(key=lambda one: (one[1].amount if one[1] else None) or Decimal(0), reverse=query.descending)
        kept = {one[0].id for one in known}
        return known + [one for one in rows if one[0].id not in kept]
    keys = {
        "name": lambda one: name_of(one[0]),
        "population": lambda one: population_words(one[0].population_basis),
        "source": lambda one: in_language(one[0].source, language()),
    }
    if query.sort not in keys:
        return rows
    return sorted(rows, key=keys[query.sort], reverse=query.descending)
