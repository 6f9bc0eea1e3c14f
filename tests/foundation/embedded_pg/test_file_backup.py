"""A backup restores to the same rows, and a failed restore leaves the present database alone."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from weijian.foundation.embedded_pg import (
    ConnectionInfo,
    DatabaseServerError,
    create_database,
    database_exists,
    drop_database,
    dump,
    restore,
)

if TYPE_CHECKING:
    from tests.foundation.embedded_pg.conftest import Query

CONTENT = "SELECT count(*), md5(string_agg(md5(r::text), '' ORDER BY id)) FROM register AS r"


@pytest.fixture
def register(server: ConnectionInfo, query: Query) -> Iterator[ConnectionInfo]:
    """A database with a partitioned table, an index, a sequence, JSON and Chinese text."""
    info = create_database(server, "register_db")
    query(info, "CREATE SEQUENCE number START 77")
    query(
        info,
        "CREATE TABLE register (id bigint DEFAULT nextval('number'), on_day date, name text, extra jsonb,"
        " PRIMARY KEY (on_day, id)) PARTITION BY RANGE (on_day)",
    )
    query(info, "CREATE TABLE register_2017 PARTITION OF register FOR VALUES FROM ('2017-01-01') TO ('2018-01-01')")
    query(
        info,
        "INSERT INTO register (on_day, name, extra) SELECT date '2017-01-01' + n % 365, '番禺区第' || n || '号',"
        " jsonb_build_object('n', n) FROM generate_series(1, 5000) AS n",
    )
    yield info
    drop_database(server, info.dbname)


def test_round_trip(register: ConnectionInfo, query: Query, tmp_path: Path) -> None:
    before = query(register, CONTENT)
    backup = dump(register, tmp_path / "day" / "register.dump")
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600
    assert backup.size == backup.path.stat().st_size
    query(register, "DELETE FROM register WHERE id % 2 = 0")
    changed = query(register, CONTENT)
    restored = restore(register, backup.path)
    assert query(register, CONTENT) == before != changed
    assert query(register, "SELECT nextval('number')") == [(77 + 5000,)]
    assert restored.previous is not None
    assert query(register.with_database(restored.previous), CONTENT) == changed
    drop_database(register, restored.previous)


def test_restore_may_drop_the_former_database_and_ends_its_sessions(
    register: ConnectionInfo, query: Query, tmp_path: Path
) -> None:
    backup = dump(register, tmp_path / "register.dump")
    session = psycopg.connect(register.as_libpq_dsn())
    session.execute("UPDATE register SET name = 'uncommitted'")
    databases = query(register, "SELECT count(*) FROM pg_database")
    assert restore(register, backup.path, keep_previous=False).previous is None
    assert query(register, "SELECT count(*) FROM pg_database") == databases
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    session.close()


def test_restore_where_nothing_was(register: ConnectionInfo, query: Query, tmp_path: Path) -> None:
    before = query(register, CONTENT)
    backup = dump(register, tmp_path / "register.dump")
    drop_database(register, register.dbname)
    assert restore(register, backup.path).previous is None
    assert query(register, CONTENT) == before


@pytest.mark.parametrize("damage", ["cut", "foreign", "empty"])
def test_damaged_backup_changes_nothing(register: ConnectionInfo, query: Query, tmp_path: Path, damage: str) -> None:
    backup = dump(register, tmp_path / "register.dump")
    content = backup.path.read_bytes()
    damaged = {"cut": content[: len(content) * 3 // 4], "foreign": b"PK\x03\x04" + content[4:], "empty": b""}
    backup.path.write_bytes(damaged[damage])
    before = query(register, CONTENT)
    databases = query(register, "SELECT datname FROM pg_database ORDER BY 1")
    with pytest.raises(DatabaseServerError, match=r"database\.(bad_backup|client_failed)") as caught:
        restore(register, backup.path)
    assert "番禺" not in str(caught.value)
    assert query(register, CONTENT) == before
    assert query(register, "SELECT datname FROM pg_database ORDER BY 1") == databases


def test_no_backup_file(register: ConnectionInfo, tmp_path: Path) -> None:
    with pytest.raises(DatabaseServerError, match=r"database\.no_backup"):
        restore(register, tmp_path / "absent.dump")


def test_failed_backup_leaves_no_file(server: ConnectionInfo, tmp_path: Path) -> None:
    assert not database_exists(server, "absent")
    with pytest.raises(DatabaseServerError, match=r"database\.client_failed.*absent"):
        dump(server.with_database("absent"), tmp_path / "absent.dump")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long  # PostgreSQL waits five seconds for the others to leave
def test_clients_that_keep_coming_back_are_named(
    register: ConnectionInfo, query: Query, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = dump(register, tmp_path / "register.dump")
    before = query(register, CONTENT)
    session = psycopg.connect(register.as_libpq_dsn())
    module = "weijian.foundation.embedded_pg.file_backup"
    monkeypatch.setattr(f"{module}.ATTEMPTS_TO_SWAP", 1)
    monkeypatch.setattr(f"{module}._end_sessions", lambda session, *names: None)  # the client is back at once
    with pytest.raises(DatabaseServerError, match=r"database\.in_use_by_clients"):
        restore(register, backup.path)
    session.close()
    assert query(register, CONTENT) == before
