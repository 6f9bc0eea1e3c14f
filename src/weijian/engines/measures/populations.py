"""Denominators: populations by basis, reference day, area, sex and age, from the population table of the snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

import duckdb

from weijian.definitions.measures import Population
from weijian.engines.measures.rollup import BY, Scope
from weijian.kernel.time import Period


def reference_days(population: Population, period: Period) -> tuple[tuple[date, ...], ...]:
    """Choices of days whose populations are averaged, best first.

    Year-ends of the year before and of the year (their mean), the middle of the year, or its end. A part of a year
    whose own year-end is not known yet stands on the one before it.
    """
    year = period.end.year
    before, end = date(year - 1, 12, 31), date(year, 12, 31)
    if population.at == "mid_year":
        return ((date(year, 6, 30),),)
    own = (end,) if population.at == "year_end" else (before, end)
    return (own,) if period.end == end else (own, (before,))


def year_share(period: Period) -> Fraction:
    """Share of the year that the period covers, for person-time in parts of a year; a year and an as-of day give 1."""
    if period.is_stock:
        return Fraction(1)
    year_days = (date(period.end.year, 12, 31) - date(period.end.year - 1, 12, 31)).days
    return Fraction(1) if period.days >= year_days else Fraction(period.days, year_days)


def population_values(
    connection: duckdb.DuckDBPyConnection,
    populations: Iterable[Population],
    periods: Sequence[Period],
    *,
    by: Sequence[str] = (),
    scope: Scope = Scope(),
) -> dict[tuple[object, ...], dict[str, Fraction | None]]:
    """Persons by (period code, *dimension values) → population id; None where a reference day has no data.

    A population has no institution: asked by institution or for one, nothing is returned, and rates that need it say
    that they have no denominator there. Person-time of parts of a year is taken by the caller (:func:`year_share`).
    """
    found: dict[tuple[object, ...], dict[str, Fraction | None]] = {}
    if "institution" in by or scope.organisation_id is not None:
        return found
    for population in {one.id: one for one in populations}.values():
        known: dict[tuple[date, ...], dict[tuple[object, ...], Fraction | None]] = {}
        for period in periods:
            for days in reference_days(population, period):
                if days not in known:
                    known[days] = _averaged(_persons(connection, population, days, by, scope), days)
                if any(amount is not None for amount in known[days].values()):
                    break
            for key, amount in known[days].items():
                found.setdefault((str(period), *key), {})[population.id] = amount
    return found


def _persons(
    connection: duckdb.DuckDBPyConnection,
    population: Population,
    days: tuple[date, ...],
    by: Sequence[str],
    scope: Scope,
) -> list[tuple[object, ...]]:
    condition, values = scope.where()
    select = "".join(f", {BY[name]} AS d{index}" for index, name in enumerate(by))
    ages = ""
    if population.age_from is not None:
        ages += f" AND c.age >= {population.age_from}"
    if population.age_to is not None:
        ages += f" AND c.age BETWEEN 0 AND {population.age_to}"
    rows: list[tuple[object, ...]] = connection.execute(
        f"""SELECT c.reference_on{select}, sum(c.persons)::BIGINT FROM population c LEFT JOIN area a ON a.area_id =
        c.area_id WHERE c.basis = ? AND c.reference_on IN (SELECT unnest(?)) AND {condition}{ages} GROUP BY ALL""",
        [population.basis, list(days), *values],
    ).fetchall()
    return rows


def _averaged(rows: list[tuple[object, ...]], days: tuple[date, ...]) -> dict[tuple[object, ...], Fraction | None]:
    """Mean over the days; None where a day has no population at all, zero for a group that one day lacks."""
    covered = {row[0] for row in rows} == set(days)
    by_key: dict[tuple[object, ...], int] = {}
    for _day, *rest in rows:
        amount = rest[-1]
        assert isinstance(amount, int)
        by_key[tuple(rest[:-1])] = by_key.get(tuple(rest[:-1]), 0) + amount
    return {key: Fraction(total, len(days)) if covered else None for key, total in by_key.items()}
