"""The two roles of the embedded server: a superuser for creating, backing up and mending the cluster, and the application
role, which owns the database but is no superuser, so that the program needs no right it would lack on a real server."""

from __future__ import annotations

import secrets
from typing import LiteralString

import psycopg
from psycopg import sql

from weijian.foundation.embedded_pg.configuration import APPLICATION_ROLE, DATABASE, SUPERUSER
from weijian.foundation.embedded_pg.connection import ConnectionInfo
from weijian.foundation.embedded_pg.errors import DatabaseServerError
from weijian.foundation.embedded_pg.layout import PORT, Layout
from weijian.foundation.embedded_pg.private_files import read_secret, write_private

MAINTENANCE_DATABASE = "postgres"


def ensure_passwords(layout: Layout) -> None:
    """Write the password files that are missing (the application's is set in the server at the next start)."""
    for file in (layout.password_file, layout.admin_password_file):
        if read_secret(file) is None:
            write_private(file.parent, file.name, secrets.token_urlsafe(32) + "\n")


def application_connection(layout: Layout, host: str) -> ConnectionInfo:
    """How the application reaches the embedded server behind socket folder ``host``."""
    password = read_secret(layout.password_file) or ""
    return ConnectionInfo(host, PORT, APPLICATION_ROLE, password, DATABASE, embedded=True)


def admin_connection(layout: Layout, host: str) -> ConnectionInfo:
    """How the superuser reaches it; only for the parts of this package that need it."""
    password = read_secret(layout.admin_password_file) or ""
    return ConnectionInfo(host, PORT, SUPERUSER, password, MAINTENANCE_DATABASE, embedded=True)


def ensure_application_database(layout: Layout, host: str) -> None:
    """Create the application role and its database, or set the role's password again. Safe to repeat at any point."""
    password = read_secret(layout.password_file) or ""
    role = sql.Identifier(APPLICATION_ROLE)
    try:
        connection = psycopg.connect(admin_connection(layout, host).as_libpq_dsn(), autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseServerError(
            "database.admin_refused",
            "The server refuses its own administrator.",
            str(layout.admin_password_file),
            "Restore this password file from the backup, or see “A lost administrator password” in the manual.",
        ) from error
    with connection:
        verifier = sql.Literal(_scram_verifier(connection, password))
        if _missing(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", APPLICATION_ROLE):
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        connection.execute(
            sql.SQL("ALTER ROLE {} LOGIN CREATEDB NOSUPERUSER NOREPLICATION PASSWORD {}").format(
                role, verifier
            )
        )
        # Messages of failed statements may quote a person's data; the program reports its errors itself.
        connection.execute(sql.SQL("ALTER ROLE {} SET log_min_messages = 'log'").format(role))
        connection.execute(sql.SQL("GRANT pg_monitor TO {}").format(role))
        if _missing(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            statement = "CREATE DATABASE {} OWNER {} TEMPLATE template0"
            connection.execute(sql.SQL(statement).format(sql.Identifier(DATABASE), role))


def _missing(connection: psycopg.Connection[tuple[object, ...]], question: LiteralString, name: str) -> bool:
    return connection.execute(question, [name]).fetchone() is None


def _scram_verifier(connection: psycopg.Connection[tuple[object, ...]], password: str) -> str:
    """Hashed here, so that the password itself is in no statement."""
    encrypted = connection.pgconn.encrypt_password(
        password.encode(), APPLICATION_ROLE.encode(), b"scram-sha-256"
    )
    return encrypted.decode()
