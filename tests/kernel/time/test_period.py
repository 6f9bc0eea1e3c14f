"""Periods: codes, bounds, neighbours, months, parts and labels."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.time import Period, PeriodError, PeriodKind
from weijian.kernel.time.period import TILING_KINDS

# code, start, end, 环比, 同期, months touched, Chinese, English
TABLE = """
2017        2017-01-01 2017-12-31 2016        2016        12 2017年                 2017
2017-H1     2017-01-01 2017-06-30 2016-H2     2016-H1     6  2017年上半年           first half of 2017
2017-H2     2017-07-01 2017-12-31 2017-H1     2016-H2     6  2017年下半年           second half of 2017
2017-Q3     2017-07-01 2017-09-30 2017-Q2     2016-Q3     3  2017年第三季度         Q3 2017
2017-01     2017-01-01 2017-01-31 2016-12     2016-01     1  2017年1月              January 2017
2016-02     2016-02-01 2016-02-29 2016-01     2015-02     1  2016年2月              February 2016
2017-07-X1  2017-07-01 2017-07-10 2017-06-X3  2016-07-X1  1  2017年7月上旬          1–10 July 2017
2017-07-X2  2017-07-11 2017-07-20 2017-07-X1  2016-07-X2  1  2017年7月中旬          11–20 July 2017
2017-02-X3  2017-02-21 2017-02-28 2017-02-X2  2016-02-X3  1  2017年2月下旬          21–28 February 2017
2017-W32    2017-08-07 2017-08-13 2017-W31    2016-W32    1  2017年第32周           week 32 of 2017
2017-W01    2017-01-02 2017-01-08 2016-W52    2016-W01    1  2017年第1周            week 1 of 2017
2015-W53    2015-12-28 2016-01-03 2015-W52    2014-W52    2  2015年第53周           week 53 of 2015
2017-07-15  2017-07-15 2017-07-15 2017-07-14  2016-07-15  1  2017年7月15日          15 July 2017
2016-02-29  2016-02-29 2016-02-29 2016-02-28  2015-02-28  1  2016年2月29日          29 February 2016
2017-07YTD  2017-01-01 2017-07-31 2017-06YTD  2016-07YTD  7  2017年1—7月            January–July 2017
2017-01YTD  2017-01-01 2017-01-31 2016-12YTD  2016-01YTD  1  2017年1月累计          January 2017 (cumulative)
2017-07T12M 2016-08-01 2017-07-31 2017-06T12M 2016-07T12M 12 截至2017年7月的12个月  12 months to July 2017
@2017-12-31 2017-12-31 2017-12-31 @2017-11-30 @2016-12-31 1  截至2017年12月31日     as of 31 December 2017
@2017-02-28 2017-02-28 2017-02-28 @2017-01-31 @2016-02-29 1  截至2017年2月28日      as of 28 February 2017
@2017-03-15 2017-03-15 2017-03-15 @2017-02-15 @2016-03-15 1  截至2017年3月15日      as of 15 March 2017
"""
ROWS = [line.split(maxsplit=7) for line in TABLE.strip().splitlines()]

days = st.dates(date(1950, 1, 5), date(2150, 12, 31))
kinds = st.sampled_from(list(PeriodKind))
tiling = st.sampled_from(sorted(TILING_KINDS))


@pytest.mark.parametrize(("code", "start", "end", "before", "year_ago", "months", "zh", "en"), ROWS)
def test_table(code: str, start: str, end: str, before: str, year_ago: str, months: str, zh: str, en: str) -> None:
    period = Period.parse(code)
    assert (period.start.isoformat(), period.end.isoformat(), period.code) == (start, end, code)
    assert (str(period.previous()), str(period.same_period_last_year())) == (before, year_ago)
    assert len(period.months()) == int(months)
    assert (period.label("zh-hans"), period.label("en")) == (zh, en)


@pytest.mark.parametrize(
    "code",
    ["", "17", "2017-13", "2017-00", "2017-Q5", "2017-H3", "2017-W00", "2017-W53", "2017-02-29", "2017-07-X4",
     "2017-7", "２０１７", "2017 ", "@2017-02-30", "@2017", "2017YTD", "0017", "2017-07ytd", "2017-07-15YTD"],
)  # fmt: skip
def test_other_text_is_refused(code: str) -> None:
    with pytest.raises(PeriodError) as raised:
        Period.parse(code)
    assert raised.value.code == "time.period_code"


@settings(deadline=None)
@given(kinds, days)
def test_code_is_an_inverse(kind: PeriodKind, day: date) -> None:
    period = Period.of(kind, day)
    assert Period.parse(period.code) == period
    assert period.kind is kind


@settings(deadline=None)
@given(tiling, days)
def test_tiling_kinds_leave_no_gap(kind: PeriodKind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.contains(day)
    assert period.shift(1).start == period.end + timedelta(days=1)
    assert period.previous().end == period.start - timedelta(days=1)


@settings(deadline=None)
@given(kinds, days, st.integers(-60, 60))
def test_shift_is_an_inverse(kind: PeriodKind, day: date, steps: int) -> None:
    if kind is PeriodKind.AS_OF:
        day = day.replace(day=min(day.day, 27))  # a later day may not exist in the month between
    period = Period.of(kind, day)
    assert period.shift(steps).shift(-steps) == period


@settings(deadline=None)
@given(st.sampled_from([PeriodKind.DAY, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.XUN]), tiling, days)
def test_children_make_up_the_whole(part: PeriodKind, kind: PeriodKind, day: date) -> None:
    whole = Period.of(kind, day)
    try:
        parts = whole.children(part)
    except PeriodError as error:
        assert error.code == "time.not_divisible"
        return
    assert sum(child.days for child in parts) == whole.days
    assert all(whole.covers(child) for child in parts)


def test_weeks_belong_to_exactly_one_month() -> None:
    by_month = [week for month in Period.parse("2020").children("month") for week in month.children("week")]
    assert [week.code for week in by_month] == [f"2020-W{n:02d}" for n in range(1, 54)]
    assert by_month == Period.parse("2020").children("week")


@pytest.mark.parametrize(("code", "part"), [("2017-07", "year"), ("2017-W32", "month"), ("2017", "ytd")])
def test_not_divisible(code: str, part: str) -> None:
    with pytest.raises(PeriodError) as raised:
        Period.parse(code).children(part)
    assert raised.value.code == "time.not_divisible"


def test_cumulated_and_trailing_periods_have_months() -> None:
    assert [p.code for p in Period.parse("2017-03YTD").children("month")] == ["2017-01", "2017-02", "2017-03"]
    assert Period.parse("2017-07T12M").month_codes()[0] == "2016-08"
    assert not Period.parse("2017-03YTD").chain_comparable


def test_months_in_order_by_between() -> None:
    assert [p.code for p in Period.between("month", date(2016, 11, 30), date(2017, 2, 1))] == [
        "2016-11", "2016-12", "2017-01", "2017-02",
    ]  # fmt: skip


def test_foreign_bounds_are_refused() -> None:
    with pytest.raises(PeriodError) as raised:
        Period(date(2017, 1, 2), date(2017, 1, 31), PeriodKind.MONTH)
    assert raised.value.code == "time.period_bounds"


def test_instants_are_half_open_in_beijing_time() -> None:
    first, after = Period.parse("2017").instants
    assert first.astimezone(UTC) == datetime(2016, 12, 31, 16, tzinfo=UTC)
    assert after.astimezone(UTC) == datetime(2017, 12, 31, 16, tzinfo=UTC)


def test_an_instant_is_no_civil_date() -> None:
    with pytest.raises(TypeError):
        Period.parse("2017").contains(datetime(2017, 1, 1, tzinfo=UTC))


def test_order_is_by_start() -> None:
    codes = ["2017-12", "2017", "2016-12", "2017-01"]
    assert [p.code for p in sorted(map(Period.parse, codes))] == ["2016-12", "2017-01", "2017", "2017-12"]
