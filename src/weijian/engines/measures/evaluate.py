"""From components and populations to figures: value, numerator, denominator and the reason where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import duckdb

from weijian.definitions.measures import Component, Measure, Population, Term
from weijian.engines.measures.populations import population_values
from weijian.engines.measures.rollup import Scope, component_values
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

#: Digits kept behind a measure's printed decimals, so that differences and growth are taken before rounding for print.
EXTRA_DECIMALS = 6


@dataclass(frozen=True)
class Figure:
    """One computed value of one measure at one grain.

    ``key`` holds the values of the asked dimensions in order. ``value`` is exact to :data:`EXTRA_DECIMALS` beyond the
    printed decimals and None where it cannot be computed; ``reason`` then says why (``no_denominator``,
    ``zero_denominator``, ``no_comparison``, ``no_records``).
    """

    measure: str
    period: str
    key: tuple[object, ...]
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reason: str = ""


#: A table measure: gets the measure, the connection, the period and scope, and gives value, numerator, denominator, reason.
TableFunction = Callable[[Measure, duckdb.DuckDBPyConnection, Period, Scope], "Figure"]


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    measures: Sequence[Measure],
    periods: Sequence[Period],
    *,
    catalogue: Mapping[str, Measure],
    functions: Mapping[str, TableFunction],
    by: Sequence[str] = (),
    scope: Scope = Scope(),
) -> list[Figure]:
    """All figures of ``measures`` over ``periods`` at one grain, in one pass over the cubes.

    ``catalogue`` resolves the measures that growths are taken of. Table measures are computed one by one and only without
    ``by`` dimensions or by area; elsewhere they give no figure.
    """
    plain = [one for one in measures if one.form not in ("growth", "table")]
    growths = [one for one in measures if one.form == "growth"]
    bases = [catalogue[_base(one)] for one in growths]
    asked = sorted({*periods, *(period.same_period_last_year() for period in periods if growths)})
    wanted = {one.id: one for one in [*plain, *(base for base in bases if base.form not in ("growth", "table"))]}
    computed = _plain(connection, list(wanted.values()), asked, by, scope)
    codes = {str(period) for period in periods}
    figures = [
        figure for one in plain for figure in computed.get(one.id, {}).values() if figure.period in codes
    ]
    for growth, base in zip(growths, bases, strict=True):
        figures += _growth(growth, computed.get(base.id, {}), periods)
    for one in measures:
        if one.form == "table" and not by:
            function = functions[one.function or ""]
            figures += [replace(function(one, connection, period, scope), measure=one.id) for period in periods]
    return figures


def _base(growth: Measure) -> str:
    if growth.of is None:
        raise WeijianError("definition.measure_growth", "A growth names the measure it is the growth of.", growth.id)
    return growth.of


def _plain(
    connection: duckdb.DuckDBPyConnection,
    measures: Sequence[Measure],
    periods: Sequence[Period],
    by: Sequence[str],
    scope: Scope,
) -> dict[str, dict[tuple[object, ...], Figure]]:
    components = {term.id: term for one in measures for term in one.components()}
    populations = {
        term.id: term for one in measures for term in one.numerator + one.denominator if isinstance(term, Population)
    }
    sums = component_values(connection, components.values(), periods, by=by, scope=scope)
    people = population_values(connection, populations.values(), periods, by=by, scope=scope)
    keys: set[tuple[object, ...]] = set(sums) | set(people)
    if not by:
        keys |= {(str(period),) for period in periods}
    found: dict[str, dict[tuple[object, ...], Figure]] = {}
    for one in measures:
        for key in keys:
            figure = _figure(one, key, sums.get(key, {}), people.get(key, {}))
            if figure is not None:
                found.setdefault(one.id, {})[key] = figure
    return found


def _figure(
    measure: Measure, key: tuple[object, ...], sums: Mapping[str, int], people: Mapping[str, Fraction | None]
) -> Figure | None:
    period, *rest = key
    touched = {term.id for term in (*measure.numerator, *measure.numerator_minus, *measure.denominator)}
    if rest and not touched & (set(sums) | set(people)):
        return None  # this measure has no records at this place: no row, rather than a zero for every institution
    numerator = _total(measure.numerator, sums, people)
    minus = _total(measure.numerator_minus, sums, people)
    top = None if numerator is None or minus is None else numerator - minus
    bottom = _total(measure.denominator, sums, people) if measure.denominator else None
    value, reason = _value(measure, top, bottom)
    return Figure(measure.id, str(period), tuple(rest), value, _decimal(top, 4), _decimal(bottom, 4), reason)


def _value(measure: Measure, top: Fraction | None, bottom: Fraction | None) -> tuple[Decimal | None, str]:
    if top is None:
        return None, "no_records"
    if not measure.denominator:
        return _decimal(top * Fraction(str(measure.scale)), measure.decimals + EXTRA_DECIMALS), ""
    if bottom is None:
        return None, "no_denominator"
    if bottom == 0:
        return None, "zero_denominator"
    return _decimal(top * Fraction(str(measure.scale)) / bottom, measure.decimals + EXTRA_DECIMALS), ""


def _total(
    terms: Iterable[Term], sums: Mapping[str, int], people: Mapping[str, Fraction | None]
) -> Fraction | None:
    total = Fraction(0)
    for term in terms:
        if isinstance(term, Component):
            total += sums.get(term.id, 0)
            continue
        amount = people.get(term.id)
        if amount is None:
            return None
        total += amount
    return total


def _growth(growth: Measure, base: Mapping[tuple[object, ...], Figure], periods: Sequence[Period]) -> list[Figure]:
    """(this period ÷ same period last year − 1) × 100 of the base's exact values; no comparison where last year is nil."""
    figures = []
    for period in periods:
        before = str(period.same_period_last_year())
        for (code, *rest), now in base.items():
            if code != str(period):
                continue
            last = base.get((before, *rest))
            value, reason = None, "no_comparison"
            if now.value is not None and last is not None and last.value:
                value = _decimal((Fraction(now.value) / Fraction(last.value) - 1) * 100, growth.decimals + EXTRA_DECIMALS)
                reason = ""
            figures.append(
                Figure(growth.id, code, tuple(rest), value, now.value, last.value if last else None, reason)
            )
    return figures


def _decimal(value: Fraction | None, decimals: int) -> Decimal | None:
    if value is None:
        return None
    quantum = Decimal(1).scaleb(-decimals)
    # One guard digit beyond the quantum, so that the half-up step sees the exact remainder's side.
    scaled = value * 10**decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    return (Decimal(whole) * quantum).quantize(quantum, ROUND_HALF_UP)
