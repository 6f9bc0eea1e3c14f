"""The life of the server as its users see it: it starts, others attach, it stops, and it lets nobody else
in."""

from __future__ import annotations

import dataclasses
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from weijian.foundation.embedded_pg import (
    ConnectionInfo,
    DatabaseServerError,
    ensure_database,
    ensure_running,
    status,
    stop,
)
from weijian.foundation.embedded_pg.layout import Layout

if TYPE_CHECKING:
    from tests.foundation.embedded_pg.conftest import Query


def test_first_start_creates_everything(new_home: Path, query: Query) -> None:
    assert status(new_home).state == "absent"
    phases: list[str] = []
    info = ensure_running(new_home, progress=lambda phase, seconds: phases.append(phase))
    assert (phases[0], phases[-1]) == ("creating", "ready")
    assert query(info, "SELECT current_user::text, current_database()::text") == [("weijian", "weijian")]
    assert query(info, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == [(False, True)]
    settings = "SELECT setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name"
    names = ["data_checksums", "fsync", "full_page_writes", "jit", "password_encryption", "server_encoding"]
    assert query(info, settings, names) == [("on",), ("on",), ("on",), ("off",), ("scram-sha-256",), ("UTF8",)]
    assert status(new_home).state == "running"


def test_second_starter_attaches(home: Path) -> None:
    first = ensure_running(home)
    pid = status(home).pid
    assert ensure_running(home) == first
    assert ensure_database({}, home) == first
    assert status(home).pid == pid


def test_stop_leaves_nothing_running_and_data_stay(home: Path, query: Query) -> None:
    info = ensure_running(home)
    query(info, "CREATE TABLE kept AS SELECT 42 AS value")
    assert stop(home) is True
    assert status(home).state == "stopped"
    assert status(home).pid is None
    assert stop(home) is False
    assert query(ensure_running(home), "SELECT value FROM kept") == [(42,)]


def test_smart_stop_waits_for_clients_and_fast_does_not(home: Path) -> None:
    info = ensure_running(home)
    client = psycopg.connect(info.as_libpq_dsn())
    with pytest.raises(DatabaseServerError, match=r"database\.stop_timeout"):
        stop(home, "smart", timeout=0.5)
    assert client.execute("SELECT 1").fetchone() == (1,)
    assert stop(home, "fast") is True
    with pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 1")
    client.close()


def home_of(info: ConnectionInfo) -> Path:
    return Path(info.host).parent.parent


def test_there_is_no_tcp(server: ConnectionInfo) -> None:
    main = psutil.Process(status(home_of(server)).pid)
    assert main.net_connections("inet") == []
    for process in main.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a worker of the server may end between the look and the question
            assert process.net_connections("inet") == []


def test_wrong_password_is_refused(server: ConnectionInfo) -> None:
    for user in ("weijian", "weijian_admin", "postgres"):
        stranger = dataclasses.replace(server, user=user, password="guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(stranger.as_libpq_dsn())
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(dataclasses.replace(server, password="").as_libpq_dsn())


def test_password_and_socket_are_private(server: ConnectionInfo) -> None:
    layout = Layout.of(home_of(server))
    for file in (layout.password_file, layout.admin_password_file):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(os.stat(server.host).st_mode) == 0o700


def test_lost_passwords_are_set_anew(home: Path, query: Query) -> None:
    before = ensure_running(home)
    layout = Layout.of(home)
    layout.password_file.unlink()
    after = ensure_running(home)  # while the server runs
    assert after.password != before.password
    stop(home)
    layout.admin_password_file.unlink()
    layout.password_file.unlink()
    assert query(ensure_running(home), "SELECT 1") == [(1,)]


def test_failed_statements_leave_no_values_in_the_log(home: Path, query: Query) -> None:
    info = ensure_running(home)
    query(info, "CREATE TABLE card (id_no text PRIMARY KEY, born date)")
    query(info, "INSERT INTO card VALUES ('440113-secret', '2000-01-01')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        query(info, "INSERT INTO card VALUES ('440113-secret', '2000-01-01')")
    with pytest.raises(psycopg.errors.InvalidDatetimeFormat):
        query(info, "INSERT INTO card VALUES ('x', 'born-secret')")
    assert stop(home)
    log = status(home).log.read_text()
    assert "database system is shut down" in log
    assert "secret" not in log


def test_local_settings_survive_a_start(home: Path, query: Query) -> None:
    (Layout.of(home).data / "local.conf").write_text("work_mem = '7MB'\n")
    os.chmod(Layout.of(home).data / "local.conf", 0o644)
    assert query(ensure_running(home), "SHOW work_mem") == [("7MB",)]


def test_durability_cannot_be_switched(home: Path, server: ConnectionInfo, query: Query) -> None:
    assert query(server, "SHOW fsync") == [("off",)]
    with pytest.raises(DatabaseServerError, match=r"database\.durability"):
        ensure_running(home, durability="off")
    with pytest.raises(DatabaseServerError, match=r"database\.durability"):
        ensure_running(home_of(server), durability="full")


def test_data_of_a_newer_version_are_refused(home: Path) -> None:
    (Layout.of(home).data / "PG_VERSION").write_text("99\n")
    with pytest.raises(DatabaseServerError, match=r"database\.wrong_version"):
        ensure_running(home)
    (Layout.of(home).data / "PG_VERSION").write_text("18\n")
    assert ensure_running(home)


def test_a_start_that_fails_tells_why(home: Path) -> None:
    conf = Layout.of(home).data / "local.conf"
    conf.write_text("shared_buffers = '1'\n")
    conf.chmod(0o644)
    with pytest.raises(DatabaseServerError, match=r"database\.start_failed.*shared_buffers"):
        ensure_running(home)
    conf.unlink()
    assert ensure_running(home)
