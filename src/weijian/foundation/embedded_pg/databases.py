"""Databases of one server, embedded or not: what version it is, and making and dropping databases, above all
test databases as clones of a prepared template, which takes a second where running all migrations takes a
minute."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import errors, sql

from weijian.foundation.embedded_pg.connection import ConnectionInfo
from weijian.foundation.embedded_pg.errors import DatabaseServerError, disk_full

MAINTENANCE_DATABASE = "postgres"
LOWEST_MAJOR = 15
"""The SQL of this program is written for PostgreSQL 15 and later."""

Session = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, order=True)
class ServerVersion:
    """A PostgreSQL version, comparable."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


@contextlib.contextmanager
def maintenance(info: ConnectionInfo) -> Iterator[Session]:
    """A session outside the database itself, each statement its own transaction.

    Raises ``database.unreachable`` when the server does not let us in, without repeating the password.
    """
    try:
        connection = psycopg.connect(info.with_database(MAINTENANCE_DATABASE).as_libpq_dsn(), autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseServerError(
            "database.unreachable",
            f"The database server cannot be reached: {str(error).strip()}",
            f"{info.host}:{info.port}",
            "Start it (weijian serve does), or correct DATABASE_URL.",
        ) from None
    with connection:
        yield connection


def server_version(info: ConnectionInfo) -> ServerVersion:
    """The version of the server; raises ``database.too_old`` below PostgreSQL 15."""
    with maintenance(info) as session:
        number = session.info.server_version
    version = ServerVersion(number // 10000, number % 10000)
    if version.major < LOWEST_MAJOR:
        raise DatabaseServerError(
            "database.too_old",
            f"The server is PostgreSQL {version}; at least {LOWEST_MAJOR} is needed.",
            f"{info.host}:{info.port}",
            "Upgrade the server, or run the embedded one (unset DATABASE_URL).",
        )
    return version


def database_exists(info: ConnectionInfo, name: str) -> bool:
    """Whether the server has a database of this name."""
    with maintenance(info) as session:
        return session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def create_database(info: ConnectionInfo, name: str) -> ConnectionInfo:
    """Make an empty UTF-8 database with the server's own locale, owned by the role of ``info``; how to reach
    it."""
    statement = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"
    return _create(info, sql.SQL(statement).format(sql.Identifier(name)), name)


def create_database_from_template(info: ConnectionInfo, name: str, template: str) -> ConnectionInfo:
    """Make database ``name`` as a copy of ``template``; how to reach it.

    Raises ``database.template_in_use`` while anybody is connected to the template, ``database.exists`` when
    the name is taken, ``database.no_template``, ``database.disk_full``.
    """
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    return _create(info, statement, name)


def drop_database(info: ConnectionInfo, name: str) -> None:
    """Drop a database if it is there, ending the sessions of this role in it."""
    with maintenance(info) as session:
        session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(info: ConnectionInfo, statement: sql.Composed, name: str) -> ConnectionInfo:
    with maintenance(info) as session:
        try:
            session.execute(statement)
        except errors.ObjectInUse:
            raise _refused("template_in_use", "The template has open connections.", name, "Close them.") from None
        except errors.DuplicateDatabase:
            raise _refused("exists", "A database of this name exists.", name, "Drop it first.") from None
        except errors.InvalidCatalogName:
            raise _refused("no_template", "The template does not exist.", name, "Prepare it first.") from None
        except errors.InsufficientPrivilege:
            raise _refused("no_right", "The role may not create databases.", name, "ALTER ROLE … CREATEDB") from None
        except errors.DiskFull:
            raise disk_full(name) from None
    return info.with_database(name)


def _refused(reason: str, what: str, where: str, fix: str) -> DatabaseServerError:
    return DatabaseServerError(f"database.{reason}", what, where, fix)
