"""Measures that need whole age schedules: life expectancy, age-standardised rate, probability of premature death.

All take deaths of residents by single age and the mean resident population by single age from the same cubes as the
plain rates, so that the expectation of life never stands on other deaths than the death rate beside it.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from itertools import pairwise

import duckdb
import numpy as np
from numpy.typing import NDArray

from weijian import content
from weijian.definitions.measures import Component, Measure, Population
from weijian.engines.lifetable import AgeGrid, life_tables
from weijian.engines.measures.evaluate import Figure, TableFunction
from weijian.engines.measures.populations import population_values, year_share
from weijian.engines.measures.rollup import Scope, component_values
from weijian.foundation.figures.declaring import declare
from weijian.kernel.time import Period

Schedule = NDArray[np.float64]
RESIDENTS = Population("resident")

RESIDENT_DEATHS = Component("deaths.resident", "vital_events.death", where=lambda t: t.resident, persons=True)
#: 四类慢病 of WHO's and China's indicator: cardiovascular I00–I99, cancer C00–C97, chronic respiratory J30–J98,
#: diabetes E10–E14.
NCD_DEATHS = Component(
    "deaths.four_ncds",
    "vital_events.death",
    where=lambda t: (
        t.resident
        & (
            t.cause.substr(0, 3).between("I00", "I99")
            | t.cause.substr(0, 3).between("C00", "C97")
            | t.cause.substr(0, 3).between("J30", "J98")
            | t.cause.substr(0, 3).between("E10", "E14")
        )
    ),
    persons=True,
)


def schedules(
    connection: duckdb.DuckDBPyConnection, component: Component, period: Period, scope: Scope
) -> tuple[Schedule, Schedule] | None:
    """Deaths and person-years by single age 0…100+, or None where a population is missing.

    Deaths without a known age are spread over the ages in proportion to the known ones, so that totals agree.
    """
    died = np.zeros(101)
    unknown = 0
    for (_period, age), sums in component_values(
        connection, [component], [period], by=("single_age",), scope=scope
    ).items():
        amount = sums[component.id]
        if int(str(age)) < 0:
            unknown += amount
        else:
            died[int(str(age))] += amount
    if unknown and died.sum():
        died *= 1 + unknown / died.sum()
    people = np.zeros(101)
    found = population_values(connection, [RESIDENTS], [period], by=("single_age",), scope=scope)
    for (_period, age), values in found.items():
        persons = values[RESIDENTS.id]
        people[int(str(age))] = float(persons * year_share(period)) if persons is not None else 0.0
    if not people.sum():
        return None
    return died, people


def _grouped(values: Schedule, lows: tuple[int, ...]) -> Schedule:
    edges = [*lows, 101]
    return np.array([values[low:high].sum() for low, high in pairwise(edges)])


def _lacks_people(died: Schedule, people: Schedule) -> bool:
    """Whether anybody died in an age group of the abridged table in which nobody lived: then no rate by age is true.

    Population tables that stop short of an age do this; a life table would let everybody die there.
    """
    lows = AgeGrid.abridged().lows
    return bool(((_grouped(people, lows) == 0) & (_grouped(died, lows) > 0)).any())


def _expectancy(grid: AgeGrid, sex: str | None) -> TableFunction:
    def computed(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
        if sex is not None and scope.sex not in (None, sex):
            return _none(measure, period, "not_by_person")
        own = Scope(scope.area_id, scope.organisation_id, sex or scope.sex)
        found = schedules(connection, RESIDENT_DEATHS, period, own)
        if found is None or scope.organisation_id is not None:
            return _none(measure, period, "no_denominator")
        died, people = found
        if _lacks_people(died, people):
            return _none(measure, period, "zero_denominator")
        table = life_tables(grid, _grouped(people, grid.lows), _grouped(died, grid.lows))
        value = float(table.ex[0, 0])
        if not np.isfinite(value):
            return _none(measure, period, "no_records")
        return Figure(
            measure.id,
            str(period),
            (),
            _decimal(value, 8),
            _decimal(float(died.sum()), 4),
            _decimal(float(people.sum()), 4),
            low=_decimal(float(table.ex_low[0, 0]), 8),
            high=_decimal(float(table.ex_high[0, 0]), 8),
        )

    return computed


def _premature(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
    """40q30 from five-year rates: 1 − Π(1 − 5m/(1 + 2.5m)), ages 30–69 (WHO NCD Global Monitoring Framework)."""
    found = schedules(connection, NCD_DEATHS, period, scope)
    if found is None or scope.organisation_id is not None:
        return _none(measure, period, "no_denominator")
    died, people = found
    alive = 1.0
    for low in range(30, 70, 5):
        persons = people[low : low + 5].sum()
        rate = died[low : low + 5].sum() / persons if persons else 0.0
        alive *= 1 - 5 * rate / (1 + 2.5 * rate)
    top, bottom = float(died[30:70].sum()), float(people[30:70].sum())
    return Figure(measure.id, str(period), (), _decimal((1 - alive) * 100, 8), _decimal(top, 4), _decimal(bottom, 4))


def _standardised(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
    """Direct standardisation to the census population of 2010 in five-year groups, per 100,000."""
    found = schedules(connection, RESIDENT_DEATHS, period, scope)
    if found is None or scope.organisation_id is not None:
        return _none(measure, period, "no_denominator")
    died, people = found
    if _lacks_people(died, people):
        return _none(measure, period, "zero_denominator")
    weights = _standard()
    lows = tuple(weights)
    rates = np.divide(
        _grouped(died, lows), _grouped(people, lows), out=np.zeros(len(lows)), where=_grouped(people, lows) > 0
    )
    standard = np.array(list(weights.values()), dtype=float)
    value = float((rates * standard).sum() / standard.sum() * 100_000)
    return Figure(
        measure.id,
        str(period),
        (),
        _decimal(value, 8),
        _decimal(float(died.sum()), 4),
        _decimal(float(people.sum()), 4),
    )


@cache
def _standard() -> dict[int, int]:
    rows = content.read_csv("figures/standard_population_cn_2010.csv")
    return {int(row["age_from"]): int(row["persons"]) for row in rows}


def _none(measure: Measure, period: Period, reason: str) -> Figure:
    return Figure(measure.id, str(period), (), None, None, None, reason)


def _decimal(value: float, decimals: int) -> Decimal:
    return Decimal(str(round(value, decimals)))


def _life(measure_id: str) -> Measure:
    return declare(measure_id, function=measure_id, owner="disease")


MEASURES: tuple[Measure, ...] = (
    declare(
        "mortality.standardised_rate_resident",
        form="table",
        function="mortality.standardised_rate_resident",
        owner="disease",
    ),
    _life("mortality.premature_ncd_probability"),
    _life("life.expectancy_abridged"),
    _life("life.expectancy_complete"),
    _life("life.expectancy_abridged_male"),
    _life("life.expectancy_abridged_female"),
)

TABLE_FUNCTIONS: dict[str, TableFunction] = {
    "mortality.standardised_rate_resident": _standardised,
    "mortality.premature_ncd_probability": _premature,
    "life.expectancy_abridged": _expectancy(AgeGrid.abridged(85), None),
    "life.expectancy_complete": _expectancy(AgeGrid.complete(100), None),
    "life.expectancy_abridged_male": _expectancy(AgeGrid.abridged(85), "1"),
    "life.expectancy_abridged_female": _expectancy(AgeGrid.abridged(85), "2"),
}
TABLE_INPUTS: dict[str, tuple[str, ...]] = dict.fromkeys(
    TABLE_FUNCTIONS, ("vital_events_death", "populations_population_count")
)
#: Deaths and people are read by sex and age: each of these may be asked for one sex.
TABLE_BY_SEX = frozenset(TABLE_FUNCTIONS)
