"""The cube store of a snapshot: what the components of all measures come to, by month, institution, area, sex and age.

Cubes of a partition are cached under the partition's content hash and the query's fingerprint, so that after a day's
change only the partitions that changed are counted again. The store itself is one DuckDB file that every process opens
read-only in milliseconds.
"""

from __future__ import annotations

import calendar
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from weijian.definitions.measures import Component, When
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.counting import CubeCache, SnapshotFiles
from weijian.engines.measures.cubes import (
    DIMENSIONS,
    CubeQuery,
    coverage_id,
    cube_rows,
    flow_queries,
    joined_sql,
    organisation_filter,
    stock_queries,
)
from weijian.engines.measures.lake import connect, open_tables, quoted

__all__ = ["SnapshotFiles", "build_store", "component_sql", "open_store"]

Progress = Callable[[int, int, str], None]

#: Table of the population kind in snapshots.
POPULATION_TABLE = "populations_population_count"
_TABLES = """
CREATE SCHEMA built;
CREATE TABLE built.cube_source (component VARCHAR, source VARCHAR, field VARCHAR);
CREATE TEMP TABLE place_row (component VARCHAR, month DATE, organisation_id BIGINT, area_id BIGINT, value BIGINT);
CREATE TABLE built.coverage (component VARCHAR, month DATE, n BIGINT);
CREATE TABLE built.area AS SELECT * FROM area;
CREATE TABLE built.organisation AS SELECT * FROM organisation;
"""
_PLACES = """
CREATE TABLE built.cube_place AS SELECT * FROM place_row ORDER BY component, month, organisation_id
"""


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
        connection.execute(_TABLES)
        _copy_population(connection)
        days = _month_ends(*months)
        connection.execute("CREATE TEMP TABLE month_end AS SELECT unnest(?::DATE[]) AS as_of", [days])
        by_kind: dict[str, list[Component]] = {}
        for component in {component.id: component for component in components}.values():
            by_kind.setdefault(component.kind, []).append(component)
        _keep_persons(connection)
        counted = CubeCache(connection, snapshot, cache)
        for done, (kind_id, found) in enumerate(sorted(by_kind.items()), start=1):
            _count_kind(counted, kinds[kind_id], found, days)
            if progress:
                progress(done, len(by_kind), kind_id)
        connection.execute(_PLACES)
        _write(connection, temporary)
        os.replace(temporary, target)
    finally:
        connection.close()
        temporary.unlink(missing_ok=True)


def _write(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """All tables into one file, in one transaction."""
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'built'").fetchall()
    connection.execute(f"ATTACH '{quoted(target)}' AS store")
    connection.execute("BEGIN")
    for (name,) in tables:
        connection.execute(f"CREATE TABLE store.{name} AS SELECT * FROM built.{name}")
    connection.execute("COMMIT")
    connection.execute("DETACH store")


def open_store(
    target: Path, snapshot: SnapshotFiles, kinds: Mapping[str, RecordKind], *, threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """A connection with the store's tables (``cube_place, cube_source, coverage, population, area, organisation`` and
    the cubes by sex and age) and a view of each snapshot table."""
    connection = connect(threads=threads)
    open_tables(connection, snapshot.paths(), kinds.values())
    connection.execute(f"ATTACH '{quoted(target)}' AS store (READ_ONLY)")
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'store'").fetchall()
    for (name,) in tables:
        connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS SELECT * FROM store."{name}"')
    return connection


def _copy_population(connection: duckdb.DuckDBPyConnection) -> None:
    names = {row[0] for row in connection.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    source = POPULATION_TABLE if POPULATION_TABLE in names else (
        "(SELECT ''::VARCHAR AS basis, NULL::DATE AS reference_on, 0::BIGINT AS village_id, ''::VARCHAR AS sex, "
        "0::BIGINT AS age, 0::BIGINT AS persons WHERE false)"
    )  # fmt: skip
    connection.execute(
        f"""CREATE TABLE built.population AS
        SELECT basis, reference_on, village_id AS area_id, sex, age::INTEGER AS age, sum(persons)::BIGINT AS persons
        FROM {source} GROUP BY ALL"""
    )


def _keep_persons(connection: duckdb.DuckDBPyConnection) -> None:
    """Every kind joins the persons: they are read once."""
    connection.execute("CREATE TEMP TABLE known_person AS SELECT identity_id, subject_id, sex, birth_date FROM person")
    connection.execute("CREATE OR REPLACE VIEW person AS SELECT * FROM known_person")


def _count_kind(
    counted: CubeCache, kind: RecordKind, components: Sequence[Component], month_ends: Sequence[date]
) -> None:
    if not counted.snapshot.files.get(kind.table):
        return
    for query in flow_queries(kind, components, by_file=True):
        _insert(counted.connection, query, counted.flows(kind, query))
    for query in stock_queries(kind, components):
        _insert(counted.connection, query, [counted.stock(kind, query, month_ends)])
    _cover_stocks(counted.connection, kind, components, month_ends)
    cubes: dict[tuple[object, ...], tuple[list[Component], list[Path]]] = {}
    for component in components:
        if component.sql is not None:
            key = (component.sql, component.date, component.tables)
            cubes.setdefault(key, ([], counted.joined(kind, component)))[0].append(component)
    for found, paths in cubes.values():
        _insert_joined(counted.connection, found, paths)


def _insert(connection: duckdb.DuckDBPyConnection, query: CubeQuery, cubes: Sequence[Path]) -> None:
    """Add up the cubes of one query into a table of the store, and from it into the cube of places."""
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in ("n", *_columns(query)))
    wide = _keep(connection, f"SELECT {', '.join(DIMENSIONS)}, {sums} FROM read_parquet(?) GROUP BY ALL", cubes)
    _place(connection, wide, {one: cube_rows(query, one) for one in query.components})
    if query.coverage:
        connection.execute(
            f"INSERT INTO built.coverage SELECT ?, month, sum(n) FROM built.{wide} GROUP BY month", [query.coverage]
        )


def _columns(query: CubeQuery) -> list[str]:
    return [f"c{index}" for index in range(len(query.components))]


def _insert_joined(
    connection: duckdb.DuckDBPyConnection, components: Sequence[Component], cubes: Sequence[Path]
) -> None:
    wide = _keep(
        connection,
        f"SELECT {', '.join(DIMENSIONS)}, sum(value)::BIGINT AS value FROM read_parquet(?) GROUP BY ALL",
        cubes,
    )
    _place(connection, wide, dict.fromkeys(components, ("value", "true")))


def _keep(connection: duckdb.DuckDBPyConnection, sql: str, cubes: Sequence[Path]) -> str:
    """Make the next table of the store; gives its name."""
    row = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'built' AND table_name LIKE 'cube_of_%'"
    ).fetchone()
    name = f"cube_of_{int(row[0]) if row else 0}"
    connection.execute(f"CREATE TABLE built.{name} AS {sql}", [[str(one) for one in cubes]])
    return name


def _place(connection: duckdb.DuckDBPyConnection, wide: str, columns: Mapping[Component, tuple[str, str]]) -> None:
    """Note where each component's cube stands, and add it up by month, institution and area."""
    names = list(dict.fromkeys(column for column, _condition in columns.values()))
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in names)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE place AS SELECT month, organisation_id, area_id, {sums} FROM built.{wide} "
        "GROUP BY ALL"
    )
    parts = []
    for component, (column, condition) in columns.items():
        connection.execute("INSERT INTO built.cube_source VALUES (?, ?, ?)", [component.id, wide, column])
        parts.append(
            f"SELECT '{component.id}' AS component, month, organisation_id, area_id, {column} AS value FROM place "
            f"WHERE {condition}{organisation_filter(component)}"
        )
    connection.execute(f"INSERT INTO place_row {' UNION ALL '.join(parts)}")


def _cover_stocks(
    connection: duckdb.DuckDBPyConnection, kind: RecordKind, components: Sequence[Component], month_ends: Sequence[date]
) -> None:
    """A stock is known from the first start on record: before it there is a gap, after it a zero is a zero."""
    starts = {coverage_id(kind.id, one): one.starts for one in components if one.when is When.AS_OF_END}
    for name, column in sorted(starts.items()):
        connection.execute(
            f"""INSERT INTO built.coverage SELECT ?, date_trunc('month', day)::DATE, 1
            FROM (SELECT unnest(?::DATE[]) AS day) WHERE day >= (SELECT min("{column}") FROM "{kind.table}")""",
            [name, list(month_ends)],
        )


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
