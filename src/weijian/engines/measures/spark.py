"""Counts cubes on Spark: the same queries in Spark's dialect, for provinces whose snapshots lie side by side.

The only module that imports PySpark, which is an optional extra. It reads the snapshot's Parquet files and gives
rows that must equal DuckDB's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import ibis

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.cubes import DIMENSIONS, MONTH_END_SCHEMA, CubeQuery
from weijian.kernel.errors import WeijianError

#: Cube row: month, organisation, area, sex, age, then ``n`` and one value per component.
Row = tuple[Any, ...]

_TYPES = {
    "int64": "BIGINT", "int32": "INT", "int16": "SMALLINT", "string": "STRING", "date": "DATE", "boolean": "BOOLEAN",
    "float64": "DOUBLE",
}  # fmt: skip


def session(name: str = "weijian", cores: int = 2) -> Any:
    """A local Spark session; an error with the remedy where PySpark or Java is missing."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise WeijianError("spark.missing", "没有安装 PySpark。", "", "安装可选依赖 weijian[spark]") from None
    return (
        SparkSession.builder.master(f"local[{cores}]")
        .appName(name)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", str(cores))
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
        .getOrCreate()
    )


def open_table(spark: Any, name: str, schema: ibis.Schema, files: Sequence[Path]) -> None:
    """Temporary view of one snapshot table; without files an empty one of the right types."""
    if files:
        spark.read.parquet(*[str(one) for one in files]).createOrReplaceTempView(name)
        return
    columns = ", ".join(f"{column} {_TYPES[str(dtype)]}" for column, dtype in schema.items())
    spark.createDataFrame([], columns).createOrReplaceTempView(name)


def open_days(spark: Any, days: Sequence[date]) -> None:
    """Table ``month_end``: the days on which stocks are counted."""
    spark.createDataFrame([(day,) for day in days], "as_of DATE").createOrReplaceTempView(next(iter(_DAY_TABLE)))


_DAY_TABLE = {"month_end": MONTH_END_SCHEMA}


def add_business_date(spark: Any, kind: RecordKind) -> None:
    """Snapshots hold the declared date column; queries read it as ``business_date``."""
    column = kind.field(kind.business_date).column
    frame = spark.table(kind.table)
    if "business_date" not in frame.columns:
        frame.withColumn("business_date", frame[column]).createOrReplaceTempView(kind.table)


def cubes(spark: Any, queries: Iterable[CubeQuery]) -> Mapping[CubeQuery, set[Row]]:
    """Rows of every query's cube."""
    return {query: _rows(spark.sql(query.sql("pyspark")), query) for query in queries}


def _rows(frame: Any, query: CubeQuery) -> set[Row]:
    columns = [*DIMENSIONS, "n", *(f"c{index}" for index in range(len(query.components)))]
    return {tuple(row[name] for name in columns) for row in frame.select(*columns).collect()}
