"""Publishes snapshots: rewrites dirty partitions of one database state and swaps the manifest in one step."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import Sum

from weijian.foundation.changes.models import Change
from weijian.foundation.snapshots import lake, reading
from weijian.foundation.snapshots.models import DirtyPartition, Snapshot
from weijian.foundation.snapshots.writing import write_files
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock

Progress = Callable[[int, int, str], None]

#: Named steps at which fault tests kill the publisher.
STEPS = ("read", "files_written", "manifest_written", "committed")


def publish_snapshot(
    *,
    clock: Clock | None = None,
    progress: Progress | None = None,
    step: Callable[[str], None] = lambda name: None,
    whole: bool = False,
) -> Snapshot:
    """Publish the committed state: only rows that changed since the last snapshot are read, the rest stays in its files.

    All files come from one REPEATABLE READ state of the database. Files and manifest are durable before the one
    transaction that names the new snapshot and clears the dirty marks which that state contained; a crash before it leaves
    the old snapshot, a crash after it the new one. Unchanged state publishes nothing new and returns the last snapshot.

    ``whole`` reads every partition from the database again and takes no file over.
    """
    with reading.repeatable_read() as connection:
        dirty_ids, dirty = reading.dirty_partitions(connection)
        last_change = reading.scalar(connection, "SELECT coalesce(max(id), 0) FROM changes_change")
        previous = Snapshot.objects.order_by("-id").first()
        if previous is not None and not dirty_ids and not whole:
            return previous
        if previous is not None and whole:
            files = lake.read_manifest(previous.manifest_sha256)[0]
            dirty = {(file.table, file.partition): set() for file in files} | dirty
        exported = reading.scalar(connection, "SELECT pg_export_snapshot()")
        step("read")
        files = write_files(str(exported), dirty, None if whole else previous, progress)
    step("files_written")
    meta: dict[str, object] = {"last_change_id": int(last_change)}
    digest = lake.write_manifest(files, meta)
    step("manifest_written")
    with transaction.atomic():
        snapshot = Snapshot.objects.create(
            published_at=(clock or SystemClock()).now(),
            manifest_sha256=digest,
            files=len(files),
            rows=sum(file.rows for file in files),
            last_change_id=int(last_change),
        )
        DirtyPartition.objects.filter(id__in=dirty_ids).delete()
    step("committed")
    return snapshot


def newest_snapshot() -> Snapshot:
    """The newest snapshot; an error with the remedy where none was published."""
    snapshot = Snapshot.objects.order_by("-id").first()
    if snapshot is None:
        raise WeijianError("snapshot.none", "还没有发布数据快照。", "", "运行 weijian snapshot publish")
    return snapshot


def pin_snapshot(snapshot_id: int, reason: str) -> Snapshot:
    """Pin a snapshot so that its files are never removed (a frozen report, a locked month)."""
    try:
        snapshot = Snapshot.objects.get(id=snapshot_id)
    except Snapshot.DoesNotExist:
        raise WeijianError(
            "snapshot.unknown", f"没有快照 {snapshot_id}。", "", "用 weijian snapshot list 查看"
        ) from None
    snapshot.pinned = True
    snapshot.pin_reason = reason
    snapshot.save(update_fields=["pinned", "pin_reason"])
    return snapshot


def unpublished_changes() -> int:
    """Number of partitions that wait for the next snapshot."""
    return DirtyPartition.objects.values("table_name", "partition").distinct().count()


def total_rows() -> int:
    """Rows of all snapshots together, for the health page."""
    return Snapshot.objects.aggregate(total=Sum("rows"))["total"] or 0


def last_change() -> Change | None:
    """The newest change row."""
    return Change.objects.order_by("-id").first()
