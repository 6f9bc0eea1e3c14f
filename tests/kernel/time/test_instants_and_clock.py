"""Beijing civil dates in Python and SQL, and the injected clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.time import FixedClock, SystemClock, beijing_date, beijing_date_sql, start_of_day

instants = st.datetimes(datetime(1930, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2017, 12, 31, 15, 59, 59, 999999, tzinfo=UTC), date(2017, 12, 31)),
        (datetime(2017, 12, 31, 16, tzinfo=UTC), date(2018, 1, 1)),
        (datetime(2017, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))), date(2018, 1, 1)),
    ],
)
def test_civil_date(instant: datetime, expected: date) -> None:
    assert beijing_date(instant) == expected


def test_a_naive_time_has_no_date() -> None:
    with pytest.raises(ValueError, match="offset"):
        beijing_date(datetime(2017, 1, 1))


@settings(deadline=None)
@given(st.lists(instants, min_size=1, max_size=20))
def test_sql_agrees_with_python_in_any_session_zone(values: list[datetime]) -> None:
    connection = duckdb.connect()
    for zone in ("UTC", "Asia/Shanghai", "America/New_York"):
        connection.execute(f"SET TimeZone = '{zone}'")
        query = f"SELECT {beijing_date_sql('v', 'duckdb')} FROM (SELECT unnest(?::TIMESTAMPTZ[]) AS v)"
        assert [row[0] for row in connection.execute(query, [values]).fetchall()] == [*map(beijing_date, values)]


def test_fixed_clock_moves_only_forward() -> None:
    clock = FixedClock(start_of_day(date(2018, 1, 1)) - timedelta(microseconds=1))
    assert clock.today() == date(2017, 12, 31)
    clock.advance(timedelta(microseconds=1))
    assert (clock.today(), clock.now()) == (date(2018, 1, 1), datetime(2017, 12, 31, 16, tzinfo=UTC))
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))
    assert FixedClock.at_noon(date(2017, 5, 1)).today() == date(2017, 5, 1)


def test_system_clock_is_aware() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
