"""Numbered weeks of 52 and 53."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.time import iso_weeks_in_year, mmwr_week, mmwr_weeks_in_year
from weijian.kernel.time.weeks import mmwr_week_start


@pytest.mark.parametrize(("year", "weeks"), [(2014, 52), (2015, 53), (2016, 52), (2017, 52), (2020, 53), (2026, 53)])
def test_iso_years(year: int, weeks: int) -> None:
    assert iso_weeks_in_year(year) == weeks


# First day of week 1 and number of weeks, from the MMWR week calendars of US CDC.
@pytest.mark.parametrize(
    ("year", "first", "weeks"),
    [
        (2014, date(2013, 12, 29), 53), (2015, date(2015, 1, 4), 52), (2016, date(2016, 1, 3), 52),
        (2017, date(2017, 1, 1), 52), (2020, date(2019, 12, 29), 53), (2021, date(2021, 1, 3), 52),
    ],
)  # fmt: skip
def test_mmwr_calendar(year: int, first: date, weeks: int) -> None:
    assert mmwr_week_start(year, 1) == first
    assert mmwr_weeks_in_year(year) == weeks


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_mmwr_weeks_run_sunday_to_saturday(day: date) -> None:
    start = mmwr_week_start(*mmwr_week(day))
    assert start.weekday() == 6
    assert timedelta(0) <= day - start < timedelta(7)


def test_mmwr_week_that_is_not() -> None:
    with pytest.raises(ValueError, match="53"):
        mmwr_week_start(2017, 53)
