"""Arithmetic on civil months, which every longer period is made of."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def first_of_month(day: date) -> date:
    """First day of the month of ``day``."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """Last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, count: int) -> date:
    """The same day ``count`` months on; a day that the month lacks becomes its last (31 Jan + 1 = 28 Feb)."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_months_keeping_end(day: date, count: int) -> date:
    """As :func:`add_months`, but the end of a month stays the end (28 Feb 2017 − 12 = 29 Feb 2016)."""
    moved = add_months(day, count)
    return last_of_month(moved) if day == last_of_month(day) else moved


def each_month(start: date, end: date) -> tuple[date, ...]:
    """First days of every month touched by the inclusive range ``start`` to ``end``."""
    first = first_of_month(start)
    count = (end.year - first.year) * 12 + end.month - first.month + 1
    return tuple(add_months(first, n) for n in range(count))


def next_day(day: date) -> date:
    """The following civil date."""
    return day + timedelta(days=1)
