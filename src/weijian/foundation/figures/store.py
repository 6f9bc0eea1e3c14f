"""The cube store of a snapshot, opened once per process and kept while the snapshot is current."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from weijian.definitions.measures import Measure, Population
from weijian.engines.measures.store import POPULATION_TABLE, SnapshotFiles, build_store, open_store
from weijian.foundation.figures.catalogue import catalogue_fingerprint, components, measure_by_id, table_inputs
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.snapshots.services import newest_snapshot

_lock = threading.Lock()
_open: dict[int, duckdb.DuckDBPyConnection] = {}

Progress = Callable[[int, int, str], None]


def current_snapshot() -> Snapshot:
    """The newest snapshot; an error with the remedy where none was published."""
    return newest_snapshot()


def store_of(snapshot: Snapshot, progress: Progress | None = None) -> duckdb.DuckDBPyConnection:
    """A cursor on the snapshot's cube store; the store is built once for all processes, cubes come from the cache."""
    with _lock:
        if snapshot.pk not in _open:
            files = files_of(snapshot)
            target = store_path(snapshot)
            if not target.exists():
                build_store(
                    files,
                    kinds(),
                    components(),
                    months=months_of(snapshot),
                    cache=lake.root() / "cubes",
                    target=target,
                    progress=progress,
                )
            if len(_open) >= 3:  # the current one, one being replaced, one pinned by a report
                _open.pop(min(_open)).close()
            _open[snapshot.pk] = open_store(target, files, kinds())
        return _open[snapshot.pk].cursor()


def store_path(snapshot: Snapshot) -> Path:
    """File of the snapshot's cube store: named by the manifest and by all definitions that it answers."""
    return lake.root() / "stores" / f"{snapshot.manifest_sha256[:16]}-{catalogue_fingerprint()[:16]}.duckdb"


def close_stores() -> None:
    """Close what this process holds open; for tests and before a restore."""
    with _lock:
        while _open:
            _open.popitem()[1].close()


def files_of(snapshot: Snapshot) -> SnapshotFiles:
    """Paths and hashes of the snapshot's files by table."""
    found: dict[str, list[tuple[Path, str]]] = {}
    for file in lake.read_manifest(snapshot.manifest_sha256)[0]:
        found.setdefault(file.table, []).append((lake.root() / file.path, file.sha256))
    return SnapshotFiles({table: sorted(files) for table, files in found.items()})


def latest_year(snapshot: Snapshot) -> int:
    """The last year that has facts by month; the year of the snapshot where none has."""
    months = [file.partition for file in lake.read_manifest(snapshot.manifest_sha256)[0] if _is_month(file.partition)]
    return int(max(months)[:4]) if months else snapshot.published_at.year


def tables_of(measure: Measure) -> frozenset[str]:
    """Snapshot tables on which a measure's value rests; ``*`` for a table measure that does not say what it reads."""
    if measure.form == "table":
        known = table_inputs().get(measure.function or "")
        return frozenset({"*"}) if known is None else known | {"organisation", "area"}
    if measure.of is not None:
        return tables_of(measure_by_id(measure.of))
    found = {"organisation", "area"}
    for term in (*measure.numerator, *measure.numerator_minus, *measure.denominator):
        if isinstance(term, Population):
            found.add(POPULATION_TABLE)
        else:
            found |= {kinds()[term.kind].table, *term.tables}
            found |= {"person"} if term.distinct else set()
    return frozenset(found)


def changed_tables(before: Snapshot, after: Snapshot) -> frozenset[str]:
    """Tables whose content differs between two snapshots; ``*`` stands among them where any does."""
    old, new = files_of(before).files, files_of(after).files
    changed = {table for table in {*old, *new} if list(old.get(table, ())) != list(new.get(table, ()))}
    return frozenset(changed | {"*"}) if changed else frozenset()


def months_of(snapshot: Snapshot) -> tuple[date, date]:
    """Stocks are counted on every month end from the first to the last month that has facts by month.

    Beyond the last month nothing is known yet: a stock at a later day is a gap.
    """
    partitions = sorted(
        file.partition for file in lake.read_manifest(snapshot.manifest_sha256)[0] if _is_month(file.partition)
    )
    if not partitions:
        return date(2000, 1, 1), date(2000, 1, 1)
    last_year = int(partitions[-1][:4])
    # Two years at most: stocks of earlier years are read from the snapshots of those years.
    first = max(partitions[0], f"{last_year - 1}-01")
    return date(int(first[:4]), int(first[5:7]), 1), date(last_year, int(partitions[-1][5:7]), 1)


def _is_month(partition: str) -> bool:
    return len(partition) == 7 and partition[4] == "-"
