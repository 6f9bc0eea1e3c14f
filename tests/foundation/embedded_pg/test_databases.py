"""Databases are cloned from a template, and refusals say what to do."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import psycopg
import pytest

from weijian.foundation.embedded_pg import (
    ConnectionInfo,
    DatabaseServerError,
    ServerVersion,
    create_database,
    create_database_from_template,
    database_exists,
    drop_database,
    server_version,
)

if TYPE_CHECKING:
    from tests.foundation.embedded_pg.conftest import Query


def test_version(server: ConnectionInfo) -> None:
    version = server_version(server)
    assert version.major == 18
    assert ServerVersion(15, 9) < ServerVersion(15, 10) < version


def test_clone_holds_what_the_template_held_and_is_apart(server: ConnectionInfo, query: Query) -> None:
    template = create_database(server, '模板 "quoted"')
    query(template, "CREATE TABLE kept AS SELECT 1 AS value")
    clone = create_database_from_template(server, "clone", template.dbname)
    query(clone, "INSERT INTO kept VALUES (2)")
    assert query(clone, "SELECT count(*) FROM kept") == [(2,)]
    assert query(template, "SELECT count(*) FROM kept") == [(1,)]
    for info in (template, clone):
        drop_database(server, info.dbname)
        assert not database_exists(server, info.dbname)
    drop_database(server, "clone")  # nothing to do


@pytest.mark.long  # PostgreSQL waits five seconds for the others to leave
def test_template_with_connections_is_refused(server: ConnectionInfo) -> None:
    template = create_database(server, "busy")
    refused = pytest.raises(DatabaseServerError, match=r"database\.template_in_use")
    with psycopg.connect(template.as_libpq_dsn()), refused:
        create_database_from_template(server, "clone_of_busy", "busy")
    drop_database(server, "busy")


def test_drop_ends_open_sessions(server: ConnectionInfo) -> None:
    info = create_database(server, "doomed")
    session = psycopg.connect(info.as_libpq_dsn())
    drop_database(server, "doomed")
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    session.close()


def test_refusals_have_codes(server: ConnectionInfo) -> None:
    with pytest.raises(DatabaseServerError, match=r"database\.no_template"):
        create_database_from_template(server, "new", "absent")
    with pytest.raises(DatabaseServerError, match=r"database\.exists"):
        create_database(server, server.dbname)
    with pytest.raises(DatabaseServerError, match=r"database\.unreachable") as caught:
        server_version(dataclasses.replace(server, password="guess-hidden"))
    assert "guess-hidden" not in str(caught.value)
