"""The life of the embedded server: run it, stop it, look at it, and say how to reach the database. It belongs to no
process: it outlives the command that started it, any number of programs use it, and whoever is asked to stops it."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from weijian.foundation.embedded_pg.account import server_account
from weijian.foundation.embedded_pg.binaries import find_binaries, usable_by
from weijian.foundation.embedded_pg.cluster import (
    check_data_folder,
    check_version,
    cluster_version,
    create_cluster,
    prepare_root,
)
from weijian.foundation.embedded_pg.configuration import Durability
from weijian.foundation.embedded_pg.connection import ConnectionInfo, from_url
from weijian.foundation.embedded_pg.errors import DatabaseServerError
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.locks import is_held, start_lock, wait_until_free
from weijian.foundation.embedded_pg.probe import Answer, probe
from weijian.foundation.embedded_pg.processes import postmaster, read_pid_file, send
from weijian.foundation.embedded_pg.roles import (
    application_connection,
    ensure_application_database,
    ensure_passwords,
)
from weijian.foundation.embedded_pg.server_log import current_log
from weijian.foundation.embedded_pg.startup import Progress, Wait, start_server

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
    """Create the cluster if there is none, start it if it does not run, and return how the application reaches it.

    Safe to call from many processes at once: one starts, the others attach. ``durability="off"`` is only taken for a
    new cluster that tests throw away; an existing one keeps what it was made with. Raises `DatabaseServerError`.
    """
    layout = Layout.of(home)
    wait = Wait(start_timeout, progress)
    account = server_account(layout.data)
    prepare_root(layout, account)
    if layout.is_created():
        _check_durability(layout, durability)
        info = _planned_connection(layout)
        if probe(info) is Answer.READY:
            wait.tell("ready")
            return info
    with start_lock(layout.start_lock, start_timeout):
        account = server_account(layout.data)
        binaries = usable_by(find_binaries(), account)
        if not layout.is_created():
            wait.tell("creating")
            create_cluster(layout, account, binaries, durability or "full")
        _check_durability(layout, durability)
        check_version(layout, binaries)
        check_data_folder(layout, account)
        ensure_passwords(layout)
        start_server(layout, account, binaries, wait)
        info = _planned_connection(layout)
        ensure_application_database(layout, info.host)
        if probe(info) is not Answer.READY:
            raise _unresponsive(layout)
    wait.tell("ready")
    return info


def stop(home: Home, mode: StopMode = "fast", timeout: float = 120.0) -> bool:
    """Stop the server and wait until its last process is gone; false when none was running.

    ``smart`` waits for clients to leave, ``fast`` rolls their work back, ``immediate`` ends like a crash (recovery at the
    next start). Raises ``database.stop_timeout``.
    """
    layout = Layout.of(home)
    if not layout.root.is_dir():
        return False
    with start_lock(layout.start_lock, timeout):
        process = postmaster(layout)
        if process is None:
            return False
        send(process, STOP_SIGNALS[mode])
        if not wait_until_free(layout.run_lock, timeout):
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
    if not layout.is_created():
        return ServerStatus("absent", None, None, layout.data, layout.start_log)
    process = postmaster(layout)
    answer = probe(_planned_connection(layout))
    states: dict[Answer, State] = {Answer.READY: "running", Answer.NOT_YET: "starting"}
    alive = process is not None or is_held(layout.run_lock)
    state = states.get(answer, "unresponsive" if alive else "stopped")
    pid = process.pid if process is not None else None
    return ServerStatus(state, pid, cluster_version(layout), layout.data, current_log(layout))


def connection_info(env: Mapping[str, str], home: Home) -> ConnectionInfo:
    """How to reach the database: ``DATABASE_URL`` of ``env`` if set, else the embedded server below ``home``.

    Starts nothing and needs no running server, so that settings may be read at any time. Before the cluster is made the
    password is empty.
    """
    url = env.get("DATABASE_URL", "").strip()
    return from_url(url) if url else _planned_connection(Layout.of(home))


def _planned_connection(layout: Layout) -> ConnectionInfo:
    """Where the running server says its socket is, else where it will be."""
    found = read_pid_file(layout)
    if found is not None and found.socket_folder is not None:
        return application_connection(layout, str(found.socket_folder))
    return application_connection(layout, str(next(layout.socket_folders(), layout.own_socket_folder)))


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
