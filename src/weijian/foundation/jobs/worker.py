"""The worker: one for an installation, taking up at once what a killed one left; another that starts stands by."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import structlog
from django.db import DatabaseError, close_old_connections, connection
from procrastinate.contrib.django import app

from weijian.foundation.audit.services import seal_if_due
from weijian.foundation.jobs.daily import ask_due
from weijian.foundation.jobs.progress import own_connection
from weijian.foundation.jobs.queries import WORKER_LOCK
from weijian.foundation.jobs.services import QUEUE, requeue_interrupted

_log = structlog.get_logger(__name__)

#: Seconds between two looks at the clock, the audit and the lock.
PAUSE = 2.0


def work(*, once: bool = False, beside: bool = False, name: str = "weijian") -> None:
    """Work until told to stop (SIGTERM, Ctrl-C); ``once`` ends when nothing waits; ``beside`` ends with its parent."""
    with _alone() as held:
        taken_up = requeue_interrupted()
        if taken_up:
            _log.info("worker.took_up", jobs=taken_up)
        if not once:
            _start_ticking(held, os.getppid() if beside else None)
        else:
            ask_due()
        # The worker listens on connections of its own; what a job asks for still goes through Django's, in its transaction.
        listening = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        connection.close()
        listening.run_worker(
            queues=[QUEUE],
            name=name,
            concurrency=1,
            wait=not once,
            delete_jobs="successful",
            install_signal_handlers=not once,
            shutdown_graceful_timeout=60,
        )


@contextmanager
def _alone() -> Iterator[psycopg.Connection]:
    own = own_connection()
    try:
        waited = False
        while True:
            row = own.execute("SELECT pg_try_advisory_lock(%s)", [WORKER_LOCK]).fetchone()
            if row and row[0]:
                break
            if not waited:
                _log.info("worker.standing_by")
                waited = True
            time.sleep(PAUSE / 4)
        yield own
    finally:
        own.close()


def _start_ticking(held: psycopg.Connection, parent: int | None) -> None:
    threading.Thread(target=_tick, args=(held, parent), name="worker-clock", daemon=True).start()


def _tick(held: psycopg.Connection, parent: int | None) -> None:
    while True:
        if parent is not None and os.getppid() != parent:
            _log.info("worker.parent_gone")
            os._exit(0)
        try:
            held.execute("SELECT 1")
        except psycopg.Error:
            # Without the lock another worker may have begun: end at once; jobs are idempotent and taken up again.
            _log.warning("worker.lock_lost")
            os._exit(1)
        for step in (seal_if_due, ask_due):
            _attempt(step)
        time.sleep(PAUSE)


def _attempt(step: Callable[[], object]) -> None:
    try:
        close_old_connections()
        step()
    except (DatabaseError, OSError) as problem:
        _log.warning("worker.tick_failed", problem=type(problem).__name__)
