"""Brings an installation to the version of the installed program: a backup first, then server, schema, and a check."""

from __future__ import annotations

import os
from pathlib import Path

from weijian.config.backup import BackupResult, Report, back_up
from weijian.foundation import embedded_pg
from weijian.foundation.process import home, start
from weijian.kernel.errors import WeijianError


def upgrade_installation(out: Path, report: Report = lambda step: None) -> tuple[BackupResult, list[str]]:
    """Back up into ``out``, then migrate; returns the backup and the migrations applied.

    A cluster of an earlier major version of PostgreSQL is rebuilt first, its old data kept beside it; the
    backup then is
    taken from the rebuilt one. If a migration fails, the database is as its last complete migration left it, and the
    backup restores the state before.
    """
    if not os.environ.get("DATABASE_URL"):
        report("数据库服务")
        embedded_pg.upgrade(home())
    report("备份")
    backup = back_up(out, report)
    start()
    from django.core.management import call_command

    plan = pending_migrations()
    report("数据库结构")
    call_command("migrate", interactive=False, verbosity=0)
    from weijian.foundation.changes.services import change

    with change("升级", source="command", action="upgrade", detail={"migrations": len(plan)}):
        pass
    return backup, plan


def pending_migrations() -> list[str]:
    """Changes of the schema that the program knows and the database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def refuse_outdated() -> None:
    """Raise ``installation.outdated`` where the program is newer than the database: its pages would fail one by one."""
    pending = pending_migrations()
    if pending:
        raise WeijianError(
            "installation.outdated",
            f"程序比数据库新,有 {len(pending)} 项结构变更未执行。",
            str(home()),
            "先运行 weijian upgrade --out 备份目录",
        )
