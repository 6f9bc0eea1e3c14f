"""The one seam for “now”: code that needs the time takes a clock, so that a test or a replay can set it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from weijian.kernel.time.instants import beijing_date, start_of_day


class Clock(Protocol):
    """Anything that tells the present instant and the Beijing civil date of it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """The Beijing civil date of :meth:`now`."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The Beijing civil date of now."""
        return beijing_date(self.now())


class FixedClock:
    """A clock that stands until it is moved; for tests, the synthetic world and replays."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("an instant needs a UTC offset")
        self._instant = instant.astimezone(UTC)

    @classmethod
    def at_noon(cls, day: date) -> FixedClock:
        """A clock at 12:00 Beijing time of a civil date."""
        return cls(start_of_day(day) + timedelta(hours=12))

    def now(self) -> datetime:
        """The set instant, aware, in UTC."""
        return self._instant

    def today(self) -> date:
        """The Beijing civil date of the set instant."""
        return beijing_date(self._instant)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward. Raises ``ValueError`` for a negative step."""
        if by < timedelta(0):
            raise ValueError("a clock does not run backwards")
        self._instant += by
