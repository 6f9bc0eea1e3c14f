"""Where the database is to be reached, without starting anything, so that settings can be read at any
time."""

from __future__ import annotations

import os
from collections.abc import Mapping

from weijian.foundation.embedded_pg.connection import ConnectionInfo, from_url
from weijian.foundation.embedded_pg.errors import operating_system_errors
from weijian.foundation.embedded_pg.layout import Layout
from weijian.foundation.embedded_pg.processes import read_pid_file
from weijian.foundation.embedded_pg.roles import application_connection

URL_VARIABLE = "DATABASE_URL"


def connection_info(env: Mapping[str, str], home: str | os.PathLike[str]) -> ConnectionInfo:
    """How to reach the database: ``DATABASE_URL`` of ``env`` if set, else the embedded server below ``home``.

    Needs no running server. Before the cluster is made the password is empty.
    """
    url = env.get(URL_VARIABLE, "").strip()
    if url:
        return from_url(url)
    layout = Layout.of(home)
    with operating_system_errors(layout.root):
        return application_connection(layout, socket_folder(layout))


def socket_folder(layout: Layout) -> str:
    """Where the running server says its socket is, else where it will be."""
    found = read_pid_file(layout)
    if found is not None and found.socket_folder is not None:
        return str(found.socket_folder)
    return str(next(layout.socket_folders(), layout.own_socket_folder))
