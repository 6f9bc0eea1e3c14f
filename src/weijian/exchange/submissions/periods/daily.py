"""What each day brings for submissions: the year opened in time, overdue periods in the inbox, reminders once a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from weijian.exchange.submissions.models import DatasetPeriod
from weijian.exchange.submissions.periods.overdue import MISSING, owe_overdue
from weijian.exchange.submissions.periods.services import expect_year, remind_missing
from weijian.foundation.changes.services import change
from weijian.kernel.time import BEIJING

#: Month from which on the next year is open, so that its first month is there when it begins.
OPENS_NEXT = 12

#: Days between two reminders of the same thing by the clock.
REMINDED_EVERY = 7


@dataclass(frozen=True)
class Day:
    """What a day came to."""

    opened: int
    overdue: int
    reminded: int


def begin_day(day: date) -> Day:
    """Bring the dues into line with a day; run twice it changes nothing more."""
    opened = 0
    for year in (day.year, day.year + 1) if day.month >= OPENS_NEXT else (day.year,):
        if not DatasetPeriod.objects.filter(period__startswith=f"{year}").exists():
            opened += expect_year(year)
    with change(f"逾期报送 {day}") as row:
        overdue = owe_overdue(day, change_id=row.pk)
    return Day(opened, overdue, _remind(day))


def _remind(day: date) -> int:
    """Remind of what is overdue and was not reminded of within a week."""
    since = datetime.combine(day - timedelta(days=REMINDED_EVERY - 1), time(), BEIJING)
    owed = DatasetPeriod.objects.filter(state__in=MISSING, due_on__lt=day).exclude(reminders__sent_at__gte=since)
    return remind_missing(list(owed), at=datetime.combine(day, time(8), BEIJING))
