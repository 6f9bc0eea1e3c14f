"""The background thread that seals while the program serves: one look a second, a seal each minute or
thousand leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from django.db import DatabaseError, close_old_connections, connection

from weijian.foundation.audit.services import seal, seal_if_due

_log = structlog.get_logger(__name__)

#: Seconds between two looks.
PAUSE = 1.0


def start_sealer() -> Callable[[], None]:
    """Start the thread; the function given back ends it and seals once more."""
    ended = threading.Event()
    thread = threading.Thread(target=_run, args=(ended,), name="audit-sealer", daemon=True)
    thread.start()

    def stop() -> None:
        ended.set()
        thread.join(timeout=30)

    return stop


def _run(ended: threading.Event) -> None:
    while not ended.wait(PAUSE):
        _attempt(seal_if_due)
    _attempt(seal)
    connection.close()


def _attempt(step: Callable[[], object]) -> None:
    try:
        close_old_connections()
        step()
    except (DatabaseError, OSError) as problem:
        # What could not be sealed now waits for the next look; the health page shows the age of the last head.
        _log.warning("audit.seal_failed", problem=type(problem).__name__)
