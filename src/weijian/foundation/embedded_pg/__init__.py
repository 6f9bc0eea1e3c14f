"""The database server that comes with the program: PostgreSQL from a Python wheel, started, guarded, backed
up and upgraded by us, so that an installation needs no database administrator; or a real server named in
``DATABASE_URL``. No Django here: commands and tests use it before Django is configured."""

from weijian.foundation.embedded_pg.address import connection_info
from weijian.foundation.embedded_pg.connection import ConnectionInfo, from_url
from weijian.foundation.embedded_pg.databases import (
    ServerVersion,
    create_database,
    create_database_from_template,
    database_exists,
    drop_database,
    server_version,
)
from weijian.foundation.embedded_pg.errors import DatabaseServerError
from weijian.foundation.embedded_pg.file_backup import Backup, Restored, dump, restore
from weijian.foundation.embedded_pg.folder_backup import backup_cluster, restore_cluster
from weijian.foundation.embedded_pg.machine import DiskSpace, disk_free
from weijian.foundation.embedded_pg.major_upgrade import Upgrade, upgrade
from weijian.foundation.embedded_pg.manifest import check_folder_backup
from weijian.foundation.embedded_pg.server import ServerStatus, ensure_database, ensure_running, status, stop
from weijian.foundation.embedded_pg.wait import Phase, Progress

__all__ = [
    "Backup",
    "ConnectionInfo",
    "DatabaseServerError",
    "DiskSpace",
    "Phase",
    "Progress",
    "Restored",
    "ServerStatus",
    "ServerVersion",
    "Upgrade",
    "backup_cluster",
    "check_folder_backup",
    "connection_info",
    "create_database",
    "create_database_from_template",
    "database_exists",
    "disk_free",
    "drop_database",
    "dump",
    "ensure_database",
    "ensure_running",
    "from_url",
    "restore",
    "restore_cluster",
    "server_version",
    "status",
    "stop",
    "upgrade",
]
