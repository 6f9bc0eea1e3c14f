"""The day on which a neighbouring period lies: the one before (环比) and the one a year ago (同期)."""

from __future__ import annotations

from datetime import date, timedelta

from weijian.kernel.time.kinds import PeriodKind
from weijian.kernel.time.months import add_months, add_months_keeping_end
from weijian.kernel.time.weeks import iso_week, iso_week_start, iso_weeks_in_year

_K = PeriodKind
# Months from one period of the kind to the next; cumulated and trailing periods move with their last month.
_STEP_MONTHS = {
    _K.MONTH: 1, _K.QUARTER: 3, _K.HALF: 6, _K.YEAR: 12, _K.YEAR_TO_DATE: 1, _K.TRAILING_12M: 1,
}  # fmt: skip


def shifted_day(kind: PeriodKind, start: date, end: date, steps: int) -> date:
    """A day in the period ``steps`` after (negative: before) the one with these bounds."""
    match kind:
        case _K.DAY:
            return start + timedelta(days=steps)
        case _K.WEEK:
            return start + timedelta(weeks=steps)
        case _K.XUN:
            months, third = divmod(start.day // 10 + steps, 3)
            return add_months(start.replace(day=1), months).replace(day=third * 10 + 1)
        case _K.AS_OF:
            return add_months_keeping_end(end, steps)
        case _:
            return add_months(end.replace(day=1), steps * _STEP_MONTHS[kind])


def day_a_year_before(kind: PeriodKind, start: date, end: date) -> date:
    """A day in the same period one year earlier.

    A week keeps its number; week 53 of a year after one with 52 weeks is held against week 52. 29 February
    becomes the 28th, and an as-of day that ends its month stays the end of the month.
    """
    if kind is _K.WEEK:
        year, week = iso_week(start)
        return iso_week_start(year - 1, min(week, iso_weeks_in_year(year - 1)))
    if kind is _K.AS_OF:
        return add_months_keeping_end(end, -12)
    if kind is _K.DAY:
        return add_months(end, -12)
    return add_months(start if kind is _K.XUN else end.replace(day=1), -12)
