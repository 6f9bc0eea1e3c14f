"""Whether the server answers, found out by a real connection with the real password: a pid file, a socket
file or a listening socket may all be there while nobody can work."""

from __future__ import annotations

import enum

import psycopg

from weijian.foundation.embedded_pg.connection import ConnectionInfo

CONNECT_TIMEOUT = 5
"""Seconds; a living server answers within milliseconds, but a machine that swaps may take long."""

NOT_YET = ("is starting up", "is shutting down", "not yet accepting connections", "in recovery mode")
FULL = ("too many clients", "remaining connection slots")
SILENT = ("No such file or directory", "Connection refused", "Connection timed out", "timeout expired")


class Answer(enum.Enum):
    """What a connection attempt met."""

    READY = "ready"
    NOT_YET = "not yet"
    REFUSED = "refused"
    SILENT = "silent"


def probe(info: ConnectionInfo) -> Answer:
    """Connect once and ask for a constant. A server whose connections are all taken counts as ready."""
    try:
        with psycopg.connect(info.as_libpq_dsn(), connect_timeout=CONNECT_TIMEOUT) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        return answer_of(error)
    return Answer.READY


def answer_of(error: psycopg.OperationalError) -> Answer:
    """libpq gives no code for a failed connection; the server's messages are untranslated by our
    configuration."""
    message = str(error)
    if any(text in message for text in NOT_YET):
        return Answer.NOT_YET
    if any(text in message for text in FULL):
        return Answer.READY
    if any(text in message for text in SILENT) or "server closed the connection" in message:
        return Answer.SILENT
    return Answer.REFUSED
