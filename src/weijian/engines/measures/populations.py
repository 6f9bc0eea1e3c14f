"""Denominators: populations by basis, reference day, area, sex and age, from the population table of the snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

import duckdb

from weijian.definitions.measures import Population
from weijian.engines.measures.rollup import BY, Scope
from weijian.kernel.time import Period

#: Table of the population kind in snapshots.
TABLE = "populations_population_count"


def reference_days(population: Population, period: Period) -> tuple[date, ...]:
    """Days whose populations are averaged: year-ends of the year before and the year, its middle, or its end."""
    year = period.end.year
    if population.at == "year_end":
        return (date(year, 12, 31),)
    if population.at == "mid_year":
        return (date(year, 6, 30),)
    return (date(year - 1, 12, 31), date(year, 12, 31))


def year_share(period: Period) -> Fraction:
    """Share of the year that the period covers, for person-time in parts of a year; a year and an as-of day give 1."""
    if period.is_stock:
        return Fraction(1)
    days = (period.end - period.start).days + 1
    year_days = (date(period.end.year, 12, 31) - date(period.end.year - 1, 12, 31)).days
    return Fraction(1) if days >= year_days else Fraction(days, year_days)


def population_values(
    connection: duckdb.DuckDBPyConnection,
    populations: Iterable[Population],
    periods: Sequence[Period],
    *,
    by: Sequence[str] = (),
    scope: Scope = Scope(),
) -> dict[tuple[object, ...], dict[str, Fraction | None]]:
    """Populations by (period code, *dimension values) → population id; None where a reference day has no data.

    A population has no institution: asked by institution or for one, nothing is returned, and rates that need it say
    that they have no denominator there.
    """
    found: dict[tuple[object, ...], dict[str, Fraction | None]] = {}
    if "institution" in by or scope.organisation_id is not None:
        return found
    condition, values = scope.where()
    select = "".join(f", {BY[name]} AS d{index}" for index, name in enumerate(by))
    for population in {one.id: one for one in populations}.values():
        ages = ""
        if population.age_from is not None:
            ages += f" AND c.age >= {population.age_from}"
        if population.age_to is not None:
            ages += f" AND c.age <= {population.age_to}"
        for period in periods:
            days = reference_days(population, period)
            rows = connection.execute(
                f"""SELECT c.reference_on{select}, sum(c.persons)::BIGINT
                FROM (SELECT *, village_id AS unit FROM {TABLE}) c LEFT JOIN area a ON a.area_id = c.unit
                WHERE c.basis = ? AND c.reference_on IN (SELECT unnest(?)) AND {condition}{ages} GROUP BY ALL""",
                [population.basis, list(days), *values],
            ).fetchall()
            for key, amount in _averaged(rows, days).items():
                share = amount * year_share(period) if amount is not None else None
                found.setdefault((str(period), *key), {})[population.id] = share
    return found


def _averaged(rows: list[tuple[object, ...]], days: tuple[date, ...]) -> dict[tuple[object, ...], Fraction | None]:
    by_key: dict[tuple[object, ...], dict[object, int]] = {}
    for day, *rest in rows:
        amount = rest[-1]
        assert isinstance(amount, int)
        by_key.setdefault(tuple(rest[:-1]), {})[day] = amount
    return {
        key: Fraction(sum(amounts.values()), len(days)) if set(amounts) == set(days) else None
        for key, amounts in by_key.items()
    }
