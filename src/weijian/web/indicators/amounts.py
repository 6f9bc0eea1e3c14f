"""Numerators and denominators in the unit in which people read them: money is summed in 分 and printed in 元."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import ibis
import ibis.expr.operations as ops

from weijian.definitions.expressions import snapshot_schema
from weijian.definitions.measures import Component, Measure, Term
from weijian.foundation.figures.catalogue import measure_by_id
from weijian.foundation.figures.queries import Answer
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.ui.components import Figure
from weijian.foundation.ui.presentation import language
from weijian.kernel.quantities import NumberStyle, round_half_up

_MONEY = NumberStyle("元", "CNY", decimals=2, grouping=True)
_PLAIN = NumberStyle("", "", grouping=True, trim=True, decimals=2)


@lru_cache(maxsize=1024)
def _is_money(kind_id: str, component_id: str, component: Component) -> bool:
    """Whether what is summed is money: every column that the value reads holds money."""
    kind = kinds()[kind_id]
    if component.value is None:
        return False
    value = component.value(ibis.table(dict(snapshot_schema(kind)), name=kind.table))
    read = {one.name for one in value.op().find(ops.Field)}
    money = {one.column for one in kind.fields if one.type == "money"}
    return bool(read) and read <= money


def is_money(terms: tuple[Term, ...]) -> bool:
    """Whether a side of a measure is an amount of money in 分."""
    parts = [one for one in terms if isinstance(one, Component)]
    return bool(parts) and all(_is_money(one.kind, one.id, one) for one in parts)


def sides(measure: Measure, numerator: Decimal | None, denominator: Decimal | None) -> tuple[Figure, Figure]:
    """Numerator and denominator as drawn figures.

    A growth stands between two values of another measure: they are printed as that measure's values are.
    """
    if measure.compares:
        base = measure_by_id(measure.of or "")
        style = NumberStyle(base.unit, "", decimals=base.decimals, grouping=True)
        places = base.decimals
        return (
            Figure(None if numerator is None else round_half_up(numerator, places), style),
            Figure(None if denominator is None else round_half_up(denominator, places), style),
        )
    return _side(measure.numerator, numerator), _side(measure.denominator, denominator)


def sides_of(answer: Answer) -> tuple[Figure, Figure]:
    """The same of an answer."""
    return sides(answer.measure, answer.figure.numerator, answer.figure.denominator)


def side_units(measure: Measure) -> tuple[str, str]:
    """Units of numerator and denominator in the heads of columns; empty for what is counted."""
    if measure.compares:
        unit = measure_by_id(measure.of or "").unit
        return unit, unit
    return "元" if is_money(measure.numerator) else "", "元" if is_money(measure.denominator) else ""


def side_names(measure: Measure) -> tuple[str, str]:
    """What stands above and below the line, in the words of the definition; empty where it does not say."""
    words = measure.definition_en if language() == "en" else measure.definition_zh
    top, divided, bottom = words.partition(" ÷ ")
    return (top, bottom) if divided else ("", "")


def _side(terms: tuple[Term, ...], value: Decimal | None) -> Figure:
    if value is None:
        return Figure(None)
    return Figure(value / 100, _MONEY) if is_money(terms) else Figure(value, _PLAIN)
