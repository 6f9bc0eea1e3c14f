"""The two roles of the embedded server: a superuser for creating, backing up and mending the cluster, and the
application role, which owns the database but is no superuser, so that the program needs no right it would
lack on a real server."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from weijian.foundation.embedded_pg.account import Account
from weijian.foundation.embedded_pg.binaries import Binaries
from weijian.foundation.embedded_pg.configuration import APPLICATION_ROLE, DATABASE, SUPERUSER
from weijian.foundation.embedded_pg.connection import ConnectionInfo
from weijian.foundation.embedded_pg.errors import DatabaseServerError
from weijian.foundation.embedded_pg.layout import PORT, Layout
from weijian.foundation.embedded_pg.private_files import read_secret, write_private
from weijian.foundation.embedded_pg.probe import Answer, answer_of
from weijian.foundation.embedded_pg.scram import scram_verifier

MAINTENANCE_DATABASE = "postgres"


def ensure_password(file: Path) -> str:
    """The password in ``file``; a new one is generated and written if there is none."""
    known = read_secret(file)
    if known is not None:
        return known
    password = secrets.token_urlsafe(32)
    write_private(file.parent, file.name, password + "\n")
    return password


def application_connection(layout: Layout, host: str) -> ConnectionInfo:
    """How the application reaches the embedded server behind socket folder ``host``."""
    password = read_secret(layout.password_file) or ""
    return ConnectionInfo(host, PORT, APPLICATION_ROLE, password, DATABASE, embedded=True)


def admin_connection(layout: Layout, host: str) -> ConnectionInfo:
    """How the superuser reaches it; only for the parts of this package that need it."""
    password = read_secret(layout.admin_password_file) or ""
    return ConnectionInfo(host, PORT, SUPERUSER, password, MAINTENANCE_DATABASE, embedded=True)


def restore_administrator(layout: Layout, account: Account, binaries: Binaries) -> None:
    """Give the superuser a new password when its file is missing (lost, or the data came from a backup).

    Works in single-user mode on the stopped cluster, which only the owner of the files can do. Needs the
    start lock.
    """
    if read_secret(layout.admin_password_file) is not None:
        return
    password = secrets.token_urlsafe(32)
    statement = f"ALTER ROLE {SUPERUSER} LOGIN SUPERUSER PASSWORD '{scram_verifier(password)}'\n"
    folder = account.folder_argument(layout.data)
    command = [str(binaries.program("postgres")), "--single", "-D", folder, MAINTENANCE_DATABASE]
    code, output = account.run(command, layout.data, text=statement)
    if code != 0 or "ERROR:" in output or "FATAL:" in output:
        raise _administrator_refused(layout)
    write_private(layout.root, layout.admin_password_file.name, password + "\n")


def ensure_application_database(layout: Layout, host: str) -> None:
    """Create the application role and its database, or set the role's password again. Safe to repeat at any
    point."""
    verifier = sql.Literal(scram_verifier(ensure_password(layout.password_file)))
    role = sql.Identifier(APPLICATION_ROLE)
    try:
        connection = psycopg.connect(admin_connection(layout, host).as_libpq_dsn(), autocommit=True)
    except psycopg.OperationalError as error:
        if answer_of(error) is Answer.REFUSED:
            raise _administrator_refused(layout) from error
        raise DatabaseServerError(
            "database.gone", "The server ended right after its start.", str(layout.data), "Start it again."
        ) from error
    with connection:
        if _missing(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", APPLICATION_ROLE):
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        rights = sql.SQL("ALTER ROLE {} LOGIN CREATEDB NOSUPERUSER NOREPLICATION PASSWORD {}")
        connection.execute(rights.format(role, verifier))
        # Messages of failed statements may quote a person's data; the program reports its errors itself.
        connection.execute(sql.SQL("ALTER ROLE {} SET log_min_messages = 'log'").format(role))
        connection.execute(sql.SQL("GRANT pg_monitor TO {}").format(role))
        if _missing(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
            connection.execute(statement.format(sql.Identifier(DATABASE), role))


def _missing(connection: psycopg.Connection[tuple[object, ...]], question: LiteralString, name: str) -> bool:
    return connection.execute(question, [name]).fetchone() is None


def _administrator_refused(layout: Layout) -> DatabaseServerError:
    return DatabaseServerError(
        "database.admin_refused",
        "The server refuses its own administrator.",
        str(layout.admin_password_file),
        "Stop the database, delete this file, and start again: a new password is set.",
    )
