"""The cube store of a snapshot, opened once per process and kept while the snapshot is current."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from weijian.engines.measures.store import SnapshotFiles, build_store
from weijian.foundation.figures.catalogue import components
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError

_lock = threading.Lock()
_open: dict[int, duckdb.DuckDBPyConnection] = {}

Progress = Callable[[int, int, str], None]


def current_snapshot() -> Snapshot:
    """The newest snapshot; an error with the remedy where none was published."""
    snapshot = Snapshot.objects.order_by("-id").first()
    if snapshot is None:
        raise WeijianError("snapshot.none", "还没有发布数据快照。", "", "运行 weijian snapshot publish")
    return snapshot


def store_of(snapshot: Snapshot, progress: Progress | None = None) -> duckdb.DuckDBPyConnection:
    """A cursor on the snapshot's cube store; cubes of partitions seen before come from the cache on disk."""
    with _lock:
        if snapshot.pk not in _open:
            if len(_open) >= 3:  # the current one, one being replaced, one pinned by a report
                _open.pop(min(_open)).close()
            _open[snapshot.pk] = build_store(
                files_of(snapshot),
                kinds(),
                components(),
                months=_months(snapshot),
                cache=lake.root() / "cubes",
                progress=progress,
            )
        return _open[snapshot.pk].cursor()


def files_of(snapshot: Snapshot) -> SnapshotFiles:
    """Paths and hashes of the snapshot's files by table."""
    found: dict[str, list[tuple[Path, str]]] = {}
    for file in lake.read_manifest(snapshot.manifest_sha256)[0]:
        found.setdefault(file.table, []).append((lake.root() / file.path, file.sha256))
    return SnapshotFiles({table: sorted(files) for table, files in found.items()})


def _months(snapshot: Snapshot) -> tuple[date, date]:
    """Stocks are counted on every month end from the first to the last month that has facts by month."""
    partitions = sorted(
        file.partition for file in lake.read_manifest(snapshot.manifest_sha256)[0] if _is_month(file.partition)
    )
    if not partitions:
        return date(2000, 1, 1), date(2000, 1, 1)
    last_year = int(partitions[-1][:4])
    # Two years at most: stocks of earlier years are read from the snapshots of those years.
    first = max(partitions[0], f"{last_year - 1}-01")
    return date(int(first[:4]), int(first[5:7]), 1), date(last_year, 12, 1)


def _is_month(partition: str) -> bool:
    return len(partition) == 7 and partition[4] == "-"
