"""Moving the cluster to the major version of the installed programs. The wheel carries the previous major
version too, so the old server is run once more, its database dumped and loaded into a new cluster beside it,
and only a complete new one takes the old one's place; the old data are kept."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from weijian.foundation.embedded_pg.account import Account, server_account
from weijian.foundation.embedded_pg.address import socket_folder
from weijian.foundation.embedded_pg.binaries import Binaries, find_binaries, usable_by
from weijian.foundation.embedded_pg.cluster import cluster_version, prepare_root
from weijian.foundation.embedded_pg.errors import DatabaseServerError, operating_system_errors
from weijian.foundation.embedded_pg.file_backup import dump, restore
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.locks import start_lock
from weijian.foundation.embedded_pg.private_files import write_private
from weijian.foundation.embedded_pg.replacement import finish_replacement, replace_data, unused_name
from weijian.foundation.embedded_pg.roles import application_connection
from weijian.foundation.embedded_pg.server import START_TIMEOUT, Home, bring_up, ensure_running, shut_down
from weijian.foundation.embedded_pg.wait import Progress, Wait

WORK_FOLDER = "upgrade"


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did."""

    from_major: int
    to_major: int
    kept: Path | None
    """Where the old data are, ``None`` when nothing was to do."""


def upgrade(home: Home, progress: Progress | None = None, timeout: float = START_TIMEOUT) -> Upgrade:
    """Bring the cluster below ``home`` to the version of the installed programs and start it.

    Needs free space of about twice the database. ``timeout`` holds for each start of a server, not for the
    copying. If it is interrupted at any point, calling it again does the whole. Raises
    ``database.no_binaries`` when the wheel no longer has the old version, ``database.wrong_version`` when the
    cluster is newer than the programs.
    """
    layout = Layout.of(home)
    with operating_system_errors(layout.root):
        with start_lock(layout.start_lock, timeout):
            finish_replacement(layout)
            if not layout.is_created():
                raise DatabaseServerError("database.absent", "There is no database here yet.", str(layout.data), "")
            old, new = cluster_version(layout.data), find_binaries().major
            kept = _rebuilt(layout, old, Wait(timeout, progress)) if old != new else None
        ensure_running(home, start_timeout=timeout, progress=progress)
    return Upgrade(old, new, kept)


def _rebuilt(layout: Layout, old: int, wait: Wait) -> Path:
    account = server_account(layout.data)
    work = layout.root / WORK_FOLDER
    beside = Layout.of(work)
    _clear(beside)
    try:
        archive = _saved(layout, account, find_binaries(old), work, wait)
        prepare_root(beside, account)
        for file in (layout.password_file, layout.admin_password_file):
            write_private(beside.root, file.name, file.read_text())
        bring_up(beside, account, usable_by(find_binaries(), account), None, wait.again())
        wait.tell("restoring")
        restore(application_connection(beside, socket_folder(beside)), archive, keep_previous=False)
    finally:
        shut_down(beside)
    kept = replace_data(layout, beside.data, unused_name(layout, f"data.{old}"))
    shutil.rmtree(work)
    return kept


def _saved(layout: Layout, account: Account, binaries: Binaries, work: Path, wait: Wait) -> Path:
    """Dump the database with the old server, which is stopped afterwards."""
    bring_up(layout, account, usable_by(binaries, account), None, wait.again())
    try:
        wait.tell("saving")
        return dump(application_connection(layout, socket_folder(layout)), work / "database.dump").path
    finally:
        shut_down(layout)


def _clear(layout: Layout) -> None:
    """Remove what an interrupted upgrade left, its server first."""
    if layout.root.exists():
        shut_down(layout)
        shutil.rmtree(layout.home)
