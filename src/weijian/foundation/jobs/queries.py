"""Reads jobs: for the health page, the list, and the one that somebody waits for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from weijian.foundation.accounts.models import User
from weijian.foundation.jobs.models import Job

#: Advisory lock that the worker holds on a connection of its own: the server frees it when the process is gone, so that
#: whoever holds it knows that nobody is doing what the queue says is being done.
WORKER_LOCK = 7_310_011


@dataclass(frozen=True)
class QueueCounts:
    """How many jobs wait, run and have failed without being asked again since."""

    waiting: int
    running: int
    failed: int


def queue_counts() -> QueueCounts:
    """The queue now."""
    states = Job.State
    return QueueCounts(
        Job.objects.filter(state=states.WAITING).count(),
        Job.objects.filter(state=states.RUNNING).count(),
        failed_jobs().count(),
    )


def failed_jobs() -> QuerySet[Job]:
    """Jobs that failed and for which no later one of the same task and key was asked."""
    later = Job.objects.filter(task=OuterRef("task"), key=OuterRef("key"), pk__gt=OuterRef("pk"))
    return Job.objects.filter(~Exists(later), state=Job.State.FAILED).order_by("-id")


def worker_present() -> bool:
    """Whether a worker holds the lock at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [WORKER_LOCK],
        )
        return bool(cursor.fetchone()[0])


def jobs_of(user: User) -> QuerySet[Job]:
    """Jobs that an account asked for, newest first."""
    return Job.objects.filter(actor_id=user.pk).order_by("-id")
