"""Jobs that publish: the committed data as a snapshot with its figures, and a month that is locked on it."""

from __future__ import annotations

from typing import Any

from weijian.foundation.jobs.registry import Run, task


@task("snapshot.publish", "发布快照与指标", "Publish a snapshot and its figures")
def publish(run: Run) -> dict[str, Any]:
    """Publish what is committed; where nothing changed, the last snapshot stays and its figures are completed."""
    from weijian.foundation.figures.services import publish_figures
    from weijian.foundation.snapshots.services import publish_snapshot

    snapshot = publish_snapshot(progress=run.progress)
    publication = publish_figures(snapshot, run.progress)
    return {"text": f"快照 {snapshot.pk},更新指标值 {publication.written:,} 个", "url": "/indicators/"}


@task("figures.lock_month", "锁定月份", "Lock a month")
def lock(run: Run, month: str, reasons: dict[str, str]) -> dict[str, Any]:
    """Publish the newest snapshot's figures and lock the month on it; done already where the month is locked."""
    from weijian.foundation.figures.models import MonthLock
    from weijian.foundation.figures.services import lock_month

    held = MonthLock.objects.filter(month=month).first()
    if held is None:
        given = {int(institution): reason for institution, reason in reasons.items()}
        held = lock_month(month, reasons=given, actor_id=run.actor_id, actor_name=run.actor_name, progress=run.progress)
    return {"text": f"{month} 已锁定于快照 {held.snapshot_id}", "url": f"/months/{month}/"}
