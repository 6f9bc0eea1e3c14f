"""Writes how far a job is on a connection of its own: the job's transaction is open for minutes, and the page reads now."""

from __future__ import annotations

import time
from types import TracebackType

import psycopg
from django.db import connection

from weijian.foundation.jobs.models import Job

#: Seconds between two writings.
_PAUSE = 0.5

_UPDATE = f"UPDATE {Job._meta.db_table} SET done = %s, total = %s, step = %s WHERE id = %s AND state = 'running'"


class Progress:
    """Given to a task as its ``run``; a context manager that closes its connection."""

    def __init__(self, job: Job) -> None:
        self.actor_id, self.actor_name = job.actor_id, job.actor_name
        self._job_id = job.pk
        self._own: psycopg.Connection | None = None
        self._next = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        if self._own is not None:
            self._own.close()

    def progress(self, done: int, total: int, step: str) -> None:
        """Say how far the work is; at most twice a second reach the database."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PAUSE
        if self._own is None:
            self._own = own_connection()
        self._own.execute(_UPDATE, [done, total, step[:200], self._job_id])


def own_connection() -> psycopg.Connection:
    """Another connection to the same database, outside Django's, committing by itself."""
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context", "pool"):
        parameters.pop(name, None)
    return psycopg.connect(**parameters, autocommit=True)
