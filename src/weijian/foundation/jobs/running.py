"""Runs one job from beginning to end, in the worker or in the process of a test or command."""

from __future__ import annotations

import traceback
from pathlib import Path

import structlog
from django.db import close_old_connections, connection

from weijian.foundation.jobs import services
from weijian.foundation.jobs.models import Job
from weijian.foundation.jobs.progress import Progress
from weijian.foundation.jobs.registry import task_by_id
from weijian.kernel.errors import WeijianError

_log = structlog.get_logger(__name__)


def run_job(job_id: int) -> None:
    """Run a job that waits, or that a worker which is gone had begun. Its errors are kept with it, not raised."""
    job = services.begin(job_id)
    if job is None:
        return
    try:
        with Progress(job) as run:
            result = task_by_id(job.task).function(run, **job.arguments)
    except WeijianError as problem:
        services.fail(job, problem)
    except Exception as problem:  # a fault of one task must not end the worker, which others wait for
        # Kind and place of the error go to the log; its text and local values may hold values of records.
        frames = [
            f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in traceback.extract_tb(problem.__traceback__)
        ]
        _log.error("job.failed", job=job.public_id, task=job.task, problem=type(problem).__name__, frames=frames[-12:])
        services.fail(
            job,
            WeijianError("job.failed", f"任务出错:{type(problem).__name__}。", job.task, "查看服务日志,解决后点“重试”"),
        )
    else:
        services.succeed(job, result or {})


def run_in_worker(job_id: int) -> None:
    """The same in a thread of the worker, whose connection is closed afterwards."""
    close_old_connections()
    try:
        run_job(job_id)
    finally:
        connection.close()


def run_waiting() -> int:
    """Run everything that waits, one after the other, in this process; returns how many jobs."""
    ran = 0
    while (job := Job.objects.filter(state=Job.State.WAITING).order_by("id").first()) is not None:
        run_job(job.pk)
        ran += 1
    return ran
