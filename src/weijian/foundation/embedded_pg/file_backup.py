"""Backup and restore of the database as one file (``pg_dump`` custom format), for an embedded server and a
real one alike. A backup appears under its name only when complete; a restore is loaded beside the present
database and changes places with it in one transaction, so that neither ever leaves a half."""

from __future__ import annotations

import datetime
import os
import secrets
import subprocess
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import errors, sql

from weijian.foundation.embedded_pg.account import program_environment
from weijian.foundation.embedded_pg.binaries import find_binaries
from weijian.foundation.embedded_pg.clients import run_client, run_program, run_script
from weijian.foundation.embedded_pg.connection import ConnectionInfo
from weijian.foundation.embedded_pg.databases import (
    ServerVersion,
    create_database,
    database_exists,
    drop_database,
    maintenance,
    server_version,
)
from weijian.foundation.embedded_pg.errors import DatabaseServerError, operating_system_errors
from weijian.foundation.embedded_pg.machine import this_machine
from weijian.foundation.embedded_pg.private_files import sync_folder

ATTEMPTS_TO_SWAP = 20
PAUSE = 0.25
LONGEST_NAME = 63
UNDERSTANDS_OUR_CLIENTS = 17
"""``pg_restore`` 18 sets a parameter that servers before this version refuse."""
UNKNOWN_SETTING = b"SET transaction_timeout"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Backup:
    """One finished backup file."""

    path: Path
    size: int
    """Bytes."""


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    database: str
    previous: str | None
    """Name under which the former database was kept; ``None`` when there was none or it was dropped."""


def dump(info: ConnectionInfo, path: str | os.PathLike[str]) -> Backup:
    """Write the database into the file ``path`` (mode 0600), consistent as of one moment, while work goes on.

    The server may be of any version from 15 to that of the client programs. Raises `DatabaseServerError`; an
    existing file is replaced only by a complete new one.
    """
    target = Path(os.path.abspath(path))
    server_version(info)
    with operating_system_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
        try:
            run_client("pg_dump", info, ["--format=custom", f"--file={partial}"])
            _check_archive(partial)
            with open(partial, "rb+") as file:
                os.fsync(file.fileno())
            partial.rename(target)
            sync_folder(target.parent)
        finally:
            partial.unlink(missing_ok=True)
        return Backup(target, target.stat().st_size)


def restore(info: ConnectionInfo, path: str | os.PathLike[str], *, keep_previous: bool = True) -> Restored:
    """Put the database of ``info`` back to what the backup ``path`` holds.

    Everything becomes property of the role of ``info``; grants to other roles are not restored. Sessions in
    the present database are ended at the end. If anything fails the present database is as before. With
    ``keep_previous`` it stays on the server under another name, which costs its space. Raises
    `DatabaseServerError`.
    """
    archive = Path(os.path.abspath(path))
    if not archive.is_file():
        raise DatabaseServerError("database.no_backup", "There is no such backup file.", str(archive), "")
    version = server_version(info)
    _check_archive(archive)
    loading = _derived_name(info.dbname, f"restore_{secrets.token_hex(3)}")
    target = create_database(info, loading)
    try:
        _load(target, archive, version)
        previous = _swap(info, loading)
    except BaseException:
        drop_database(info, loading)
        raise
    if previous is not None and not keep_previous:
        drop_database(info, previous)
        previous = None
    return Restored(info.dbname, previous)


def _load(target: ConnectionInfo, archive: Path, version: ServerVersion) -> None:
    options = ["--exit-on-error", "--no-owner", "--no-privileges"]
    if version.major >= UNDERSTANDS_OUR_CLIENTS:
        jobs = min(4, this_machine(archive.parent).cores)
        run_client("pg_restore", target, [*options, f"--jobs={jobs}", str(archive)])
    else:
        run_script(target, _script(archive, options))
    with psycopg.connect(target.as_libpq_dsn(), autocommit=True) as session:
        session.execute("ANALYZE")  # a dump holds no statistics, and plans without them can be very slow


def _script(archive: Path, options: list[str]) -> Generator[bytes, None, None]:
    """The backup as SQL, without the one setting in its head that an older server does not know."""
    command = [str(find_binaries().program("pg_restore")), *options, "--file=-", str(archive)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=program_environment(), stdout=subprocess.PIPE, stderr=quiet) as program:
        assert program.stdout is not None
        for line in program.stdout:
            if line.startswith(UNKNOWN_SETTING):
                break
            yield line
        while block := program.stdout.read(BLOCK):
            yield block
    if program.returncode != 0:
        raise DatabaseServerError(
            "database.bad_backup", "The backup file ends too early.", str(archive), "Take another backup."
        )


def _swap(info: ConnectionInfo, loading: str) -> str | None:
    """Rename the two databases in one transaction. A session that comes back in between makes it try
    again."""
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d%H%M%S")
    previous = _derived_name(info.dbname, f"before_{stamp}") if database_exists(info, info.dbname) else None
    with maintenance(info) as session:
        for _ in range(ATTEMPTS_TO_SWAP):
            _end_sessions(session, info.dbname, loading)
            try:
                with session.transaction():
                    if previous is not None:
                        _rename(session, info.dbname, previous)
                    _rename(session, loading, info.dbname)
            except errors.ObjectInUse:
                time.sleep(PAUSE)
                continue
            return previous
    raise DatabaseServerError(
        "database.in_use_by_clients",
        "Programs keep connecting to the database, so the restored one cannot take its place.",
        info.dbname,
        "Stop the web server and the workers, then restore again; the database is unchanged.",
    )


def _end_sessions(session: psycopg.Connection[tuple[object, ...]], *names: str) -> None:
    session.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = ANY(%s) AND pid <> pg_backend_pid() AND pg_has_role(usesysid, 'MEMBER')",
        [list(names)],
    )


def _rename(session: psycopg.Connection[tuple[object, ...]], old: str, new: str) -> None:
    session.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def _check_archive(archive: Path) -> None:
    """A cut-off or foreign file is found before anything is touched; raises ``database.bad_backup``."""
    try:
        run_program(find_binaries().program("pg_restore"), ["--list", str(archive)])
    except DatabaseServerError as error:
        raise DatabaseServerError(
            "database.bad_backup", f"The backup file cannot be read: {error.what}", str(archive), "Take another backup."
        ) from error


def _derived_name(dbname: str, suffix: str) -> str:
    return f"{dbname[: LONGEST_NAME - len(suffix) - 1]}_{suffix}"
