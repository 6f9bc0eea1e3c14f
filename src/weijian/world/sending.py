"""On which day an institution sends: in the first working days of the following month, some only after the due day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import numpy as np

from weijian.kernel.time.working_days import china_working_days
from weijian.world.sampling import seeded

#: Last days on which a month's and a year's data are in time, in the month that follows.
DUE_MONTHLY, DUE_YEARLY = 10, 31
#: Number that stands for a year's file where months are 1 to 12.
WHOLE_YEAR = 13
#: Most who send late do so within a week; one in ten needs a fortnight and more.
LATE_PER_DAY, LATEST = 0.18, 28


def tardiness(seed: int, institution: str) -> float:
    """How much more (or less) often than others an institution is late; the mean over institutions is one."""
    rng = seeded(seed, "punctuality", institution)
    return float(np.exp(rng.normal(-0.32, 0.8)))


class SendingDays:
    """The days on which one institution sends one dataset through a year; ``tardy`` is the share of late files.

    Months are asked for in order: 1 to 12, 13 for the whole year, above for what follows a month later each. A month is
    never sent before the one before it.
    """

    def __init__(self, seed: int, dataset: str, institution: str, year: int, tardy: float) -> None:
        self._rng = seeded(seed, "sending", dataset, institution, year)
        self._share = tardy * tardiness(seed, institution) if tardy else 0.0
        self._year = year
        self._days: dict[int, date] = {}

    def of(self, month: int) -> date:
        """The day on which the files of a month are sent."""
        if month not in self._days:
            drawn = _day(self._rng, self._year, month, self._share)
            self._days[month] = max([drawn, *list(self._days.values())[-1:]])
        return self._days[month]


def _day(rng: np.random.Generator, year: int, month: int, share: float) -> date:
    later = month if month < WHOLE_YEAR else 12 + (month - WHOLE_YEAR)
    first = date(year + later // 12, later % 12 + 1, 1)
    due = min(DUE_YEARLY if month == WHOLE_YEAR else DUE_MONTHLY, calendar.monthrange(first.year, first.month)[1])
    draw, within = rng.random(2)
    if draw < share:
        return first + timedelta(days=due - 1 + min(1 + int(rng.geometric(LATE_PER_DAY)), LATEST))
    working = china_working_days()
    days = [first + timedelta(days=at) for at in range(1, due)]
    open_days = [day for day in days if working.is_working_day(day)] or days[-1:]
    return open_days[int(len(open_days) * within**0.6)]  # more of them towards the due day
