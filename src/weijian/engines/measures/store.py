"""The cube store of a snapshot: what the components of all measures come to, by month, institution, area, sex and age.

Cubes of a partition are cached under the partition's content hash and the query's fingerprint, so that after a day's
change only the partitions that changed are counted again. The store itself is one DuckDB file that every process opens
read-only in milliseconds.
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

from weijian.definitions.measures import Component, When
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.cubes import (
    DIMENSIONS,
    ORGANISATION_SCHEMA,
    CubeQuery,
    coverage_id,
    flow_queries,
    joined_sql,
    stock_queries,
)
from weijian.engines.measures.lake import connect, open_kind, open_tables

Progress = Callable[[int, int, str], None]

#: Table of the population kind in snapshots.
POPULATION_TABLE = "populations_population_count"
_TABLES = """
CREATE TABLE store.cube (
    component VARCHAR, month DATE, organisation_id BIGINT, area_id BIGINT, sex VARCHAR, age INTEGER, value BIGINT
);
CREATE TABLE store.coverage (component VARCHAR, month DATE, n BIGINT);
CREATE TABLE store.area AS SELECT * FROM area;
CREATE TABLE store.organisation AS SELECT * FROM organisation;
"""
_PLACES = """
CREATE TABLE store.cube_place AS
SELECT component, month, organisation_id, area_id, sum(value)::BIGINT AS value FROM store.cube
GROUP BY ALL ORDER BY component, month, organisation_id
"""


@dataclass(frozen=True)
class SnapshotFiles:
    """Files of one snapshot by table: path and content hash in partition order."""

    files: Mapping[str, Sequence[tuple[Path, str]]]

    def paths(self) -> dict[str, list[Path]]:
        """Paths only."""
        return {table: [path for path, _hash in found] for table, found in self.files.items()}

    def digest(self, tables: Sequence[str]) -> str:
        """One hash over the contents of some tables."""
        text = "".join(digest for table in tables for _path, digest in self.files.get(table, ()))
        return hashlib.sha256(text.encode()).hexdigest()


def build_store(
    snapshot: SnapshotFiles,
    kinds: Mapping[str, RecordKind],
    components: Sequence[Component],
    *,
    months: tuple[date, date],
    cache: Path,
    target: Path,
    progress: Progress | None = None,
) -> None:
    """Count all components over the snapshot into the DuckDB file ``target``, which appears whole or not at all.

    ``months`` are the first and last month (first days) for whose ends stocks are counted. ``cache`` is a folder
    for the cubes of single partitions; files there are named by content and may be removed at any time.
    """
    connection = connect()
    cache.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.part")
    temporary.unlink(missing_ok=True)
    try:
        open_tables(connection, snapshot.paths(), kinds.values())
        connection.execute(f"ATTACH '{_quoted(temporary)}' AS store")
        connection.execute(_TABLES)
        _copy_population(connection)
        days = _month_ends(*months)
        connection.execute("CREATE TEMP TABLE month_end AS SELECT unnest(?::DATE[]) AS as_of", [days])
        by_kind: dict[str, list[Component]] = {}
        for component in {component.id: component for component in components}.values():
            by_kind.setdefault(component.kind, []).append(component)
        for done, (kind_id, found) in enumerate(sorted(by_kind.items()), start=1):
            _count_kind(connection, snapshot, kinds[kind_id], found, days, cache)
            if progress:
                progress(done, len(by_kind), kind_id)
        connection.execute(_PLACES)
        connection.execute("DETACH store")
        os.replace(temporary, target)
    finally:
        connection.close()
        temporary.unlink(missing_ok=True)


def open_store(
    target: Path, snapshot: SnapshotFiles, kinds: Mapping[str, RecordKind], *, threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """A connection with ``cube, cube_place, coverage, population, area, organisation`` and a view of each snapshot
    table."""
    connection = connect(threads=threads)
    open_tables(connection, snapshot.paths(), kinds.values())
    connection.execute(f"ATTACH '{_quoted(target)}' AS store (READ_ONLY)")
    for name in ("cube", "cube_place", "coverage", "population", "area", "organisation"):
        connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS SELECT * FROM store."{name}"')
    return connection


def _copy_population(connection: duckdb.DuckDBPyConnection) -> None:
    names = {row[0] for row in connection.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    source = POPULATION_TABLE if POPULATION_TABLE in names else (
        "(SELECT ''::VARCHAR AS basis, NULL::DATE AS reference_on, 0::BIGINT AS village_id, ''::VARCHAR AS sex, "
        "0::BIGINT AS age, 0::BIGINT AS persons WHERE false)"
    )  # fmt: skip
    connection.execute(
        f"""CREATE TABLE store.population AS
        SELECT basis, reference_on, village_id AS area_id, sex, age::INTEGER AS age, sum(persons)::BIGINT AS persons
        FROM {source} GROUP BY ALL"""
    )


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
        cubes = []
        for path, digest in files:
            if not _cube_path(query.sql(), query.table, digest, cache).exists():
                open_kind(connection, kind, [path])
            cubes.append(_cached(connection, query.sql(), query.table, digest, cache))
        _insert(connection, query, cubes)
    open_kind(connection, kind, [path for path, _digest in files])
    if not files:
        return
    for query in stock_queries(kind, components):
        digest = snapshot.digest([kind.table]) + str(month_ends)
        if query.components[0].distinct:
            digest += _links(connection, kind)
        _insert(connection, query, [_cached(connection, query.sql(), query.table, digest, cache)])
    _cover_stocks(connection, kind, components, month_ends)
    for component in components:
        if component.sql is not None:
            digest = snapshot.digest(component.tables)
            cube = _cached(connection, joined_sql(component), f"{kind.table}-joined", digest, cache)
            _insert_joined(connection, component, cube)


def _links(connection: duckdb.DuckDBPyConnection, kind: RecordKind) -> str:
    """Fingerprint of who the kind's persons are: a merge elsewhere must not make its cubes be counted again."""
    if kind.person is None:
        return ""
    row = connection.execute(
        f"""SELECT coalesce(bit_xor(hash(identity_id, subject_id)), 0)::VARCHAR FROM person
        WHERE identity_id IN (SELECT "{kind.person.column}" FROM "{kind.table}")"""
    ).fetchone()
    return str(row[0]) if row else ""


def _cached(connection: duckdb.DuckDBPyConnection, sql: str, name: str, digest: str, cache: Path) -> Path:
    """The cube of one partition as a Parquet file, counted now where the cache has none."""
    target = _cube_path(sql, name, digest, cache)
    if not target.exists():
        temporary = target.with_suffix(f".{os.getpid()}.part")
        connection.execute(f"COPY ({sql}) TO '{_quoted(temporary)}' (FORMAT parquet, COMPRESSION zstd)")
        os.replace(temporary, target)
    return target


def _cube_path(sql: str, name: str, digest: str, cache: Path) -> Path:
    content = hashlib.sha256(digest.encode()).hexdigest()[:16]
    fingerprint = hashlib.sha256(sql.encode()).hexdigest()[:16]
    return cache / f"{name}-{content}-{fingerprint}.parquet"


def _insert(connection: duckdb.DuckDBPyConnection, query: CubeQuery, cubes: Sequence[Path]) -> None:
    if not cubes:
        return
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE wide AS SELECT * FROM read_parquet(?)", [[str(one) for one in cubes]]
    )
    dimensions = ", ".join(DIMENSIONS)
    for index, component in enumerate(query.components):
        # A latest report that says zero must win over an older one that did not.
        keep = "true" if component.when is When.LATEST else f"c{index} <> 0"
        connection.execute(
            f"INSERT INTO store.cube SELECT ?, {dimensions}, c{index} FROM wide "
            f"WHERE {keep}{organisation_filter(component)}",
            [component.id],
        )
    if query.coverage:
        connection.execute(
            "INSERT INTO store.coverage SELECT ?, month, sum(n) FROM wide GROUP BY month", [query.coverage]
        )


def _cover_stocks(
    connection: duckdb.DuckDBPyConnection, kind: RecordKind, components: Sequence[Component], month_ends: Sequence[date]
) -> None:
    """A stock is known from the first start on record: before it there is a gap, after it a zero is a zero."""
    starts = {coverage_id(kind.id, one): one.starts for one in components if one.when is When.AS_OF_END}
    for name, column in sorted(starts.items()):
        connection.execute(
            f"""INSERT INTO store.coverage SELECT ?, date_trunc('month', day)::DATE, 1
            FROM (SELECT unnest(?::DATE[]) AS day) WHERE day >= (SELECT min("{column}") FROM "{kind.table}")""",
            [name, list(month_ends)],
        )


def _insert_joined(connection: duckdb.DuckDBPyConnection, component: Component, cube: Path) -> None:
    connection.execute(
        f"INSERT INTO store.cube SELECT ?, {', '.join(DIMENSIONS)}, value FROM read_parquet(?) "
        f"WHERE true{organisation_filter(component)}",
        [component.id, str(cube)],
    )


def organisation_filter(component: Component, column: str = "organisation_id") -> str:
    """`` AND column IN (…)`` for the institutions that the component counts, or nothing."""
    if component.organisations is None:
        return ""
    table = ibis.table(ORGANISATION_SCHEMA, name="organisation")
    chosen = table.filter(component.organisations(table)).select("organisation_id")
    return f" AND {column} IN ({ibis.to_sql(chosen, dialect='duckdb')})"


def component_sql(kind: RecordKind, component: Component) -> str:
    """The component's own SQL for DuckDB, for the definition page; stocks are counted on each day of ``month_end``."""
    if component.sql is not None:
        return joined_sql(component) + organisation_filter(component)
    queries = flow_queries(kind, [component]) or stock_queries(kind, [component])
    return "\n".join([*(query.sql() for query in queries), organisation_filter(component)]).strip()


def _month_ends(first: date, last: date) -> list[date]:
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        found.append(date(year, month, calendar.monthrange(year, month)[1]))
        year, month = year + month // 12, month % 12 + 1
    return found


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
