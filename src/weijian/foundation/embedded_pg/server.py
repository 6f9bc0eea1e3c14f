"""The life of the embedded server: run it, stop it, look at it. It belongs to no process: it outlives the
command that started it, any number of programs use it, and whoever is asked to stops it."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from weijian.foundation.embedded_pg.account import Account, server_account
from weijian.foundation.embedded_pg.address import URL_VARIABLE, connection_info, socket_folder
from weijian.foundation.embedded_pg.binaries import Binaries, find_binaries, usable_by
from weijian.foundation.embedded_pg.cluster import (
    check_version,
    cluster_version,
    create_cluster,
    prepare_root,
)
from weijian.foundation.embedded_pg.configuration import Durability
from weijian.foundation.embedded_pg.connection import ConnectionInfo
from weijian.foundation.embedded_pg.errors import DatabaseServerError, operating_system_errors
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.locks import is_held, start_lock
from weijian.foundation.embedded_pg.probe import Answer, probe
from weijian.foundation.embedded_pg.processes import postmaster, send, wait_until_gone
from weijian.foundation.embedded_pg.replacement import finish_replacement
from weijian.foundation.embedded_pg.roles import application_connection, ensure_application_database
from weijian.foundation.embedded_pg.server_log import current_log
from weijian.foundation.embedded_pg.startup import start_server
from weijian.foundation.embedded_pg.wait import Progress, Wait

Home = str | os.PathLike[str]
StopMode = Literal["smart", "fast", "immediate"]
State = Literal["absent", "stopped", "starting", "running", "unresponsive"]
STOP_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
START_TIMEOUT = 600.0


@dataclass(frozen=True)
class ServerStatus:
    """What is known of the embedded server at one moment."""

    state: State
    pid: int | None
    version: int | None
    """Major version of the cluster."""
    data: Path
    log: Path


def ensure_running(
    home: Home,
    *,
    durability: Durability | None = None,
    start_timeout: float = START_TIMEOUT,
    progress: Progress | None = None,
) -> ConnectionInfo:
    """Create the cluster if there is none, start it if it does not run, and return how the application
    reaches it.

    Safe to call from many processes at once: one starts, the others attach. ``durability="off"`` is only
    taken for a new cluster that tests throw away; an existing one keeps what it was made with. Raises
    `DatabaseServerError`.
    """
    layout = Layout.of(home)
    wait = Wait(start_timeout, progress)
    with operating_system_errors(layout.root):
        account = server_account(layout.data)
        prepare_root(layout, account)
        if not _answers(layout, durability):
            with start_lock(layout.start_lock, start_timeout):
                finish_replacement(layout)
                account = server_account(layout.data)
                binaries = usable_by(find_binaries(), account)
                bring_up(layout, account, binaries, durability, wait)
    wait.tell("ready")
    return application_connection(layout, socket_folder(layout))


def ensure_database(env: Mapping[str, str], home: Home, progress: Progress | None = None) -> ConnectionInfo:
    """The server named in ``DATABASE_URL`` if set, which is left to its own administrators, else the embedded
    one, running."""
    if env.get(URL_VARIABLE, "").strip():
        return connection_info(env, home)
    return ensure_running(home, progress=progress)


def bring_up(layout: Layout, account: Account, binaries: Binaries, durability: Durability | None, wait: Wait) -> None:
    """Create, start and open the cluster for the application. Needs the start lock."""
    if not layout.is_created():
        wait.tell("creating")
        create_cluster(layout, account, binaries, durability or "full")
    _check_durability(layout, durability)
    check_version(layout, binaries)
    start_server(layout, account, binaries, wait)
    ensure_application_database(layout, socket_folder(layout))
    if not _answers(layout, durability):
        raise _unresponsive(layout)


def stop(home: Home, mode: StopMode = "fast", timeout: float = 120.0) -> bool:
    """Stop the server and wait until its last process is gone; false when none was running.

    ``smart`` waits for clients to leave, ``fast`` rolls their work back, ``immediate`` ends like a crash
    (recovery at the next start). Raises ``database.stop_timeout``.
    """
    layout = Layout.of(home)
    with operating_system_errors(layout.root):
        if not layout.root.is_dir():
            return False
        with start_lock(layout.start_lock, timeout):
            return shut_down(layout, mode, timeout)


def shut_down(layout: Layout, mode: StopMode = "fast", timeout: float = 120.0) -> bool:
    """The same for a caller that holds the start lock."""
    process = postmaster(layout)
    if process is None:
        return False
    send(process, STOP_SIGNALS[mode])
    if not wait_until_gone(layout, timeout):
        raise DatabaseServerError(
            "database.stop_timeout",
            f"The database did not stop within {timeout:.0f} s (mode {mode}).",
            str(layout.data),
            "Close the programs that use it, or stop it with mode fast or immediate.",
        )
    return True


def status(home: Home) -> ServerStatus:
    """Look at the server without changing anything; *running* means that a connection succeeded."""
    layout = Layout.of(home)
    with operating_system_errors(layout.root):
        if not layout.is_created():
            return ServerStatus("absent", None, None, layout.data, layout.start_log)
        process = postmaster(layout)
        answer = probe(application_connection(layout, socket_folder(layout)))
        alive = process is not None or is_held(layout.run_lock)
        states: dict[Answer, State] = {Answer.READY: "running", Answer.NOT_YET: "starting"}
        state = states.get(answer, "unresponsive" if alive else "stopped")
        pid = process.pid if process is not None else None
        return ServerStatus(state, pid, cluster_version(layout.data), layout.data, current_log(layout))


def _answers(layout: Layout, durability: Durability | None) -> bool:
    if not layout.is_created():
        return False
    _check_durability(layout, durability)
    return probe(application_connection(layout, socket_folder(layout))) is Answer.READY


def _check_durability(layout: Layout, wanted: Durability | None) -> None:
    actual: Durability = "off" if layout.throw_away_mark.exists() else "full"
    if wanted is not None and wanted != actual:
        raise DatabaseServerError(
            "database.durability",
            f"The database was made with durability {actual} and cannot be run with durability {wanted}.",
            str(layout.data),
            "Use another WEIJIAN_HOME for throw-away databases.",
        )


def _unresponsive(layout: Layout) -> DatabaseServerError:
    return DatabaseServerError(
        "database.unresponsive",
        "The database server runs but does not let the application in.",
        str(current_log(layout)),
        "Look into its log file.",
    )
