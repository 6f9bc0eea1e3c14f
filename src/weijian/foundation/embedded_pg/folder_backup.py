"""Backup of the whole embedded cluster as a folder (``pg_basebackup``): faster to restore than a dump at full
size, checked file by file against its manifest, and restored only as a whole."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from weijian.foundation.embedded_pg.account import Account, server_account
from weijian.foundation.embedded_pg.address import socket_folder
from weijian.foundation.embedded_pg.binaries import find_binaries
from weijian.foundation.embedded_pg.clients import run_client
from weijian.foundation.embedded_pg.cluster import cluster_version, new_data_folder, prepare_root
from weijian.foundation.embedded_pg.errors import DatabaseServerError, operating_system_errors
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.locks import start_lock
from weijian.foundation.embedded_pg.manifest import CHECKSUMS, check_folder_backup
from weijian.foundation.embedded_pg.private_files import sync_folder
from weijian.foundation.embedded_pg.replacement import finish_replacement, replace_data, unused_name
from weijian.foundation.embedded_pg.roles import admin_connection
from weijian.foundation.embedded_pg.server import Home, ensure_running, shut_down

LOCK_TIMEOUT = 600.0
OPTIONS = ("--wal-method=stream", "--checkpoint=fast", f"--manifest-checksums={CHECKSUMS}")
NOT_RESTORED = ("postmaster.pid", "postmaster.opts", "current_logfiles", "start.log", "log")


def backup_cluster(home: Home, folder: str | os.PathLike[str]) -> Path:
    """Copy the running cluster into the new folder ``folder`` and check the copy; starts the server if
    needed.

    The copy is of one moment and needs no other file to be restored. Raises ``database.folder_exists``,
    ``database.client_failed``, ``database.disk_full``.
    """
    target = Path(os.path.abspath(folder))
    if target.exists():
        raise DatabaseServerError(
            "database.folder_exists", "The backup folder exists already.", str(target), "Name a new folder."
        )
    ensure_running(home)
    layout = Layout.of(home)
    admin = admin_connection(layout, socket_folder(layout))
    with operating_system_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
        try:
            run_client("pg_basebackup", admin, [f"--pgdata={partial}", *OPTIONS])
            check_folder_backup(partial)
            partial.rename(target)
            sync_folder(target.parent)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return target


def restore_cluster(home: Home, folder: str | os.PathLike[str]) -> Path:
    """Put the cluster below ``home`` back to the checked backup ``folder`` and start it; where the old data
    are kept.

    Works on an empty machine too: passwords are set anew. If it is interrupted, the next start has either the
    old data or the restored ones. Raises `DatabaseServerError`.
    """
    source = Path(os.path.abspath(folder))
    check_folder_backup(source)
    layout = Layout.of(home)
    with operating_system_errors(layout.root):
        account = server_account(layout.data)
        prepare_root(layout, account)
        with start_lock(layout.start_lock, LOCK_TIMEOUT):
            finish_replacement(layout)
            _check_version(source)
            new = _copied(source, layout, account)
            shut_down(layout)
            layout.admin_password_file.unlink(missing_ok=True)  # the backup holds another; the next start sets one
            kept = replace_data(layout, new, unused_name(layout, "data.before-restore"))
    ensure_running(home)
    return kept


def _check_version(source: Path) -> None:
    binaries = find_binaries()
    if cluster_version(source) != binaries.major:
        raise DatabaseServerError(
            "database.wrong_version",
            f"The backup is of PostgreSQL {cluster_version(source)}, the installed programs are of {binaries.major}.",
            str(source),
            "Restore it with the program version that made it, then upgrade.",
        )


def _copied(source: Path, layout: Layout, account: Account) -> Path:
    new = new_data_folder(layout, account)
    shutil.copytree(source, new, dirs_exist_ok=True, symlinks=True, ignore=shutil.ignore_patterns(*NOT_RESTORED))
    for place, _, files in os.walk(new):
        for path in [Path(place), *(Path(place, name) for name in files)]:
            if account.demoted:
                os.chown(path, account.uid, account.gid, follow_symlinks=False)
            _sync(path)
    return new


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
