"""Two file locks. The start lock lets one process at a time start or stop the server. The run lock is held by
the server itself: it inherits the descriptor, so the lock is free exactly when its last process is gone, also
when a pid is reused or the server lives in another container on the same folder."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from weijian.foundation.embedded_pg.errors import DatabaseServerError
from weijian.foundation.embedded_pg.private_files import open_private

PAUSE = 0.1


@contextlib.contextmanager
def start_lock(file: Path, timeout: float) -> Iterator[None]:
    """Hold the start lock; raises ``database.busy`` when another process keeps it longer than ``timeout``
    seconds."""
    deadline = time.monotonic() + timeout
    fd = open_private(file)
    try:
        while not _try_lock(fd):
            if time.monotonic() > deadline:
                raise DatabaseServerError(
                    "database.busy",
                    f"Another process has been starting or stopping the database for {timeout:.0f} s.",
                    str(file),
                    "Wait for it, or end it, and try again.",
                )
            time.sleep(PAUSE)
        yield
    finally:
        os.close(fd)


@contextlib.contextmanager
def run_lock(file: Path) -> Iterator[int | None]:
    """Take the run lock without waiting: its descriptor, to be passed to the server, or ``None`` if a server
    holds it.

    Leaving the block closes our descriptor only; a server that inherited it keeps the lock.
    """
    fd = open_private(file)
    try:
        yield fd if _try_lock(fd) else None
    finally:
        os.close(fd)


def is_held(file: Path) -> bool:
    """Whether some server process still lives."""
    if not file.exists():
        return False
    with run_lock(file) as fd:
        return fd is None


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise
    return True
