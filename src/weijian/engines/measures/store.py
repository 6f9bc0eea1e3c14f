"""The cube store: what the components of all measures come to, by month, institution, area, sex and age.

Cubes of a partition are cached under the partition's content hash and the query's fingerprint, so that after a day's
change only the partitions that changed are counted again.
"""

from __future__ import annotations

import calendar
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import ibis
import pyarrow.parquet as pq

from weijian.definitions.measures import Component
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.cubes import DIMENSIONS, CubeQuery, flow_queries, stock_queries
from weijian.engines.measures.lake import ORGANISATION_SCHEMA, connect, open_kind, open_tables

Progress = Callable[[int, int, str], None]

#: One base component: what is counted, before the filter over institutions.
_CUBE_TABLE = """
CREATE TABLE cube (
    component VARCHAR, month DATE, organisation_id BIGINT, area_id BIGINT, sex VARCHAR, age INTEGER, value BIGINT
)
"""


@dataclass(frozen=True)
class SnapshotFiles:
    """Files of one snapshot by table: path and content hash in partition order."""

    files: Mapping[str, Sequence[tuple[Path, str]]]

    def paths(self) -> dict[str, list[Path]]:
        """Paths only."""
        return {table: [path for path, _hash in found] for table, found in self.files.items()}


def build_store(
    snapshot: SnapshotFiles,
    kinds: Mapping[str, RecordKind],
    components: Sequence[Component],
    *,
    months: tuple[date, date],
    cache: Path,
    progress: Progress | None = None,
) -> duckdb.DuckDBPyConnection:
    """Count all components over the snapshot and return a connection with tables ``cube``, ``area``, ``organisation``.

    ``months`` are the first and last month (first days) for whose ends stocks are counted. ``cache`` is a folder for the
    cubes of single partitions; files there are named by content and may be removed at any time.
    """
    connection = connect()
    open_tables(connection, snapshot.paths(), kinds.values())
    # Dimensions are small and every roll-up joins them.
    for name in ("area", "organisation"):
        connection.execute(f'CREATE TABLE "{name}_t" AS SELECT * FROM "{name}"')
        connection.execute(f'DROP VIEW "{name}"')
        connection.execute(f'ALTER TABLE "{name}_t" RENAME TO "{name}"')
    connection.execute(_CUBE_TABLE)
    cache.mkdir(parents=True, exist_ok=True)
    by_kind: dict[str, list[Component]] = {}
    for component in {component.id: component for component in components}.values():
        by_kind.setdefault(component.kind, []).append(component)
    for done, (kind_id, found) in enumerate(sorted(by_kind.items()), start=1):
        _count_kind(connection, snapshot, kinds[kind_id], found, _month_ends(*months), cache)
        if progress:
            progress(done, len(by_kind), kind_id)
    return connection


def _count_kind(
    connection: duckdb.DuckDBPyConnection,
    snapshot: SnapshotFiles,
    kind: RecordKind,
    components: Sequence[Component],
    month_ends: Sequence[date],
    cache: Path,
) -> None:
    files = list(snapshot.files.get(kind.table, ()))
    for query in flow_queries(kind, components):
        for path, digest in files:
            open_kind(connection, kind, [path])
            cube = _cached(connection, query, digest, cache)
            _insert(connection, query, cube)
    open_kind(connection, kind, [path for path, _digest in files])
    people = "".join(digest for _path, digest in snapshot.files.get("person", ()))
    digest = hashlib.sha256(("".join(found for _path, found in files) + people).encode()).hexdigest()
    for query in stock_queries(kind, components, month_ends):
        _insert(connection, query, _cached(connection, query, digest, cache))


def _cached(connection: duckdb.DuckDBPyConnection, query: CubeQuery, digest: str, cache: Path) -> Path:
    """The cube of one partition as a Parquet file, counted now where the cache has none."""
    sql = query.sql()
    fingerprint = hashlib.sha256(sql.encode()).hexdigest()[:16]
    target = cache / f"{query.table}-{digest[:16]}-{fingerprint}.parquet"
    if not target.exists():
        temporary = target.with_suffix(f".{os.getpid()}.part")
        pq.write_table(connection.execute(sql).to_arrow_table(), temporary, compression="zstd")
        os.replace(temporary, target)
    return target


def _insert(connection: duckdb.DuckDBPyConnection, query: CubeQuery, cube: Path) -> None:
    dimensions = ", ".join(DIMENSIONS)
    for index, component in enumerate(query.components):
        condition = _organisation_filter(component)
        connection.execute(
            f"INSERT INTO cube SELECT ?, {dimensions}, c{index} FROM read_parquet(?) WHERE c{index} <> 0{condition}",
            [component.id, str(cube)],
        )


def _organisation_filter(component: Component) -> str:
    if component.organisations is None:
        return ""
    table = ibis.table(ORGANISATION_SCHEMA, name="organisation")
    chosen = table.filter(component.organisations(table)).select("organisation_id")
    return f" AND organisation_id IN ({ibis.to_sql(chosen, dialect='duckdb')})"


def component_sql(kind: RecordKind, component: Component) -> str:
    """The component's own SQL, for fingerprints and the definition page (stocks shown for one day)."""
    queries = flow_queries(kind, [component]) or stock_queries(kind, [component], [date(2000, 1, 31)])
    return "\n".join(query.sql() for query in queries) + _organisation_filter(component)


def _month_ends(first: date, last: date) -> list[date]:
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        found.append(date(year, month, calendar.monthrange(year, month)[1]))
        year, month = year + month // 12, month % 12 + 1
    return found
