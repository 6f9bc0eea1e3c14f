"""Publishes snapshots: rewrites dirty partitions of one database state and swaps the manifest in one step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import transaction
from django.db.models import Sum

from weijian.definitions.record_kinds import RecordKind
from weijian.foundation.changes.models import Change
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots import lake, reading
from weijian.foundation.snapshots.models import DirtyPartition, Snapshot
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock

Progress = Callable[[int, int, str], None]

#: Named steps at which fault tests kill the publisher.
STEPS = ("read", "files_written", "manifest_written", "committed")


def publish_snapshot(
    *, clock: Clock | None = None, progress: Progress | None = None, step: Callable[[str], None] = lambda name: None
) -> Snapshot:
    """Publish the committed state: only partitions that changed since the last snapshot are written again.

    All files come from one REPEATABLE READ state of the database. Files and manifest are durable before the one
    transaction that names the new snapshot and clears the dirty marks which that state contained; a crash before it leaves
    the old snapshot, a crash after it the new one. Unchanged state publishes nothing new and returns the last snapshot.
    """
    with reading.repeatable_read() as connection:
        dirty_ids, dirty = _dirty(connection)
        last_change = _scalar(connection, "SELECT coalesce(max(id), 0) FROM changes_change")
        previous = Snapshot.objects.order_by("-id").first()
        if previous is not None and not dirty_ids:
            return previous
        exported = _scalar(connection, "SELECT pg_export_snapshot()")
        step("read")
        files = _write_files(str(exported), dirty, previous, progress)
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


def _dirty(connection) -> tuple[list[int], set[tuple[str, str]]]:  # type: ignore[no-untyped-def]
    _schema, batches = reading.query(connection, "SELECT id, table_name, partition FROM snapshots_dirtypartition")
    ids: list[int] = []
    found: set[tuple[str, str]] = set()
    for batch in batches:
        data = batch.to_pydict()
        ids += data["id"]
        found |= set(zip(data["table_name"], data["partition"], strict=True))
    return ids, found


def _scalar(connection, sql: str):  # type: ignore[no-untyped-def]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _write_files(
    exported: str, dirty: set[tuple[str, str]], previous: Snapshot | None, progress: Progress | None
) -> list[lake.LakeFile]:
    by_table: dict[str, RecordKind] = {kind.table: kind for kind in kinds().values()}
    kept: dict[tuple[str, str], lake.LakeFile] = {}
    if previous is not None:
        kept = {(file.table, file.partition): file for file in lake.read_manifest(previous.manifest_sha256)[0]}
    tasks: list[tuple[str, str, str]] = [
        (table, partition, reading.partition_sql(by_table[table], partition))
        for table, partition in sorted(dirty)
        if table in by_table
    ]
    tasks += [(table, "all", sql) for table, sql in reading.DIMENSIONS.items()]
    done = 0
    with ThreadPoolExecutor(2) as pool:
        # Two readers share the work; each keeps one connection inside the exported state for all its partitions.
        for file in _interleaved(pool.map(lambda part: _write_many(exported, part), (tasks[0::2], tasks[1::2]))):
            kept[(file.table, file.partition)] = file
            done += 1
            if progress:
                progress(done, len(tasks), f"{file.table} {file.partition}")
    return [file for file in kept.values() if file.rows > 0 or file.table in reading.DIMENSIONS]


def _interleaved(parts: Iterable[list[lake.LakeFile]]) -> Iterator[lake.LakeFile]:
    for part in parts:
        yield from part


def _write_many(exported: str, tasks: Sequence[tuple[str, str, str]]) -> list[lake.LakeFile]:
    written = []
    with reading.repeatable_read(exported) as connection:
        for table, partition, sql in tasks:
            schema, batches = reading.query(connection, sql)
            written.append(lake.write_partition(table, partition, batches, schema))
    return written


def last_change() -> Change | None:
    """The newest change row."""
    return Change.objects.order_by("-id").first()
