"""Jobs of the submissions: what each day brings, and reminding everybody who is late."""

from __future__ import annotations

from datetime import date
from typing import Any

from weijian.foundation.jobs.registry import Run, task

#: Once each civil day.
DAILY = ("submissions.daily",)


@task("submissions.daily", "每日报送任务", "The day's dues")
def daily(run: Run, day: str) -> dict[str, Any]:
    """Open the year in time, put what is overdue into the inbox, remind."""
    from weijian.exchange.submissions.periods.daily import begin_day
    from weijian.foundation.jobs.services import forget_old

    found = begin_day(date.fromisoformat(day))
    forget_old()
    return {
        "text": f"生成 {found.opened:,} 项,逾期 {found.overdue:,} 期,催报 {found.reminded:,} 项",
        "url": "/submissions/",
    }


@task("submissions.remind", "催报全部逾期", "Remind of everything overdue")
def remind_all(run: Run, day: str) -> dict[str, Any]:
    """Remind of everything that is overdue on a day, at once."""
    from weijian.exchange.submissions.models import DatasetPeriod
    from weijian.exchange.submissions.periods.overdue import MISSING
    from weijian.exchange.submissions.periods.services import remind_missing

    owed = list(DatasetPeriod.objects.filter(state__in=MISSING, due_on__lt=date.fromisoformat(day)))
    count = remind_missing(owed, actor_id=run.actor_id, actor_name=run.actor_name)
    return {"text": f"催报 {count:,} 项", "url": "/submissions/"}
