"""The database server that comes with the program: PostgreSQL from a Python wheel, started, guarded, backed
up and upgraded by us, so that an installation needs no database administrator; or a real server named in
``DATABASE_URL``. No Django here: commands and tests use it before Django is configured."""

from weijian.foundation.embedded_pg.address import connection_info
from weijian.foundation.embedded_pg.connection import ConnectionInfo, from_url
from weijian.foundation.embedded_pg.errors import DatabaseServerError
from weijian.foundation.embedded_pg.machine import DiskSpace, disk_free
from weijian.foundation.embedded_pg.server import (
    ServerStatus,
    ensure_database,
    ensure_running,
    status,
    stop,
)

__all__ = [
    "ConnectionInfo",
    "DatabaseServerError",
    "DiskSpace",
    "ServerStatus",
    "connection_info",
    "disk_free",
    "ensure_database",
    "ensure_running",
    "from_url",
    "status",
    "stop",
]
