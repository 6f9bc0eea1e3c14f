"""First and last day of the period of a kind that a civil date falls in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from weijian.kernel.time.kinds import PeriodKind
from weijian.kernel.time.months import add_months, first_of_month, last_of_month

Bounds = tuple[date, date]


def bounds_of(kind: PeriodKind, day: date) -> Bounds:
    """Inclusive bounds of the period that holds ``day``; cumulated and trailing ones end with its month."""
    return _BOUNDS[kind](day)


def _day(day: date) -> Bounds:
    return day, day


def _week(day: date) -> Bounds:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _xun(day: date) -> Bounds:
    if day.day <= 10:
        return day.replace(day=1), day.replace(day=10)
    if day.day <= 20:
        return day.replace(day=11), day.replace(day=20)
    return day.replace(day=21), last_of_month(day)


def _months(length: int) -> Callable[[date], Bounds]:
    def bounds(day: date) -> Bounds:
        first = date(day.year, (day.month - 1) // length * length + 1, 1)
        return first, last_of_month(add_months(first, length - 1))

    return bounds


def _year_to_date(day: date) -> Bounds:
    return date(day.year, 1, 1), last_of_month(day)


def _trailing(day: date) -> Bounds:
    return add_months(first_of_month(day), -11), last_of_month(day)


_BOUNDS: dict[PeriodKind, Callable[[date], Bounds]] = {
    PeriodKind.DAY: _day,
    PeriodKind.WEEK: _week,
    PeriodKind.XUN: _xun,
    PeriodKind.MONTH: _months(1),
    PeriodKind.QUARTER: _months(3),
    PeriodKind.HALF: _months(6),
    PeriodKind.YEAR: _months(12),
    PeriodKind.YEAR_TO_DATE: _year_to_date,
    PeriodKind.TRAILING_12M: _trailing,
    PeriodKind.AS_OF: _day,
}
