"""The same functions against a server that is not ours: PostgreSQL 15 as Debian packages it, reached by
``DATABASE_URL``."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from weijian.foundation.embedded_pg import (
    ConnectionInfo,
    DatabaseServerError,
    create_database,
    create_database_from_template,
    drop_database,
    dump,
    ensure_database,
    from_url,
    restore,
    server_version,
)
from weijian.foundation.embedded_pg.account import Account, server_account

if TYPE_CHECKING:
    from tests.foundation.embedded_pg.conftest import Query

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
ROLE_PASSWORD = secrets.token_hex(8)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A private PostgreSQL 15 with a role as an administrator would make it; stopped and removed
    afterwards."""
    if not PROGRAMS.is_dir():
        pytest.skip(f"PostgreSQL 15 is not installed under {PROGRAMS.parent}")
    data = Path(tempfile.mkdtemp())
    account = server_account(data / "absent")
    os.chown(data, account.uid, account.gid)
    where = str(data)
    run(account, data, "initdb", "-D", where, "-U", "chief", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
    with (data / "postgresql.conf").open("a") as file:
        file.write(f"listen_addresses = ''\nunix_socket_directories = '{data}'\nfsync = off\n")
    run(account, data, "pg_ctl", "start", "-D", where, "-w", "-s", "-l", "log")
    try:
        with psycopg.connect(host=str(data), user="chief", dbname="postgres", autocommit=True) as chief:
            chief.execute(f"CREATE ROLE bureau LOGIN CREATEDB PASSWORD '{ROLE_PASSWORD}'")
            chief.execute("CREATE DATABASE health OWNER bureau")
        (data / "pg_hba.conf").write_text("local all chief trust\nlocal all all scram-sha-256\n")
        run(account, data, "pg_ctl", "reload", "-D", where, "-s")
        yield f"postgresql://bureau:{ROLE_PASSWORD}@/health?host={data}"
    finally:
        run(account, data, "pg_ctl", "stop", "-D", where, "-m", "immediate", "-s")
        shutil.rmtree(data)


def run(account: Account, folder: Path, program: str, *arguments: str) -> None:
    code, output = account.run([PROGRAMS / program, *arguments], folder)
    assert code == 0, output


def test_nothing_is_started_beside_it(url: str, tmp_path: Path, query: Query) -> None:
    info = ensure_database({"DATABASE_URL": url}, tmp_path / "home")
    assert query(info, "SELECT current_user::text, current_database()::text") == [("bureau", "health")]
    assert server_version(info).major == 15
    assert not info.embedded
    assert not (tmp_path / "home").exists()


def test_backup_restore_and_clones(url: str, tmp_path: Path, query: Query) -> None:
    info = from_url(url)
    query(info, "CREATE TABLE kept AS SELECT generate_series(1, 100) AS value, '番禺' AS name")
    backup = dump(info, tmp_path / "health.dump")
    query(info, "DROP TABLE kept")
    restored = restore(info, backup.path)
    assert query(info, "SELECT count(*), min(name) FROM kept") == [(100, "番禺")]
    assert restored.previous is not None
    drop_database(info, restored.previous)
    clone = create_database_from_template(info, "clone", info.dbname)
    assert query(clone, "SELECT count(*) FROM kept") == [(100,)]
    drop_database(info, "clone")


def test_a_restore_that_fails_half_way_changes_nothing(url: str, tmp_path: Path, query: Query) -> None:
    info = from_url(url)
    query(info, "CREATE TABLE secret (value text, name text)")
    query(info, "INSERT INTO secret SELECT md5(n::text), '番禺' FROM generate_series(1, 20000) AS n")
    backup = dump(info, tmp_path / "health.dump")
    content = backup.path.read_bytes()
    backup.path.write_bytes(content[: len(content) // 2])
    databases = query(info, "SELECT datname FROM pg_database ORDER BY 1")
    with pytest.raises(DatabaseServerError, match=r"database\.bad_backup.*(too early|备份文件不完整)") as caught:
        restore(info, backup.path)
    assert "番禺" not in str(caught.value)
    assert query(info, "SELECT count(*) FROM secret") == [(20000,)]
    assert query(info, "SELECT datname FROM pg_database ORDER BY 1") == databases
    query(info, "DROP TABLE secret")


def test_a_backup_of_the_embedded_server_moves_to_the_real_one(
    url: str, server: ConnectionInfo, tmp_path: Path, query: Query
) -> None:
    source = create_database(server, "outgrown")
    query(source, "CREATE TABLE grown AS SELECT generate_series(1, 100) AS value, '番禺' AS name")
    target = from_url(url).with_database("arrived")
    restore(target, dump(source, tmp_path / "outgrown.dump").path)
    assert query(target, "SELECT count(*), min(name) FROM grown") == [(100, "番禺")]
    drop_database(target, "arrived")
    drop_database(server, "outgrown")


def test_backup_of_the_real_server_moves_into_the_embedded_one(
    url: str, server: ConnectionInfo, tmp_path: Path, query: Query
) -> None:
    info = from_url(url)
    query(info, "CREATE TABLE moved AS SELECT 7 AS value")
    target = server.with_database("moved")
    restore(target, dump(info, tmp_path / "health.dump").path)
    assert query(target, "SELECT value FROM moved") == [(7,)]
    drop_database(server, "moved")
