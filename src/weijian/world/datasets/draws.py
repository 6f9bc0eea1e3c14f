"""Days of a year drawn with the rhythm of months, weekdays and public holidays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from weijian.kernel.time.working_days import china_working_days
from weijian.world.draft import year_bounds
from weijian.world.frame import EPOCH
from weijian.world.movements import month_days
from weijian.world.sampling import apportion, choose

Days = NDArray[np.int32]


def month_draw(rng: np.random.Generator, year: int, month_weights: Sequence[float], size: int) -> Days:
    """``size`` days in random order, exact in proportion to the months and even within them."""
    days = month_days(rng, year, apportion(month_weights, size).tolist())
    rng.shuffle(days)
    return days


def day_weights(
    year: int, month_weights: Sequence[float], weekday_weights: Sequence[float], holiday_factor: float
) -> NDArray[np.float64]:
    """Relative activity of each day of a year; made-up working days count as Mondays to Fridays do on average."""
    calendar = china_working_days()
    first, last = year_bounds(year)
    weights = np.empty(last - first + 1)
    workday = float(np.mean(weekday_weights[:5]))
    for at in range(weights.size):
        day = EPOCH + timedelta(days=first + at)
        value = weekday_weights[day.weekday()]
        if calendar.holiday(day) is not None:
            value = workday if calendar.is_working_day(day) else workday * holiday_factor
        weights[at] = value
    months = _months(year)
    for month in range(1, 13):
        rows = months == month
        weights[rows] *= month_weights[month - 1] / weights[rows].sum()
    return weights / weights.sum()


def working_days(year: int) -> Days:
    """Days on which offices work."""
    calendar = china_working_days()
    first, last = year_bounds(year)
    return np.array(
        [day for day in range(first, last + 1) if calendar.is_working_day(EPOCH + timedelta(days=day))], dtype=np.int32
    )


def office_days(rng: np.random.Generator, year: int, month_weights: Sequence[float], size: int) -> Days:
    """``size`` working days, exact in proportion to the months, ascending."""
    days = working_days(year)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    parts = []
    for at, count in enumerate(apportion(month_weights, size), start=1):
        open_days = days[month == at]
        parts.append(open_days[choose(rng, np.ones(open_days.size), int(count))])
    return np.sort(np.concatenate(parts)).astype(np.int32)


def _months(year: int) -> NDArray[np.int64]:
    first, last = year_bounds(year)
    days = np.arange(first, last + 1).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype(np.int64) % 12 + 1
