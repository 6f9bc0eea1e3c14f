"""The one task that the queue knows: run the job of this id. What a job does is declared in the rooms."""

from __future__ import annotations

from procrastinate.contrib.django import app

from weijian.foundation.jobs.running import run_in_worker
from weijian.foundation.jobs.services import QUEUE, RUN


@app.task(name=RUN, queue=QUEUE)  # type: ignore[untyped-decorator]
def run(job_id: int) -> None:
    """Run a job."""
    run_in_worker(job_id)
