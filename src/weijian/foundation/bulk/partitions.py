"""Month partitions of large facts, made when the first row of a month arrives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection

#: Advisory lock class under which partitions are created, so that two loads do not race for one month.
_LOCK = 7_310_001


def is_partitioned(table: str) -> bool:
    """Whether the table is range-partitioned in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(%s)", [table])
        found = cursor.fetchone()
    return bool(found and found[0])


def ensure_months(table: str, months: Iterable[date]) -> None:
    """Create the missing month partitions of ``table``; ``months`` are first days of months."""
    wanted = sorted(set(months))
    if not wanted or not is_partitioned(table):
        return
    with connection.cursor() as cursor:
        missing = []
        for month in wanted:
            cursor.execute("SELECT to_regclass(%s)", [_name(table, month)])
            if cursor.fetchone()[0] is None:
                missing.append(month)
        if not missing:
            return
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for month in missing:
            cursor.execute(
                f'CREATE TABLE IF NOT EXISTS "{_name(table, month)}" PARTITION OF "{table}" '
                f"FOR VALUES FROM ('{month}') TO ('{_next(month)}')"
            )


def _name(table: str, month: date) -> str:
    return f"{table}_{month:%Y_%m}"


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
