"""DuckDB, Spark and plain Python count the same cubes from the same random districts, empty ones included."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.generative.cube_reference import Cube, flow_cube, random_district, stock_cube
from tests.spec.measures.small_lake import CONTRACT, KINDS, TABLES, VISIT, arrow_table
from weijian.definitions.measures import Component, When
from weijian.engines.measures.cubes import DIMENSIONS, CubeQuery, flow_queries, stock_queries
from weijian.engines.measures.lake import connect

MONTH_ENDS = [date(2016, 2, 29), date(2017, 2, 28), date(2017, 12, 31)]

FLOWS = (
    Component("all", VISIT.id),
    Component("typed", VISIT.id, where=lambda t: t.type == "2"),
    Component("fees", VISIT.id, value=lambda t: t.fee),
    Component("fees_typed", VISIT.id, where=lambda t: t.type.isin(["1"]), value=lambda t: t.fee),
)
VALUES = (
    lambda row: 1,
    lambda row: int(row["type"] == "2"),
    lambda row: row["fee"],
    lambda row: row["fee"] if row["type"] == "1" else 0,
)
ROWS = Component("rows", CONTRACT.id, when=When.AS_OF_END, starts="signed_on", ends="ended_on")
PERSONS = Component(
    "persons", CONTRACT.id, when=When.AS_OF_END, starts="signed_on", ends="ended_on", distinct="subject_id"
)

QUERIES: dict[str, CubeQuery] = {
    "flow": flow_queries(VISIT, FLOWS)[0],
    "stock": stock_queries(CONTRACT, [ROWS])[0],
    "persons": stock_queries(CONTRACT, [PERSONS])[0],
}
Tables = dict[str, list[dict[str, Any]]]


def _tables(seeds: list[int]) -> Tables:
    tables: Tables = {VISIT.table: [], CONTRACT.table: [], "person": []}
    for seed in seeds:
        visits, contracts, persons = random_district(seed)
        tables[VISIT.table] += [row | {"business_date": row["visit_on"]} for row in visits]
        tables[CONTRACT.table] += [row | {"business_date": row["signed_on"]} for row in contracts]
        tables["person"] += persons
    return tables


def _expected(tables: Tables) -> dict[str, Cube]:
    people = {row["identity_id"]: row for row in tables["person"]}
    visits, contracts = tables[VISIT.table], tables[CONTRACT.table]
    return {
        "flow": flow_cube(visits, people, "visit_on", VALUES),
        "stock": stock_cube(contracts, people, MONTH_ENDS, persons=False),
        "persons": stock_cube(contracts, people, MONTH_ENDS, persons=True),
    }


def _on_duckdb(tables: Tables) -> dict[str, Cube]:
    connection = connect()
    connection.execute("CREATE TABLE month_end AS SELECT unnest(?::DATE[]) AS as_of", [MONTH_ENDS])
    for name, rows in tables.items():
        connection.register(name, arrow_table(TABLES[name], rows))
    found = {}
    for name, query in QUERIES.items():
        columns = ", ".join([*DIMENSIONS, "n", *(f"c{index}" for index in range(len(query.components)))])
        found[name] = set(connection.execute(f"SELECT {columns} FROM ({query.sql()})").fetchall())
    connection.close()
    return found


@given(st.integers(1, 10_000))
@example(0)
def test_duckdb_counts_as_plain_python_does(seed: int) -> None:
    tables = _tables([seed] if seed else [])
    assert _on_duckdb(tables) == _expected(tables)


@pytest.fixture(scope="module")
def spark() -> Any:
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java, which is not here")
    pytest.importorskip("pyspark", reason="the optional extra weijian[spark] is not installed")
    from weijian.engines.measures.spark import session

    found = session("weijian-tests", cores=1)
    found.sparkContext.setLogLevel("ERROR")
    yield found
    found.stop()


@pytest.mark.parametrize("seeds", [list(range(1, 41)), []], ids=["forty districts", "empty"])
def test_spark_counts_as_duckdb_and_plain_python_do(spark: Any, tmp_path: Path, seeds: list[int]) -> None:
    """Forty districts lie in one table, so that Spark runs three jobs and not a hundred."""
    from weijian.engines.measures.spark import add_business_date, cubes, open_days, open_table

    tables = _tables(seeds)
    for name, rows in tables.items():
        files = []
        if rows:
            data = arrow_table(TABLES[name], rows)
            data = data.drop(["business_date"]) if "business_date" in data.schema.names else data
            pq.write_table(data, tmp_path / f"{name}.parquet")
            files = [tmp_path / f"{name}.parquet"]
        open_table(spark, name, TABLES[name], files)
    open_days(spark, MONTH_ENDS)
    for kind in (VISIT, CONTRACT):
        add_business_date(spark, KINDS[kind.id])
    counted = cubes(spark, QUERIES.values())
    expected = _expected(tables)
    assert _on_duckdb(tables) == expected
    for name, query in QUERIES.items():
        assert counted[query] == expected[name], name
