"""From components and populations to figures: value, numerator, denominator and the reason where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import duckdb

from weijian.definitions.measures import Component, Measure, Population, Term, When
from weijian.engines.measures.populations import population_values, year_share
from weijian.engines.measures.rollup import Scope, component_values, covered
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

#: Digits kept behind a measure's printed decimals, so that differences and growth are taken before rounding for print.
EXTRA_DECIMALS = 6


@dataclass(frozen=True)
class Figure:
    """One computed value of one measure at one grain.

    ``key`` holds the values of the asked dimensions in order. ``value`` is exact to :data:`EXTRA_DECIMALS` beyond the
    printed decimals and None where it cannot be computed; ``reason`` then says why (``no_denominator``,
    ``zero_denominator``, ``no_comparison``, ``no_records``, ``not_by_person``). ``low`` and ``high`` bound it where an interval
    is known.
    """

    measure: str
    period: str
    key: tuple[object, ...]
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reason: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


#: A table measure: gets the measure, the connection, the period and scope, and gives value, numerator, denominator,
#: reason.
TableFunction = Callable[[Measure, duckdb.DuckDBPyConnection, Period, Scope], Figure]


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

    ``catalogue`` resolves the measures that growths and differences are taken of. Table measures are computed one
    by one and only without ``by`` dimensions; elsewhere they give no figure.
    """
    comparing = [one for one in measures if one.compares]
    bases = [catalogue[_base(one)] for one in comparing]
    asked = sorted({*periods, *(period.same_period_last_year() for period in periods if comparing)})
    plain = {one.id: one for one in [*measures, *bases] if not one.compares and one.form != "table"}
    computed = _plain(connection, list(plain.values()), asked, by, scope)
    codes = {str(period) for period in periods}
    figures: list[Figure] = []
    for one in measures:
        if one.compares:
            figures += _compared(one, computed.get(_base(one), {}), periods)
        elif one.form != "table":
            figures += [figure for figure in computed.get(one.id, {}).values() if figure.period in codes]
        elif not by:
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
    known = covered(connection, components.values(), periods)
    people = population_values(connection, populations.values(), periods, by=by, scope=scope)
    keys: set[tuple[object, ...]] = set(sums) | set(people)
    if not by:
        keys |= {(str(period),) for period in periods}
    share = {str(period): year_share(period) for period in periods}
    rows = {key: (sums.get(key, {}), people.get(key, {})) for key in keys}
    told: dict[str, list[tuple[object, ...]]] = {}
    for key, (amounts, persons) in rows.items():
        for term in (*amounts, *persons):
            told.setdefault(term, []).append(key)
    found: dict[str, dict[tuple[object, ...], Figure]] = {}
    for one in measures:
        counted = _Counted(one, known, share)
        terms = {term.id for term in (*one.numerator, *one.numerator_minus, *one.denominator)}
        # No records at a place: no row, rather than a zero for every institution.
        touched = dict.fromkeys(key for term in sorted(terms) for key in told.get(term, ())) if by else rows
        found[one.id] = {key: counted.figure(key, *rows[key]) for key in touched}
    return found


class _Counted:
    """One measure put together from sums and populations, key by key."""

    def __init__(self, measure: Measure, known: set[tuple[str, str]], share: Mapping[str, Fraction]) -> None:
        self.measure = measure
        self.known = known
        self.share = share
        self.decimals = measure.decimals + EXTRA_DECIMALS
        scale = Fraction(str(measure.scale))
        self.shift = (scale.numerator * 10**self.decimals, scale.denominator)
        flows = [
            term
            for term in measure.numerator
            if isinstance(term, Component) and term.when in (When.DURING, When.MCH_YEAR)
        ]
        self.person_time = bool(flows)

    def figure(self, key: tuple[object, ...], sums: Mapping[str, int], people: Mapping[str, Fraction | None]) -> Figure:
        measure, period = self.measure, str(key[0])
        numerator = self._total(measure.numerator, period, sums, people, "")
        minus = self._total(measure.numerator_minus, period, sums, people, "")
        top = None if numerator is None or minus is None else numerator - minus
        bottom = self._total(measure.denominator, period, sums, people, "denominator") if measure.denominator else None
        value, reason = self._value(top, bottom)
        return Figure(measure.id, period, key[1:], value, decimal_of(top, 4), decimal_of(bottom, 4), reason)

    def _total(
        self,
        terms: Iterable[Term],
        period: str,
        sums: Mapping[str, int],
        people: Mapping[str, Fraction | None],
        role: str,
    ) -> Fraction | int | None:
        """Sum of the terms; None where a kind has no record in the period or a population is not known.

        Flows are held against person-time, so that a month's rate is a yearly rate; a stock against the persons
        themselves.
        """
        total: Fraction | int = 0
        for term in terms:
            if isinstance(term, Component):
                amount: int | Fraction | None = sums.get(term.id)
                if amount is None and (term.id, period) in self.known:
                    amount = 0
            else:
                amount = people.get(term.id)
                if amount is not None and role and self.person_time and term.at != "year_end":
                    amount *= self.share[period]
            if amount is None:
                return None
            total += amount
        return total

    def _value(self, top: Fraction | int | None, bottom: Fraction | int | None) -> tuple[Decimal | None, str]:
        if top is None:
            return None, "no_records"
        if not self.measure.denominator:
            return self._scaled(top, 1), ""
        if bottom is None:
            return None, "no_denominator"
        if bottom == 0:
            return None, "zero_denominator"
        return self._scaled(top, bottom), ""

    def _scaled(self, top: Fraction | int, bottom: Fraction | int) -> Decimal:
        """scale × top ÷ bottom in whole numbers, so that hundreds of thousands of figures stay exact and cheap."""
        over = top.numerator * bottom.denominator * self.shift[0]
        under = top.denominator * bottom.numerator * self.shift[1]
        return rounded(over, under, self.decimals)


def _compared(growth: Measure, base: Mapping[tuple[object, ...], Figure], periods: Sequence[Period]) -> list[Figure]:
    """Growth in % of the base's exact values, or their difference; no comparison where last year is unknown (or
    nil)."""
    before = {str(period): str(period.same_period_last_year()) for period in periods}
    figures = []
    for (code, *rest), now in base.items():
        if code not in before:
            continue
        last = base.get((before[str(code)], *rest))
        value, reason = None, "no_comparison"
        if now.value is not None and last is not None and last.value is not None:
            this, then = Fraction(now.value), Fraction(last.value)
            if growth.form == "difference":
                value, reason = decimal_of(this - then, growth.decimals + EXTRA_DECIMALS), ""
            elif then:
                value, reason = decimal_of((this / then - 1) * 100, growth.decimals + EXTRA_DECIMALS), ""
        figures.append(
            Figure(growth.id, str(code), tuple(rest), value, now.value, last.value if last else None, reason)
        )
    return figures


def decimal_of(value: Fraction | int | None, decimals: int) -> Decimal | None:
    """The fraction as a Decimal of so many decimals."""
    if value is None:
        return None
    if isinstance(value, int):
        return Decimal(value)
    return rounded(value.numerator * 10**decimals, value.denominator, decimals)


def rounded(over: int, under: int, decimals: int) -> Decimal:
    """``over / under`` to a whole number, halves away from zero, written with ``decimals`` decimals; exact."""
    whole = (2 * abs(over) + abs(under)) // (2 * abs(under))
    return Decimal(whole if (over >= 0) == (under > 0) else -whole).scaleb(-decimals)
