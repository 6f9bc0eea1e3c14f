"""Beijing civil dates of instants in SQL, the same on each engine whatever the session's time zone."""

from __future__ import annotations

from typing import Literal

Dialect = Literal["postgres", "duckdb", "spark"]

_DATE_OF = {
    # AT TIME ZONE with an interval takes the offset itself and reads no session setting.
    "postgres": "(({column}) AT TIME ZONE INTERVAL '08:00')::date",
    "duckdb": "CAST(make_timestamp(epoch_us({column}) + 28800000000) AS DATE)",
    "spark": ("date_add(DATE'1970-01-01', CAST(floor((unix_micros({column}) + 28800000000) / 86400000000) AS INT))"),
}


def beijing_date_sql(column: str, dialect: Dialect) -> str:
    """SQL: Beijing civil date of the ``timestamp with time zone`` expression ``column``; NULL stays NULL."""
    return _DATE_OF[dialect].format(column=column)
