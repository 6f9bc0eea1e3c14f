"""Which processes belong to a cluster. A pid file alone proves nothing: the pid may be of a dead server and
already of something else, so a process counts only if it is PostgreSQL and works in the data folder."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from weijian.foundation.embedded_pg.errors import DatabaseServerError
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.locks import PAUSE, is_held

GRACE = 5.0
"""Seconds for the processes of a killed server to notice that it is gone, before they are told to end."""
LAST_WAIT = 10.0
"""Seconds after the strongest signal; a process inside a disk operation ends only when that is done."""


@dataclass(frozen=True)
class PidFile:
    """What the server wrote into ``postmaster.pid``."""

    pid: int
    socket_folder: Path | None
    is_ready: bool
    """The server itself said that it is ready."""


def read_pid_file(layout: Layout) -> PidFile | None:
    """The pid file, or ``None`` when there is none or it is cut off (a full disk leaves it empty)."""
    try:
        lines = layout.pid_file.read_text().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    lines += [""] * 8  # line 5: first socket folder, line 8: state, both written later than the first
    folder = Path(os.path.normpath(layout.data / lines[4])) if lines[4] else None
    return PidFile(pid, folder, lines[7].strip() == "ready")


def postmaster(layout: Layout) -> psutil.Process | None:
    """The living main process of this cluster, proved beyond its pid."""
    found = read_pid_file(layout)
    if found is None:
        return None
    try:
        process = psutil.Process(found.pid)
        if _works_here(process, layout):
            return process
        # A container's root may not look into processes of other accounts: name, account and the run lock must do.
        if _is_hidden(process) and _could_serve(process, layout) and is_held(layout.run_lock):
            return process
    except psutil.NoSuchProcess:
        pass
    return None


def server_processes(layout: Layout) -> list[psutil.Process]:
    """All living processes of this cluster that can be seen from here, orphans of a killed main process among
    them."""
    found = []
    for process in psutil.process_iter():
        try:
            if _works_here(process, layout):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def send(process: psutil.Process, kind: signal.Signals) -> None:
    """Send a signal unless the process is gone (psutil checks that the pid was not reused)."""
    try:
        process.send_signal(kind)
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied as error:
        raise PermissionError(1, "Operation not permitted", f"process {process.pid}") from error


def wait_until_gone(layout: Layout, timeout: float) -> bool:
    """Wait until the last process of the cluster is gone; false when one is still there after ``timeout``
    seconds.

    The run lock tells it exactly; the list of processes covers file systems whose locks are not inherited
    (NFS).
    """
    deadline = time.monotonic() + timeout
    while is_held(layout.run_lock) or server_processes(layout):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def end_orphans(layout: Layout) -> None:
    """Clear the processes of a cluster whose main process was killed: they still hold its shared memory.

    Raises ``database.in_use`` when something holds the cluster that cannot be seen or ended from here.
    """
    if wait_until_gone(layout, GRACE):
        return
    for kind, patience in ((signal.SIGQUIT, GRACE), (signal.SIGKILL, LAST_WAIT)):
        for process in server_processes(layout):
            send(process, kind)
        if wait_until_gone(layout, patience):
            return
    raise in_use(layout)


def in_use(layout: Layout) -> DatabaseServerError:
    return DatabaseServerError(
        "database.in_use",
        "Another server process holds the data folder, and it cannot be seen or ended from here.",
        str(layout.data),
        "Stop the container or the processes that use this folder; two servers must never share it.",
    )


def _is_server(process: psutil.Process) -> bool:
    alive: bool = process.status() != psutil.STATUS_ZOMBIE
    return alive and str(process.name()).startswith("postgres")


def _works_here(process: psutil.Process, layout: Layout) -> bool:
    try:
        return _is_server(process) and os.path.samefile(str(process.cwd()), layout.data)
    except (psutil.AccessDenied, FileNotFoundError, PermissionError):
        return False


def _is_hidden(process: psutil.Process) -> bool:
    try:
        return not process.cwd()
    except psutil.AccessDenied:
        return True


def _could_serve(process: psutil.Process, layout: Layout) -> bool:
    return _is_server(process) and int(process.uids().effective) == layout.data.stat().st_uid
