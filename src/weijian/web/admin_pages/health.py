"""What the health page shows: disk, last backup, queue, last snapshot, dirty partitions, age of the audit
head, versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import Literal

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation import embedded_pg
from weijian.foundation.audit.models import AuditLeaf, TreeHead
from weijian.foundation.audit.services import SEAL_SECONDS
from weijian.foundation.jobs.queries import queue_counts, worker_present
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.snapshots.services import unpublished_changes
from weijian.foundation.ui.presentation import moment_text
from weijian.kernel.time import beijing_date, china_working_days

Level = Literal["good", "warn", "bad"]

#: Below these shares of free space the page warns, and calls for action.
_DISK_WARN, _DISK_BAD = 0.20, 0.10

#: A backup older than this is a warning; none at all, or one older than a week, calls for action.
_BACKUP_WARN, _BACKUP_BAD = timedelta(days=1, hours=6), timedelta(days=7)


#: Month in which the next year's holidays have been announced.
_ANNOUNCED_BY = 12


@dataclass(frozen=True)
class Check:
    """One line of the page."""

    id: str
    name: str
    level: Level
    value: str
    remedy: str = ""
    url: str = ""  # where more of it is seen


def checks(now: datetime) -> list[Check]:
    """All lines as of ``now``."""
    return [
        _disk(), _backup(now), _queue(), _snapshot(), _dirty(), _audit(now), _working_days(now), _database(), _program()
    ]  # fmt: skip


def _disk() -> Check:
    space = embedded_pg.disk_free(settings.HOME)
    share = space.free / space.total
    level: Level = "bad" if share < _DISK_BAD else "warn" if share < _DISK_WARN else "good"
    value = _("空闲 %(free)s GB,共 %(total)s GB") % {
        "free": f"{space.free / 1e9:.1f}",
        "total": f"{space.total / 1e9:.1f}",
    }
    return Check("disk", _("磁盘"), level, value, "" if level == "good" else _("清理空间或扩容"))


def _backup(now: datetime) -> Check:
    last = AuditLeaf.objects.filter(action="backup").order_by("-id").first()
    remedy = _("运行 weijian backup --out 目录,并把备份复制到另一台机器")
    if last is None:
        return Check("backup", _("最近备份"), "bad", _("从未备份"), remedy)
    age = now - last.at
    level: Level = "bad" if age > _BACKUP_BAD else "warn" if age > _BACKUP_WARN else "good"
    size = f"{last.detail.get('bytes', 0) / 1e6:.1f} MB"
    return Check("backup", _("最近备份"), level, f"{moment_text(last.at)} · {size}", "" if level == "good" else remedy)


def _queue() -> Check:
    counts = queue_counts()
    value = _("等待 %(waiting)s 项,进行中 %(running)s 项,未完成 %(failed)s 项") % {
        "waiting": counts.waiting, "running": counts.running, "failed": counts.failed,
    }  # fmt: skip
    asleep = bool(counts.waiting) and not worker_present()
    remedy = _("后台任务没有运行:确认 weijian serve 或 weijian worker 在运行") if asleep else ""
    return Check(
        "queue", _("任务队列"), "bad" if asleep else "warn" if counts.failed else "good", value, remedy, reverse("jobs")
    )


def _snapshot() -> Check:
    last = Snapshot.objects.order_by("-id").first()
    if last is None:
        return Check("snapshot", _("最近快照"), "warn", _("尚未发布"), _("运行 weijian snapshot publish"))
    value = _("%(number)s · %(at)s · %(rows)s 行") % {
        "number": last.pk, "at": moment_text(last.published_at), "rows": f"{last.rows:,}",
    }  # fmt: skip
    return Check("snapshot", _("最近快照"), "good", value)


def _dirty() -> Check:
    waiting = unpublished_changes()
    value = _("%(n)s 个分区有未发布的变更") % {"n": waiting}
    return Check(
        "dirty",
        _("待发布分区"),
        "warn" if waiting else "good",
        value,
        _("运行 weijian snapshot publish") if waiting else "",
    )


def _audit(now: datetime) -> Check:
    head = TreeHead.objects.order_by("-number").first()
    waiting = AuditLeaf.objects.filter(position=None).order_by("id").first()
    # Twice the sealer's time: a seal that is merely about to happen is no warning.
    late = waiting is not None and (now - waiting.at).total_seconds() > 2 * SEAL_SECONDS
    value = (
        _("树头 %(number)s · %(at)s") % {"number": head.number, "at": moment_text(head.at)} if head else _("尚未封存")
    )
    remedy = _("审计记录等待封存:确认 weijian serve 在运行,磁盘未满") if late else ""
    return Check("audit", _("审计封存"), "warn" if late else "good", value, remedy)


def _working_days(now: datetime) -> Check:
    """Time limits in working days are only as good as the announced arrangement of holidays."""
    calendar, day = china_working_days(), beijing_date(now)
    announced = calendar.announced_years
    value = _("放假安排已录入 %(first)s 至 %(last)s 年") % {"first": announced[0], "last": announced[-1]}
    # The State Council announces the next year in November; until then nobody can know it.
    until = date(day.year + 1, 12, 31) if day.month == _ANNOUNCED_BY else day
    missing = calendar.unannounced_years(day, until)
    remedy = _("%(years)s 年的放假安排没有录入，工作日按周一至周五计算；公布后升级程序") % {
        "years": "、".join(map(str, missing))
    }
    level: Level = "good" if not missing else "bad" if day.year in missing else "warn"
    return Check("working_days", _("工作日历"), level, value, remedy if missing else "")


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        number = cursor.fetchone()[0]
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    return Check("database", _("数据库"), "good", f"PostgreSQL {number} · {size / 1e6:.0f} MB")


def _program() -> Check:
    return Check("program", _("程序"), "good", f"Weijian {version('weijian')}")
