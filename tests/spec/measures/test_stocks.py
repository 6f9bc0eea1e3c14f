"""Stocks, latest reports, the year of maternal and child health, and persons who are counted once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.spec.measures.small_lake import REPORT, SmallLake, measure
from weijian.definitions.measures import Component, When
from weijian.engines.measures.records import record_list
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

CONTRACTS = Component("c.rows", "test.contract", when=When.AS_OF_END, starts="signed_on", ends="ended_on")
PERSONS = Component(
    "c.persons", "test.contract", when=When.AS_OF_END, starts="signed_on", ends="ended_on", distinct="subject_id"
)
BEDS = Component("r.beds", "test.report", value=lambda t: t.beds, when=When.LATEST)
MCH = Component("v.mch", "test.visit", when=When.MCH_YEAR)


def _count(component: Component):  # type: ignore[no-untyped-def]
    return measure(numerator=(component,), decimals=0)


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2017-01", 1), ("2017-02", 2), ("2017-06", 1), ("2017", 1), ("@2017-02-28", 2), ("2016-11", "no_records")],
)
def test_a_stock_counts_what_is_in_force_on_the_last_day(tmp_path: Path, period: str, expected: object) -> None:
    """Started on or before the day; ended after it. On the day on which it ends it is over."""
    lake = SmallLake(tmp_path).person(1, 1).person(2, 2)
    lake.add("test_contract", signed_on=date(2017, 1, 31), ended_on=date(2017, 6, 30), person_id=1)
    lake.add("test_contract", signed_on=date(2017, 2, 28), person_id=2)
    assert lake.value(_count(CONTRACTS), period) == expected


def test_a_person_with_two_contracts_counts_once_where_the_latest_stands(tmp_path: Path) -> None:
    lake = SmallLake(tmp_path).person(1, 7).person(2, 8)
    lake.add("test_contract", signed_on=date(2017, 1, 5), person_id=1, place_id=1, area_id=11)
    lake.add("test_contract", signed_on=date(2017, 3, 5), person_id=1, place_id=2, area_id=21)
    lake.add("test_contract", signed_on=date(2017, 1, 5), person_id=2, place_id=1, area_id=11)
    assert lake.value(_count(CONTRACTS), "2017") == 3
    assert lake.value(_count(PERSONS), "2017") == 2
    by_area = {one.key[0]: one.value for one in lake.figures([_count(PERSONS)], "2017", by=("area",))}
    assert by_area == {10: 1, 20: 1}
    in_january = {one.key[0]: one.value for one in lake.figures([_count(PERSONS)], "2017-01", by=("area",))}
    assert in_january == {10: 2}


def test_merged_identities_are_one_person_and_separated_ones_two(tmp_path: Path) -> None:
    def counted(subject_of_second: int | None, name: str) -> object:
        folder = tmp_path / name
        folder.mkdir()
        lake = SmallLake(folder).person(1, 7).person(2, subject_of_second)
        lake.add("test_contract", signed_on=date(2017, 1, 5), person_id=1)
        lake.add("test_contract", signed_on=date(2017, 1, 6), person_id=2)
        return lake.value(_count(PERSONS), "2017")

    assert counted(7, "merged") == 1
    assert counted(8, "apart") == 2
    assert counted(None, "unlinked") == 2  # an identity without a subject stands for itself


def test_a_merge_is_counted_anew_though_no_record_changed(tmp_path: Path) -> None:
    """The cube cache is keyed by content: a link that changes elsewhere must not leave a stale cube."""
    lake = SmallLake(tmp_path).person(1, 7).person(2, 8)
    lake.add("test_contract", signed_on=date(2017, 1, 5), person_id=1)
    lake.add("test_contract", signed_on=date(2017, 1, 6), person_id=2)
    assert lake.value(_count(PERSONS), "2017") == 2
    lake.rows["person"][1]["subject_id"] = 7
    assert lake.value(_count(PERSONS), "2017") == 1


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2017", 30), ("2016", 12), ("2017-06", 12), ("2017-11", 12), ("2018-06", 30), ("2015", "no_records")],
)
def test_latest_reports(tmp_path: Path, period: str, expected: object) -> None:
    """Yearly reports hold until the next: a month inside the year stands on the report before it."""
    lake = SmallLake(tmp_path)
    lake.add("test_report", year_end=date(2016, 12, 31), beds=10, place_id=1)
    lake.add("test_report", year_end=date(2016, 12, 31), beds=2, place_id=2)
    lake.add("test_report", year_end=date(2017, 12, 31), beds=30, place_id=1)
    lake.add("test_report", year_end=date(2017, 12, 31), beds=0, place_id=2)
    assert lake.value(_count(BEDS), period) == expected


@pytest.mark.parametrize(
    ("period", "expected"), [("2017-05", 12), ("2017-06", 12), ("2017-07", 10), ("2017", 10), ("2016", 12)]
)
def test_beds_of_a_closed_institution_are_gone_at_the_end_of_the_month(
    tmp_path: Path, period: str, expected: int
) -> None:
    """Closed after 30 June: it counts on that day, and not on 31 July; what was counted before stays."""
    lake = SmallLake(tmp_path)
    lake.rows["organisation"] = [dict(one) for one in lake.rows["organisation"]]
    lake.rows["organisation"][1]["valid_to"] = date(2017, 6, 30)
    for year in (2016, 2017):
        lake.add("test_report", year_end=date(year, 6, 30), beds=10, place_id=1)
        lake.add("test_report", year_end=date(year, 6, 30), beds=2, place_id=2)
    assert lake.value(_count(BEDS), period) == expected
    if period != "2016":
        found = record_list(lake.store([BEDS], "list"), REPORT, BEDS, Period.parse(period))
        assert found.value == expected, "the list behind the figure says the same"


def test_a_later_zero_wins_over_an_earlier_report(tmp_path: Path) -> None:
    lake = SmallLake(tmp_path)
    lake.add("test_report", year_end=date(2017, 3, 31), beds=9, place_id=1)
    lake.add("test_report", year_end=date(2017, 9, 30), beds=0, place_id=1)
    assert lake.value(_count(BEDS), "2017") == 0
    assert lake.value(_count(BEDS), "2017-06") == 9


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2017", 3), ("2017-09", 1), ("2017-10", 1), ("2017-01YTD", 2), ("2017-12YTD", 3), ("2016-12", 0)],
)
def test_year_of_maternal_and_child_health(tmp_path: Path, period: str, expected: int) -> None:
    """1 October to 30 September; a single month stays that month, and a year to date starts in October."""
    lake = SmallLake(tmp_path).person(1, 1)
    for day in (date(2016, 9, 30), date(2016, 10, 1), date(2017, 1, 1), date(2017, 9, 30), date(2017, 10, 1)):
        lake.add("test_visit", visit_on=day, type="1", fee=0, place_id=1, person_id=1)
    lake.add("test_visit", visit_on=date(2016, 12, 1), type="9", fee=0, place_id=1, person_id=1)
    ordinary = Component("v.mch", "test.visit", where=lambda t: t.type == "1", when=When.MCH_YEAR)
    assert lake.value(_count(ordinary), period) == expected


def test_distinct_flows_are_refused() -> None:
    with pytest.raises(WeijianError) as problem:
        Component("v.persons", "test.visit", distinct="subject_id")
    assert problem.value.code == "definition.component_distinct"
