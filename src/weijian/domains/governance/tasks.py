"""Jobs of the plan: what each day brings, and measuring supervised tasks on every new snapshot."""

from __future__ import annotations

from datetime import date
from typing import Any

from weijian.foundation.jobs.models import Job
from weijian.foundation.jobs.registry import Run, task
from weijian.foundation.jobs.services import ask
from weijian.foundation.snapshots.models import Snapshot

#: Once each civil day.
DAILY = ("governance.daily",)


@task("governance.daily", "每日督办任务", "The day's supervision")
def daily(run: Run, day: str) -> dict[str, Any]:
    """Owe the progress of quarters that have ended; remind of supervised tasks that are due."""
    from weijian.domains.governance.services import open_progress_dues, remind_due

    today = date.fromisoformat(day)
    opened, reminded = open_progress_dues(today), remind_due(today)
    return {"text": f"待填报进展 {opened:,} 项,催办 {reminded:,} 项", "url": "/plan/supervisions/"}


@task("governance.measure", "测量督办事项", "Measure supervised tasks")
def measure(run: Run, snapshot: int) -> dict[str, Any]:
    """Close what the newest snapshot shows as met, open again what it shows as missed."""
    from weijian.domains.governance.models import Supervision
    from weijian.domains.governance.services import close_by_measurement
    from weijian.foundation.today import today

    changed = close_by_measurement(on=today())
    closed = sum(one.state == Supervision.State.CLOSED for one in changed)
    return {
        "text": f"快照 {snapshot}:销号 {closed:,} 项,重新打开 {len(changed) - closed:,} 项",
        "url": "/plan/supervisions/",
    }


def look() -> list[Job]:
    """Ask for a measurement where a snapshot is newer than the last one and something waits to be measured."""
    from weijian.domains.governance.models import Supervision

    newest = Snapshot.objects.order_by("-id").values_list("id", flat=True).first()
    if newest is None or Job.objects.filter(task="governance.measure", key=str(newest)).exists():
        return []
    if not Supervision.objects.exclude(measure="").exists():
        return []
    return [ask("governance.measure", key=str(newest), arguments={"snapshot": newest})]


LOOKS = (look,)
