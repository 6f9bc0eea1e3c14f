"""Asks for jobs and moves them through their states; the queue is told in the same transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from weijian.foundation.jobs.models import Job
from weijian.foundation.jobs.registry import task_by_id
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock

#: The one task of the queue, and the queue's name.
QUEUE, RUN = "weijian", "weijian.run"

#: A job that ended the worker so many times is not tried again by itself.
MAX_ATTEMPTS = 3

#: Days after which jobs that succeeded are forgotten.
KEPT_DAYS = 60


def ask(
    task: str,
    *,
    key: str = "",
    arguments: dict[str, Any] | None = None,
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
) -> Job:
    """Ask for a job in the caller's transaction (or its own); it runs after that is committed, or never.

    Where one of the same task and key waits already, that one is given back. Raises WeijianError ``job.unknown_task``.
    """
    task_by_id(task)
    with transaction.atomic():
        asked = Job(
            task=task,
            key=key,
            arguments=arguments or {},
            actor_id=actor_id,
            actor_name=actor_name,
            asked_at=(clock or SystemClock()).now(),
        )
        # DO NOTHING instead of an error: the caller's transaction goes on where the job waits already.
        Job.objects.bulk_create([asked], ignore_conflicts=True)
        waiting = Job.objects.get(task=task, key=key, state=Job.State.WAITING)
        if waiting.public_id == asked.public_id:
            _queue(waiting)
    return waiting


def begin(job_id: int, *, clock: Clock | None = None) -> Job | None:
    """Take a job up; None where it is over already, or has ended the worker too often (it then counts as failed)."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None or job.state not in (Job.State.WAITING, Job.State.RUNNING):
            return None
        if job.attempts >= MAX_ATTEMPTS:
            _end(job, Job.State.FAILED, clock, error=_interrupted(job).as_dict())
            return None
        job.state, job.attempts, job.started_at = Job.State.RUNNING, job.attempts + 1, (clock or SystemClock()).now()
        job.done, job.total, job.step = 0, None, ""
        job.save()
    return job


def succeed(job: Job, result: dict[str, Any], *, clock: Clock | None = None) -> None:
    """The work is done."""
    _end(job, Job.State.SUCCEEDED, clock, result=result)


def fail(job: Job, problem: WeijianError, *, clock: Clock | None = None) -> None:
    """The work came to an error; somebody may retry it."""
    _end(job, Job.State.FAILED, clock, error=problem.as_dict())


def retry(job: Job, *, actor_id: int | None = None, actor_name: str = "") -> Job:
    """Ask again for a job that failed, with its arguments. Raises ``job.not_failed``."""
    if job.state != Job.State.FAILED:
        raise WeijianError("job.not_failed", "只有未完成的任务可以重试。", job.public_id)
    return ask(job.task, key=job.key, arguments=job.arguments, actor_id=actor_id, actor_name=actor_name)


def requeue_interrupted() -> int:
    """Give back to the queue what a worker that is gone was doing; only the one worker calls this. Returns how many."""
    left = ProcrastinateJob.objects.filter(queue_name=QUEUE, status="doing").values_list("id", flat=True)
    for queue_id in left:
        app.job_manager.retry_job_by_id(queue_id, retry_at=SystemClock().now())
    return len(left)


def forget_old(*, clock: Clock | None = None) -> int:
    """Remove succeeded jobs that nobody will look for any more."""
    before = (clock or SystemClock()).now() - timedelta(days=KEPT_DAYS)
    removed, _by_model = Job.objects.filter(state=Job.State.SUCCEEDED, ended_at__lt=before).delete()
    return removed


def _queue(job: Job) -> None:
    app.configure_task(RUN, queue=QUEUE).defer(job_id=job.pk)


def _end(
    job: Job,
    state: str,
    clock: Clock | None,
    *,
    result: dict[str, Any] | None = None,
    error: dict[str, Any] | None = None,
) -> None:
    job.state, job.ended_at = state, (clock or SystemClock()).now()
    job.result, job.error = result or {}, error
    job.save(update_fields=["state", "ended_at", "result", "error"])


def _interrupted(job: Job) -> WeijianError:
    return WeijianError(
        "job.interrupted", f"任务中断了{job.attempts}次。", job.task, "查看服务日志和内存,解决后点“重试”"
    )
