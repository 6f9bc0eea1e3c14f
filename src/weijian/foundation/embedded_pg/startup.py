"""Starting the server of an existing cluster and waiting until it works. A start after a crash replays the
log, so the wait is long, tells how far it is, and ends at once when the server gives up."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from weijian.foundation.embedded_pg import configuration
from weijian.foundation.embedded_pg.account import Account
from weijian.foundation.embedded_pg.binaries import Binaries
from weijian.foundation.embedded_pg.errors import DatabaseServerError, disk_full
from weijian.foundation.embedded_pg.layout import SOCKET_FILE, Layout
from weijian.foundation.embedded_pg.locks import run_lock
from weijian.foundation.embedded_pg.machine import disk_free, this_machine
from weijian.foundation.embedded_pg.private_files import private_folder, write_private
from weijian.foundation.embedded_pg.probe import Answer, probe
from weijian.foundation.embedded_pg.processes import end_orphans, in_use, postmaster, read_pid_file
from weijian.foundation.embedded_pg.roles import application_connection, restore_administrator
from weijian.foundation.embedded_pg.server_log import last_words
from weijian.foundation.embedded_pg.wait import PAUSE, Phase, Wait

SILENCE_MAY_LAST = 30.0
"""Seconds that a server which calls itself ready may give no answer before that is an error."""
NO_SPACE_LEFT = 16 * configuration.MIB
"""One segment of the log: with less than this free, a failed start is a full disk whatever the server
said."""


def start_server(layout: Layout, account: Account, binaries: Binaries, wait: Wait) -> None:
    """Start the server and wait until it takes connections. Needs the start lock.

    A server that already runs (its starter was killed) is waited for instead; leftovers of a killed one are
    cleared.
    """
    while postmaster(layout) is not None:
        if _takes_connections(layout, wait):
            return
    end_orphans(layout)
    with run_lock(layout.run_lock) as lock:
        if lock is None:
            raise in_use(layout)
        private_folder(layout.data, account)
        socket = choose_socket_folder(layout, account)
        _remove_traces(layout, socket)
        _configure(layout, socket)
        restore_administrator(layout, account, binaries)
        _launch(layout, account, binaries, lock, wait)
    if not _takes_connections(layout, wait):
        raise _start_failed(layout, "the server ended while it was starting")


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


def _remove_traces(layout: Layout, socket_folder: Path) -> None:
    """Remove what a dead server left: its number may be taken again, and PostgreSQL would then refuse to
    start.

    Only for a caller that holds the run lock, hence knows that no server lives.
    """
    for file in (layout.pid_file, socket_folder / SOCKET_FILE, socket_folder / f"{SOCKET_FILE}.lock"):
        file.unlink(missing_ok=True)


def _configure(layout: Layout, socket_folder: Path) -> None:
    """Write the server's configuration; its own socket folder by a relative path, which the server can always
    follow."""
    own = socket_folder == layout.own_socket_folder
    socket = f"../{socket_folder.name}" if own else str(socket_folder)
    durability: configuration.Durability = "off" if layout.throw_away_mark.exists() else "full"
    settings = configuration.server_settings(this_machine(layout.home), socket, durability)
    write_private(layout.data, "postgresql.conf", configuration.settings_file(settings))
    write_private(layout.data, "pg_hba.conf", configuration.access_file())
    if not os.path.lexists(layout.data / configuration.LOCAL_FILE):
        write_private(layout.data, configuration.LOCAL_FILE, "# Settings of this site, read last.\n")


def _launch(layout: Layout, account: Account, binaries: Binaries, lock: int, wait: Wait) -> None:
    phase: Phase = "starting" if _was_shut_down(layout, account, binaries) else "recovering"
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
    command = [str(binaries.program("pg_controldata")), "-D", account.folder_argument(layout.data)]
    _, output = account.run(command, layout.data)
    states = [line for line in output.splitlines() if line.startswith("Database cluster state:")]
    return any("shut down" in line for line in states)


def _takes_connections(layout: Layout, wait: Wait) -> bool:
    """Wait until the server answers, whether or not it knows our password; false when it ended instead."""
    silent_since: float | None = None
    while True:
        answer = _ask(layout)
        if answer in (Answer.READY, Answer.REFUSED):
            return True
        if postmaster(layout) is None:
            return False
        found = read_pid_file(layout)
        if answer is Answer.SILENT and found is not None and found.is_ready:
            silent_since = wait.elapsed if silent_since is None else silent_since
            if wait.elapsed - silent_since > SILENCE_MAY_LAST:
                raise _silent(layout)
        wait.pause("recovering", str(layout.data))


def _ask(layout: Layout) -> Answer:
    found = read_pid_file(layout)
    if found is None or found.socket_folder is None:
        return Answer.SILENT
    return probe(application_connection(layout, str(found.socket_folder)))


def _start_failed(layout: Layout, output: str) -> DatabaseServerError:
    words = last_words(layout) or output.strip()[-500:]
    if "No space left on device" in words or disk_free(layout.home).free < NO_SPACE_LEFT:
        return disk_full(layout.data)
    return DatabaseServerError(
        "database.start_failed",
        f"The database server did not start: {words}",
        str(layout.start_log),
        "Mend what the message names and start again.",
    )


def _silent(layout: Layout) -> DatabaseServerError:
    return DatabaseServerError(
        "database.silent",
        "The database server runs and says that it is ready, but gives no answer.",
        str(layout.data),
        "Its socket file was removed, or the machine is overloaded: stop the database and start it again.",
    )
