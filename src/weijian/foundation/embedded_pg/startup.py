"""Starting the server and waiting until it works. A start after a crash replays the log, which may take minutes, so the
wait is long, tells how far it is, and ends at once when the server gives up."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from weijian.foundation.embedded_pg import configuration
from weijian.foundation.embedded_pg.account import Account
from weijian.foundation.embedded_pg.binaries import Binaries
from weijian.foundation.embedded_pg.cluster import NEEDED_SPACE
from weijian.foundation.embedded_pg.errors import DatabaseServerError
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.locks import run_lock, wait_until_free
from weijian.foundation.embedded_pg.machine import disk_free, this_machine
from weijian.foundation.embedded_pg.private_files import private_folder, write_private
from weijian.foundation.embedded_pg.probe import Answer, probe
from weijian.foundation.embedded_pg.processes import postmaster, read_pid_file, send, server_processes
from weijian.foundation.embedded_pg.roles import application_connection
from weijian.foundation.embedded_pg.server_log import last_words

Progress = Callable[[str, float], None]
"""Called about every second with the phase (``creating``, ``recovering``, ``starting``, ``ready``) and the seconds since
the start began."""

PAUSE = 0.05
ORPHANS_MAY_TAKE = 15.0
"""Seconds for the processes of a killed server to notice that it is gone, before they are ended."""


class Wait:
    """One deadline and one progress callback, shared by all steps of a start."""

    def __init__(self, timeout: float, progress: Progress | None) -> None:
        self.timeout = timeout
        self._began = time.monotonic()
        self._progress = progress
        self._told: tuple[str, int] | None = None

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._began

    @property
    def remaining(self) -> float:
        return max(0.0, self.timeout - self.elapsed)

    def tell(self, phase: str) -> None:
        """Report the phase, once for each second of it."""
        now = (phase, int(self.elapsed))
        if self._progress is not None and now != self._told:
            self._told = now
            self._progress(phase, self.elapsed)

    def pause(self, phase: str, where: str) -> None:
        """Sleep a moment; raises ``database.start_timeout`` when the time is over."""
        self.tell(phase)
        if not self.remaining:
            raise DatabaseServerError(
                "database.start_timeout",
                f"The database did not become ready within {self.timeout:.0f} s (it was {phase}).",
                where,
                "It may still be replaying its log: try again, or look into its log file.",
            )
        time.sleep(PAUSE)


def start_server(layout: Layout, account: Account, binaries: Binaries, wait: Wait) -> None:
    """Start the server of an existing cluster and wait until it takes connections. Needs the start lock.

    A server that already runs (its starter was killed) is waited for instead; leftovers of a killed one are cleared.
    """
    if postmaster(layout) is None:
        end_orphans(layout)
        with run_lock(layout.run_lock) as lock:
            if lock is None:
                raise _in_use(layout)
            layout.pid_file.unlink(missing_ok=True)  # nobody holds the run lock, so its process is gone
            folder = choose_socket_folder(layout, account)
            _configure(layout, folder)
            _launch(layout, account, binaries, lock, wait)
    _await_answer(layout, wait)


def end_orphans(layout: Layout) -> None:
    """Processes whose main process was killed still hold the cluster: give them time to go, then end them."""
    if wait_until_free(layout.run_lock, ORPHANS_MAY_TAKE if not server_processes(layout) else 2.0):
        return
    for kind in (signal.SIGQUIT, signal.SIGKILL):
        for process in server_processes(layout):
            send(process, kind)
        if wait_until_free(layout.run_lock, ORPHANS_MAY_TAKE):
            return


def choose_socket_folder(layout: Layout, account: Account) -> Path:
    """The first folder for the socket that can be had; raises ``database.no_socket_folder``."""
    for folder in layout.socket_folders():
        with contextlib.suppress(DatabaseServerError, OSError):
            return private_folder(folder, account)
    raise DatabaseServerError(
        "database.no_socket_folder",
        "No private folder with a short path could be made for the database socket.",
        str(layout.own_socket_folder),
        "Choose a WEIJIAN_HOME with a shorter path.",
    )


def _configure(layout: Layout, socket_folder: Path) -> None:
    """Write the server's configuration; its own socket folder by a relative path, which the server can always follow."""
    own = socket_folder == layout.own_socket_folder
    socket = f"../{socket_folder.name}" if own else str(socket_folder)
    durability: configuration.Durability = "off" if layout.throw_away_mark.exists() else "full"
    settings = configuration.server_settings(this_machine(layout.home), socket, durability)
    write_private(layout.data, "postgresql.conf", configuration.settings_file(settings))
    write_private(layout.data, "pg_hba.conf", configuration.access_file())


def _launch(layout: Layout, account: Account, binaries: Binaries, lock: int, wait: Wait) -> None:
    phase = "starting" if _was_shut_down(layout, account, binaries) else "recovering"
    layout.start_log.unlink(missing_ok=True)
    command: list[str | Path] = [
        binaries.program("pg_ctl"),
        *("start", "-D", account.folder_argument(layout.data), "-l", layout.start_log.name),
        *("-w", "-t", str(max(1, int(wait.remaining))), "-s"),
    ]
    with account.popen(command, layout.data, keep=[lock]) as process:
        while True:
            try:
                output, _ = process.communicate(timeout=PAUSE)
                break
            except subprocess.TimeoutExpired:
                wait.tell(phase)
    if process.returncode != 0 and postmaster(layout) is None:
        raise _start_failed(layout, output.decode("utf-8", "replace"))


def _was_shut_down(layout: Layout, account: Account, binaries: Binaries) -> bool:
    command: list[str | Path] = [
        binaries.program("pg_controldata"),
        "-D",
        account.folder_argument(layout.data),
    ]
    _, output = account.run(command, layout.data)
    return any(
        line.startswith("Database cluster state:") and "shut down" in line for line in output.splitlines()
    )


def _await_answer(layout: Layout, wait: Wait) -> None:
    """Wait until the server answers at all; whether it knows our password is the next question."""
    while True:
        found = read_pid_file(layout)
        if found is not None and found.socket_folder is not None:
            if probe(application_connection(layout, str(found.socket_folder))) in (
                Answer.READY,
                Answer.REFUSED,
            ):
                return
        if postmaster(layout) is None:
            raise _start_failed(layout, "the server ended while it was starting")
        wait.pause("recovering", str(layout.data))


def _start_failed(layout: Layout, output: str) -> DatabaseServerError:
    words = last_words(layout) or output.strip()[-500:]
    if "No space left on device" in words or disk_free(layout.home).free < NEEDED_SPACE // 16:
        return DatabaseServerError(
            "database.disk_full",
            "The database cannot start because its disk is full.",
            str(layout.data),
            "Free some space and start again; nothing that was confirmed is lost.",
        )
    return DatabaseServerError(
        "database.start_failed",
        f"The database server did not start: {words}",
        str(layout.start_log),
        "Mend what the message names and start again.",
    )


def _in_use(layout: Layout) -> DatabaseServerError:
    return DatabaseServerError(
        "database.in_use",
        "Another server process still holds the data folder, and it cannot be seen or ended from here.",
        str(layout.data),
        "Stop the container or the processes that use this folder; never let two servers share it.",
    )
