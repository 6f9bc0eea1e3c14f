"""The job that delivers events, asked for by the worker whenever something waits."""

from __future__ import annotations

from typing import Any

from weijian.foundation.jobs.models import Job
from weijian.foundation.jobs.registry import Run, task
from weijian.kernel.time import SystemClock


@task("outbox.deliver", "投递事件", "Deliver events")
def deliver_waiting(run: Run) -> dict[str, Any]:
    """Deliver until nothing more is due."""
    from weijian.foundation.outbox.services import deliver

    total = not_now = 0
    while True:
        delivered, failed = deliver()
        total, not_now = total + delivered, not_now + failed
        run.progress(total, total + not_now, "")
        if not delivered:
            break
    return {"text": f"投递 {total:,} 件,暂未成功 {not_now:,} 件"}


def look() -> list[Job]:
    """Ask for the job where a delivery is due."""
    from weijian.foundation.jobs.services import ask
    from weijian.foundation.outbox.services import waiting

    return [ask("outbox.deliver")] if waiting(SystemClock().now()) else []


LOOKS = (look,)
