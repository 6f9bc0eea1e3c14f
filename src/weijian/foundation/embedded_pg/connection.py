"""How to reach the database, as one value that every driver understands: Django's settings, libpq, and a URL
for ADBC. It comes from the environment variable ``DATABASE_URL`` or from the embedded server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import psycopg.conninfo

from weijian.foundation.embedded_pg.errors import DatabaseServerError


@dataclass(frozen=True)
class ConnectionInfo:
    """Address, role and database of one PostgreSQL server. The password is kept out of ``repr``."""

    host: str
    """Host name, address, or folder of the Unix socket."""
    port: int
    user: str
    password: str = field(repr=False)
    dbname: str
    options: Mapping[str, str] = field(default_factory=dict)
    """Further libpq parameters, such as ``sslmode``."""
    embedded: bool = False

    def parameters(self) -> dict[str, str]:
        """libpq parameters by keyword; empty ones are left out so that libpq's own rules (``~/.pgpass``)
        hold."""
        own = {"host": self.host, "port": str(self.port), "user": self.user, "password": self.password}
        return {key: value for key, value in {**own, "dbname": self.dbname, **self.options}.items() if value}

    def as_libpq_dsn(self) -> str:
        """Keyword/value connection string. Contains the password: never log it."""
        return psycopg.conninfo.make_conninfo(**self.parameters())

    def as_url(self) -> str:
        """Connection URI for ADBC and other URI-only clients. Contains the password: never log it."""
        query = dict(self.options)
        if self.host.startswith("/"):
            query = {"host": self.host, "port": str(self.port), **query}
            address = ""
        else:
            address = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        login = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return f"postgresql://{login}@{address}/{quote(self.dbname, safe='')}{tail}"

    def as_django_settings(self) -> dict[str, Any]:
        """One entry of Django's ``DATABASES``."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.dbname,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": str(self.port),
            "OPTIONS": dict(self.options),
        }

    def with_database(self, dbname: str) -> ConnectionInfo:
        """The same server and role, another database."""
        return replace(self, dbname=dbname)


def from_url(url: str) -> ConnectionInfo:
    """Read ``postgresql://user:password@host:port/database?sslmode=…`` (``host`` in the query names a socket
    folder).

    Raises ``database.bad_url`` without repeating the URL, which holds a password.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        port = int(query.pop("port", "") or parts.port or 5432)
    except ValueError:
        raise _bad_url("its port is no number") from None
    if parts.scheme not in ("postgresql", "postgres"):
        raise _bad_url("it does not begin with postgresql://")
    user = unquote(parts.username or query.pop("user", ""))
    dbname = unquote(parts.path.lstrip("/")) or query.pop("dbname", "") or user
    if not dbname:
        raise _bad_url("it names no database")
    host = query.pop("host", "") or unquote(parts.hostname or "")
    password = unquote(parts.password or "") or query.pop("password", "")
    return ConnectionInfo(host=host, port=port, user=user, password=password, dbname=dbname, options=query)


def _bad_url(reason: str) -> DatabaseServerError:
    return DatabaseServerError(
        "database.bad_url",
        f"DATABASE_URL cannot be used: {reason}.",
        "DATABASE_URL",
        "Write postgresql://user:password@host:5432/database?sslmode=require",
    )
