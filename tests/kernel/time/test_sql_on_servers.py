"""Dates and ages computed by PostgreSQL and Spark are those of Python, in whatever zone the session runs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from weijian.foundation.embedded_pg import ensure_running, stop
from weijian.kernel.ages import age_on, age_on_sql
from weijian.kernel.time import beijing_date, beijing_date_sql

pytestmark = pytest.mark.long

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DRAW = random.Random(20171231)
MIDNIGHT = datetime(2017, 12, 31, 16, tzinfo=UTC)
INSTANTS = [
    MIDNIGHT,
    MIDNIGHT - timedelta(microseconds=1),
    *(_EPOCH + timedelta(microseconds=_DRAW.randrange(-(10**15), 7 * 10**15)) for _ in range(2000)),
]
PAIRS = [tuple(date(1900, 1, 1) + timedelta(days=_DRAW.randrange(60_000)) for _ in range(2)) for _ in range(2000)]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection]:
    home: Path = tmp_path_factory.mktemp("dates")
    try:
        with psycopg.connect(ensure_running(home, durability="off").as_libpq_dsn()) as session:
            yield session
    finally:
        stop(home, "immediate")


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_postgres_dates(connection: psycopg.Connection, zone: str) -> None:
    connection.execute("SELECT set_config('TimeZone', %s, false)", [zone])
    query = "SELECT {} FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS t(v, n) ORDER BY n"
    rows = connection.execute(query.format(beijing_date_sql("v", "postgres")), [INSTANTS]).fetchall()  # type: ignore[call-overload]
    assert [row[0] for row in rows] == [beijing_date(instant) for instant in INSTANTS]


def test_postgres_ages(connection: psycopg.Connection) -> None:
    births, days = (list(side) for side in zip(*PAIRS, strict=True))
    query = "SELECT {} FROM unnest(%s::date[], %s::date[]) WITH ORDINALITY AS t(b, d, n) ORDER BY n"
    rows = connection.execute(query.format(age_on_sql("b", "d")), [births, days]).fetchall()  # type: ignore[call-overload]
    assert [row[0] for row in rows] == [age_on(birth, day) for birth, day in PAIRS]


def test_spark_dates_and_ages() -> None:
    sql = pytest.importorskip("pyspark.sql", reason="the spark extra is not installed")
    builder = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.session.timeZone", "America/New_York").getOrCreate()
    try:
        micros = [(n, (instant - _EPOCH) // timedelta(microseconds=1)) for n, instant in enumerate(INSTANTS)]
        spark.createDataFrame(micros, "n long, us long").createOrReplaceTempView("instants")
        dates = f"SELECT {beijing_date_sql('timestamp_micros(us)', 'spark')} FROM instants ORDER BY n"
        assert [row[0] for row in spark.sql(dates).collect()] == [beijing_date(instant) for instant in INSTANTS]
        pairs = [(n, birth, day) for n, (birth, day) in enumerate(PAIRS)]
        spark.createDataFrame(pairs, "n long, b date, d date").createOrReplaceTempView("pairs")
        ages = f"SELECT {age_on_sql('b', 'd')} FROM pairs ORDER BY n"
        assert [row[0] for row in spark.sql(ages).collect()] == [age_on(birth, day) for birth, day in PAIRS]
    finally:
        spark.stop()
