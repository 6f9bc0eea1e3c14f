"""Working days as the State Council announces them each year, with made-up weekend days (调休上班)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal, Self

from weijian.kernel.time.errors import PeriodError

SATURDAY = 5
DayKind = Literal["rest", "work"]
_KINDS: Mapping[str, DayKind] = {"rest": "rest", "work": "work"}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """An announced exception to Monday–Friday: a day off (``rest``) or a worked weekend (``work``)."""

    day: date
    kind: DayKind
    holiday: str
    notice_year: int
    notice: str


class WorkingDayCalendar:
    """Working days of mainland China; years not yet announced count Monday to Friday and say so."""

    def __init__(self, days: Iterable[CalendarDay]) -> None:
        rows = list(days)
        self._days: Mapping[date, CalendarDay] = {row.day: row for row in rows}
        self._years = frozenset(row.notice_year for row in rows)
        if len(self._days) != len(rows):
            raise PeriodError("time.calendar_duplicate", "A date stands twice in the working-day calendar.")

    @classmethod
    def from_csv(cls, lines: Iterable[str]) -> Self:
        """Read ``date,kind,holiday,notice_year,notice``, or raise :class:`PeriodError`."""
        return cls(_read_row(number, row) for number, row in enumerate(csv.DictReader(lines), start=2))

    @property
    def announced_years(self) -> tuple[int, ...]:
        """Years whose arrangement is known, in order."""
        return tuple(sorted(self._years))

    def announced(self, year: int) -> bool:
        """False where the year's arrangement is not known and Monday to Friday is assumed."""
        return year in self._years

    def unannounced_years(self, start: date, end: date) -> tuple[int, ...]:
        """Years between two dates (both included) whose arrangement is not known: warn of them."""
        return tuple(year for year in range(start.year, end.year + 1) if year not in self._years)

    def holiday(self, day: date) -> str | None:
        """Name of the holiday that a day off or a made-up working day belongs to, else None."""
        row = self._days.get(day)
        return row.holiday if row else None

    def is_working_day(self, day: date) -> bool:
        """True for a day on which offices work."""
        row = self._days.get(day)
        return row.kind == "work" if row else day.weekday() < SATURDAY

    def add_working_days(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start``, which itself is not counted (negative: before).

        The day on which a time limit begins is not counted (民法典 第二百零一条). Zero gives ``start`` if it
        is a working day, else the next one.
        """
        step = -_ONE_DAY if count < 0 else _ONE_DAY
        day, left = start, abs(count)
        if left == 0:
            while not self.is_working_day(day):
                day += step
            return day
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative where ``end`` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def _read_row(number: int, row: Mapping[str, str | None]) -> CalendarDay:
    try:
        kind = _KINDS[row["kind"] or ""]
        day = date.fromisoformat(row["date"] or "")
        year = int(row["notice_year"] or "")
        return CalendarDay(day, kind, row["holiday"] or "", year, row["notice"] or "")
    except (KeyError, ValueError) as error:
        raise PeriodError(
            "time.calendar_row",
            f"A row of the working-day calendar cannot be read: {error}.",
            where=f"row {number}",
            fix="Columns are date, kind (rest or work), holiday, notice_year, notice.",
        ) from None


@cache
def china_working_days() -> WorkingDayCalendar:
    """The calendar that ships with Weijian (``content/calendar/working_days_cn.csv``)."""
    source = files("weijian").joinpath("content", "calendar", "working_days_cn.csv")
    return WorkingDayCalendar.from_csv(source.read_text(encoding="utf-8").splitlines())
