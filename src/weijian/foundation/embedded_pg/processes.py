"""Which processes belong to a cluster. A pid file alone proves nothing: the pid may be of a dead server and already of
something else, so a process counts only if it is PostgreSQL, runs as the server account and works in the data folder."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil

from weijian.foundation.embedded_pg.layout import Layout

LINES_WITH_SOCKET = 5


@dataclass(frozen=True)
class PidFile:
    """What the server wrote into ``postmaster.pid``."""

    pid: int
    socket_folder: Path | None


def read_pid_file(layout: Layout) -> PidFile | None:
    """The pid file, or ``None`` when there is none or it is cut off (a full disk leaves it empty)."""
    try:
        lines = layout.pid_file.read_text().splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    folder = lines[LINES_WITH_SOCKET - 1] if len(lines) >= LINES_WITH_SOCKET else ""
    return PidFile(pid, Path(os.path.normpath(layout.data / folder)) if folder else None)


def postmaster(layout: Layout) -> psutil.Process | None:
    """The living main process of this cluster, proved beyond its pid."""
    found = read_pid_file(layout)
    if found is None:
        return None
    try:
        process = psutil.Process(found.pid)
        return process if _serves(process, layout) else None
    except psutil.NoSuchProcess:
        return None


def server_processes(layout: Layout) -> list[psutil.Process]:
    """All living processes of this cluster that can be seen from here, orphans of a killed main process among them."""
    found = []
    for process in psutil.process_iter():
        try:
            if _serves(process, layout, certain=True):
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


def _serves(process: psutil.Process, layout: Layout, certain: bool = False) -> bool:
    if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
        return False
    try:
        return os.path.samefile(process.cwd(), layout.data)
    except FileNotFoundError:
        return False
    except (psutil.AccessDenied, PermissionError):
        # A container's root may not look into processes of other accounts: name and account must do there.
        return not certain and process.uids().effective == layout.data.stat().st_uid
