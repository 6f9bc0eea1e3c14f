"""Instants and Beijing civil dates: the only place where one becomes the other."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

# A fixed offset, not a zone from the tz database: China has kept UTC+8 without summer time since 1992, no
# recorded instant is older, and the same arithmetic holds in every engine without zone tables.
BEIJING = timezone(timedelta(hours=8), "UTC+08:00")


def beijing_date(instant: datetime) -> date:
    """Civil date in Beijing of an aware instant. Raises ``ValueError`` for a naive one."""
    return to_beijing(instant).date()


def to_beijing(instant: datetime) -> datetime:
    """The same instant on a Beijing wall clock. Raises ``ValueError`` for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a UTC offset")
    return instant.astimezone(BEIJING)


def start_of_day(day: date) -> datetime:
    """The instant at which a Beijing civil date begins (aware, UTC+8)."""
    return datetime.combine(day, time.min, BEIJING)


def to_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ``ValueError`` for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a UTC offset")
    return instant.astimezone(UTC)
