"""The announced working days, and arithmetic on them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.time import PeriodError, WorkingDayCalendar, china_working_days

days = st.dates(date(2009, 6, 1), date(2027, 6, 1))

CALENDAR = china_working_days()


# 国务院办公厅关于2017年部分节假日安排的通知: National Day and Mid-Autumn together, 30 September worked.
@pytest.mark.parametrize(
    ("day", "worked", "holiday"),
    [
        (date(2017, 9, 29), True, None),
        (date(2017, 9, 30), True, "中秋节、国庆节"),
        (date(2017, 10, 1), False, "中秋节、国庆节"),
        (date(2017, 10, 8), False, "中秋节、国庆节"),
        (date(2017, 10, 9), True, None),
        (date(2017, 1, 22), True, "春节"),
        (date(2017, 1, 27), False, "春节"),
        (date(2017, 7, 15), False, None),
        (date(2020, 1, 31), False, "春节"),  # prolonged by a second notice
        (date(2026, 2, 14), True, "春节"),
    ],
)
def test_announced_days(day: date, worked: bool, holiday: str | None) -> None:
    assert CALENDAR.is_working_day(day) is worked
    assert CALENDAR.holiday(day) == holiday


@pytest.mark.parametrize("year", [*range(2013, 2015), *range(2016, 2020), *range(2021, 2027)])
def test_every_statutory_holiday_costs_one_working_day(year: int) -> None:
    """An independent count: days less weekend days less the statutory holidays (全国年节及纪念日放假办法).

    Eleven until 2024, thirteen from 2025. 2015 and 2020 had one and two days more by special notices; at the
    turn of 2011 a made-up day fell into the year before.
    """
    first, days_in_year = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    weekend = sum((first + timedelta(days=n)).weekday() >= 5 for n in range(days_in_year))
    expected = days_in_year - weekend - (11 if year < 2025 else 13)
    assert CALENDAR.working_days_between(first - timedelta(days=1), date(year, 12, 31)) == expected


def test_announced_years_and_beyond() -> None:
    assert CALENDAR.announced_years == tuple(range(2010, 2027))
    assert not CALENDAR.announced(2027)
    assert CALENDAR.unannounced_years(date(2026, 12, 1), date(2028, 1, 5)) == (2027, 2028)
    assert CALENDAR.is_working_day(date(2027, 10, 1))  # a Friday: the fallback, which is why it is flagged


def test_time_limits_do_not_count_the_first_day() -> None:
    friday = date(2017, 9, 29)
    assert CALENDAR.add_working_days(friday, 1) == date(2017, 9, 30)
    assert CALENDAR.add_working_days(friday, 2) == date(2017, 10, 9)
    assert CALENDAR.add_working_days(date(2017, 10, 9), -2) == friday
    assert CALENDAR.add_working_days(date(2017, 10, 1), 0) == date(2017, 10, 9)


@settings(deadline=None)
@given(days, st.integers(1, 300))
def test_adding_and_counting_agree(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.working_days_between(start, end) == count
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(end, start) == -count


def test_made_up_days_are_weekend_days() -> None:
    span = (date(2010, 1, 1) + timedelta(days=n) for n in range(17 * 366))
    worked = {day for day in span if CALENDAR.holiday(day) and CALENDAR.is_working_day(day)}
    # The notice of January 2020 names the Monday on which work resumes.
    assert {day for day in worked if day.weekday() < 5} == {date(2020, 2, 3)}
    assert len(worked) > 80


def test_a_bad_row_is_named() -> None:
    lines = [
        "date,kind,holiday,notice_year,notice",
        "2017-01-01,rest,元旦,2017,x",
        "2017-01-02,off,元旦,2017,x",
    ]
    with pytest.raises(PeriodError) as raised:
        WorkingDayCalendar.from_csv(lines)
    assert (raised.value.code, raised.value.where) == ("time.calendar_row", "row 3")


def test_a_date_stands_once() -> None:
    lines = ["date,kind,holiday,notice_year,notice", *["2017-01-01,rest,元旦,2017,x"] * 2]
    with pytest.raises(PeriodError) as raised:
        WorkingDayCalendar.from_csv(lines)
    assert raised.value.code == "time.calendar_duplicate"
