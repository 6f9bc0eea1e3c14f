"""Which tables a transaction has touched, and how many rows: from the server's own counters, without asking callers."""

from __future__ import annotations

from django.db import connection

#: Rows inserted, updated and deleted so far by this transaction, partitions under the name of their table.
_COUNTERS = """
SELECT coalesce(p.relname, c.relname), sum(x.inserted)::bigint, sum(x.updated)::bigint, sum(x.deleted)::bigint
FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent,
LATERAL (SELECT pg_stat_get_xact_tuples_inserted(c.oid) AS inserted, pg_stat_get_xact_tuples_updated(c.oid) AS updated,
                pg_stat_get_xact_tuples_deleted(c.oid) AS deleted) x
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
  AND c.relname NOT LIKE 'audit\\_%' AND c.relname NOT LIKE 'changes\\_%'
  AND x.inserted + x.updated + x.deleted > 0
GROUP BY 1
"""

Counts = dict[str, tuple[int, int, int]]


def counters() -> Counts:
    """The counters now. They may hold rows of earlier transactions of the session: only differences mean something."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTERS)
        return {table: (inserted, updated, deleted) for table, inserted, updated, deleted in cursor.fetchall()}


def touched(before: Counts, after: Counts) -> dict[str, dict[str, int]]:
    """Tables with the rows inserted, updated and deleted between two readings of one transaction."""
    found = {}
    for table, now in sorted(after.items()):
        then = before.get(table, (0, 0, 0))
        rows = {
            name: a - b for name, a, b in zip(("inserted", "updated", "deleted"), now, then, strict=True) if a - b > 0
        }
        if rows:
            found[table] = rows
    return found
