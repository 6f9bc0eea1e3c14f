"""Denominators: which population, on which day, for how much of a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest

from tests.spec.measures.small_lake import SmallLake, measure
from weijian.definitions.measures import Component, Population, When

VISITS = Component("v.all", "test.visit")
IN_FORCE = Component("c.in_force", "test.contract", when=When.AS_OF_END, starts="signed_on", ends="ended_on")


def _per(population: Population, top: Component = VISITS):  # type: ignore[no-untyped-def]
    return measure(form="ratio", numerator=(top,), denominator=(population,), decimals=4)


@pytest.fixture
def lake(tmp_path: Path) -> SmallLake:
    """100 residents at the end of 2015 and 2016, 300 at the end of 2017; a quarter of them in street 20, aged 70."""
    found = SmallLake(tmp_path).person(1, 1)
    for day, persons in ((date(2015, 12, 31), 100), (date(2016, 12, 31), 100), (date(2017, 12, 31), 300)):
        for village, age, share in ((11, 30, 3), (21, 70, 1)):
            found.add(
                "populations_population_count", basis="resident", village_id=village, area_id=village, reference_on=day,
                sex="1", age=age, persons=persons * share // 4,
            )  # fmt: skip
    for month in range(1, 13):
        found.add("test_visit", visit_on=date(2017, month, 1), type="1", fee=0, place_id=1, person_id=1)
    found.add("test_contract", signed_on=date(2017, 3, 1), person_id=1)
    return found


@pytest.mark.parametrize(
    ("population", "period", "expected"),
    [
        (Population("resident"), "2017", D("0.06")),  # 12 visits over (100 + 300) / 2
        (Population("resident", "year_end"), "2017", D("0.04")),
        (Population("resident", age_from=65), "2017", D("0.24")),  # over (25 + 75) / 2
        (Population("resident", age_to=64), "2017", D("0.08")),
        (Population("resident", "mid_year"), "2017", "no_denominator"),
        (Population("registered"), "2017", "no_denominator"),
        # One visit over 200 persons for 31 of 365 days: a month's rate is a rate by the year.
        (Population("resident"), "2017-01", D("0.0588709677")),
    ],
)
def test_flows_over_populations(lake: SmallLake, population: Population, period: str, expected: object) -> None:
    assert lake.value(_per(population), period) == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2017", D("0.0033333333")), ("2017-06", D("0.0033333333")), ("2017-02", 0), ("@2017-06-30", D("0.0033333333"))],
)
def test_a_stock_is_held_against_persons_not_person_time(
    tmp_path: Path, lake: SmallLake, period: str, expected: object
) -> None:
    lake.add("test_contract", signed_on=date(2016, 1, 1), ended_on=date(2016, 2, 1), person_id=1)
    assert lake.value(_per(Population("resident", "year_end"), IN_FORCE), period) == expected


def test_a_running_year_stands_on_the_last_known_year_end(lake: SmallLake) -> None:
    lake.rows["populations_population_count"] = [
        row for row in lake.rows["populations_population_count"] if row["reference_on"].year < 2017
    ]
    assert lake.value(_per(Population("resident", "year_end")), "2017-06") == D("0.01")
    # The whole year is not told before its own year end is known.
    assert lake.value(_per(Population("resident", "year_end")), "2017") == "no_denominator"


def test_populations_by_area_and_age_but_never_by_institution(lake: SmallLake) -> None:
    people = measure(form="sum", numerator=(Population("resident", "year_end"),), decimals=0)
    assert {one.key[0]: one.value for one in lake.figures([people], "2017", by=("area",))} == {10: 225, 20: 75}
    assert {one.key[0]: one.value for one in lake.figures([people], "2017", by=("age",))} == {30: 225, 70: 75}
    rate = _per(Population("resident"))
    found = lake.figures([rate], "2017", by=("institution",))
    assert [(one.value, one.reason) for one in found] == [(None, "no_denominator")]
