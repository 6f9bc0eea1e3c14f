"""What each form of a measure comes to, on tables that can be added up by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest

from tests.spec.measures.small_lake import SmallLake, measure
from weijian.definitions.measures import Component, Measure
from weijian.engines.measures.rollup import Scope
from weijian.kernel.errors import WeijianError

VISITS = Component("v.all", "test.visit")
URGENT = Component("v.urgent", "test.visit", where=lambda t: t.type == "2")
FEES = Component("v.fee", "test.visit", value=lambda t: t.fee)
AT_PRIMARY = Component("v.primary", "test.visit", organisations=lambda o: o.category == "primary")

COUNT = measure(numerator=(VISITS,))
RATE = measure(form="rate", numerator=(URGENT,), denominator=(VISITS,), scale=100)
MEAN = measure(form="mean", numerator=(FEES,), denominator=(VISITS,), scale=0.01)
SHARE = measure(form="rate", numerator=(AT_PRIMARY,), denominator=(VISITS,), scale=100)
OTHERS = measure(form="sum", numerator=(VISITS,), numerator_minus=(URGENT,))
GROWTH = measure("test.growth", form="growth", of="test.measure")
DIFFERENCE = measure("test.difference", form="difference", of="test.measure")


@pytest.fixture
def lake(tmp_path: Path) -> SmallLake:
    """Seven visits: one in 2016, six in 2017 — three in January, two in February, one in May; two urgent; two at
    the centre."""
    found = SmallLake(tmp_path)
    found.person(1, 1, "1", date(1960, 2, 29)).person(2, 2, "2", date(2015, 3, 1))
    for day, kind, fee, place, person in (
        (date(2016, 1, 5), "1", 1000, 1, 1),
        (date(2017, 1, 1), "1", 1001, 1, 1),
        (date(2017, 1, 31), "2", 2000, 1, 2),
        (date(2017, 1, 15), "1", 3000, 2, 1),
        (date(2017, 2, 1), "1", 0, 1, 2),
        (date(2017, 2, 28), "2", 500, 2, None),
        (date(2017, 5, 2), "1", 99, 1, 1),
    ):
        area = 11 if place == 1 else 21
        found.add("test_visit", visit_on=day, type=kind, fee=fee, place_id=place, person_id=person, area_id=area)
    return found


@pytest.mark.parametrize(
    ("measure", "period", "expected"),
    [
        (COUNT, "2017", 6),
        (COUNT, "2017-01", 3),
        (COUNT, "2017-Q1", 5),
        (COUNT, "2017-H1", 6),
        (COUNT, "2017-02YTD", 5),
        (COUNT, "2017-02T12M", 5),
        (COUNT, "2016", 1),
        (RATE, "2017", D("33.33333333")),
        (RATE, "2017-05", 0),
        (MEAN, "2017-01", D("20.00333333")),  # 6001 分 over 3 visits
        (SHARE, "2017", D("33.33333333")),
        (OTHERS, "2017", 4),
        # A month without any record of the kind is a gap, not a zero.
        (COUNT, "2017-04", "no_records"),
        (RATE, "2017-04", "no_records"),
        (COUNT, "2018", "no_records"),
    ],
)
def test_forms(lake: SmallLake, measure: Measure, period: str, expected: object) -> None:
    assert lake.value(measure, period) == expected


@pytest.mark.parametrize(
    ("period", "growth", "difference"),
    [
        ("2017", 500, 5),  # 6 against 1
        ("2017-01", 200, 2),
        ("2017-02", "no_comparison", "no_comparison"),  # nothing on record last February
        ("2016", "no_comparison", "no_comparison"),
    ],
)
def test_growth_and_difference(lake: SmallLake, period: str, growth: object, difference: object) -> None:
    assert lake.value(GROWTH, period, COUNT) == growth
    assert lake.value(DIFFERENCE, period, COUNT) == difference


def test_growth_over_a_stated_zero_has_no_value_but_the_difference_has(lake: SmallLake) -> None:
    urgent = measure(numerator=(URGENT,))
    assert lake.value(urgent, "2016") == 0  # there were visits in 2016, none of them urgent
    assert lake.value(GROWTH, "2017", urgent) == "no_comparison"
    assert lake.value(DIFFERENCE, "2017", urgent) == 2


def test_breakdowns_add_up_to_the_whole(lake: SmallLake) -> None:
    expected = {
        "area": {10: 4, 20: 2},
        "village": {11: 4, 21: 2},
        "institution": {1: 4, 2: 2},
        "sex": {"1": 3, "2": 2, "0": 1},
        # 56 until 29 February 2017 is past (1 March), 57 in May; the child is 1 until its birthday on 1 March.
        "age": {55: 3, 1: 2, -1: 1},
        "single_age": {56: 2, 57: 1, 1: 2, -1: 1},
    }
    for dimension, counts in expected.items():
        found = lake.figures([COUNT], "2017", by=(dimension,))
        assert {one.key[0]: one.value for one in found} == counts, dimension


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(area_id=20), 2),
        (Scope(area_id=11), 4),
        (Scope(organisation_id=2), 2),
        (Scope(sex="2"), 2),
        (Scope(age_to=14), 2),
        (Scope(age_from=57), 1),
        (Scope(area_id=10, sex="1"), 2),
    ],
)
def test_scopes(lake: SmallLake, scope: Scope, expected: int) -> None:
    assert lake.value(COUNT, "2017", scope=scope) == expected


def test_an_institution_without_records_has_no_row(lake: SmallLake) -> None:
    found = lake.figures([COUNT], "2017-05", by=("institution",))
    assert [one.key for one in found] == [(1,)]


@pytest.mark.parametrize("period", ["2017-01-05", "2017-W03", "2017-01-X1", "@2017-01-15"])
def test_a_period_of_parts_of_months_is_refused(lake: SmallLake, period: str) -> None:
    with pytest.raises(WeijianError) as problem:
        lake.value(COUNT, period)
    assert problem.value.code == "measure.period"


def test_empty_snapshot_gives_gaps_everywhere(tmp_path: Path) -> None:
    lake = SmallLake(tmp_path)
    for one in (COUNT, RATE, MEAN):
        assert lake.value(one, "2017") == "no_records"
    assert lake.value(GROWTH, "2017", COUNT) == "no_comparison"
    assert lake.figures([COUNT], "2017", by=("area",)) == []
