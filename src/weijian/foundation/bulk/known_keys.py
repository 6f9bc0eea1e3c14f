"""Remembers which identities this process has stored, so that a year's files need not ask the database row by row."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from django.db import connection

from weijian.definitions.record_kinds import RecordKind
from weijian.foundation.bulk.copying import copy_in, fetch_table

#: What the loader needs to know of a stored row.
STORED = pa.schema(
    [
        ("institution_id", pa.int64()),
        ("source_id", pa.string()),
        ("id", pa.int64()),
        ("row_hash", pa.int64()),
        ("source_version", pa.int64()),
        ("voided", pa.bool_()),
    ]
)


class KnownKeys:
    """Keys of one record kind as 64-bit hashes, complete for some institutions; and the DuckDB connection that holds them.

    A hash that is not there is a new row for certain; one that is there is looked up in the database. The holder must
    call :meth:`clear` when anybody else may have loaded rows of the kind, or after a rollback.
    """

    def __init__(self) -> None:
        self.lake = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
        self.lake.execute("CREATE TABLE known (key UBIGINT)")
        self.whole: set[int] = set()

    def clear(self) -> None:
        """Forget everything."""
        self.lake.execute("DELETE FROM known")
        self.whole.clear()

    def close(self) -> None:
        """Release the connection."""
        self.lake.close()

    def take(self, identities: pa.Table) -> bool:
        """Make ``identities`` the table ``batch`` with the hash of each row's identity; whether some identity stands twice.

        ``identities`` has ``institution_id, source_id`` and what the decision between versions needs.
        """
        self.lake.register("incoming", identities)
        self.lake.execute(
            "CREATE OR REPLACE TEMP TABLE batch AS SELECT *, hash(institution_id, source_id) AS key FROM incoming"
        )
        self.lake.unregister("incoming")
        found = self.lake.execute("SELECT count(*) > count(DISTINCT key) FROM batch").fetchone()
        return bool(found and found[0])

    def stored(self, kind: RecordKind) -> pa.Table:
        """Stored rows with an identity of the table ``batch``; asks the database only for identities that may be there."""
        institutions = [row[0] for row in self.lake.execute("SELECT DISTINCT institution_id FROM batch").fetchall()]
        asked = self._with_rows(kind, [one for one in institutions if one not in self.whole])
        self.whole |= set(institutions) - set(asked)
        listed = ", ".join(map(str, asked)) or "NULL"
        # Two queries put together: with OR, every known key goes through a table built anew for each batch.
        keys = self.lake.execute(
            f"SELECT institution_id, source_id FROM batch WHERE institution_id IN ({listed}) "
            "UNION SELECT institution_id, source_id FROM batch WHERE key IN (SELECT key FROM known)"
        ).to_arrow_table()
        if keys.num_rows == 0:
            return STORED.empty_table()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS incoming_key")
            cursor.execute("CREATE TEMP TABLE incoming_key (institution_id bigint, source_id text) ON COMMIT DROP")
            copy_in("incoming_key", keys, ["institution_id", "source_id"])
            cursor.execute("ANALYZE incoming_key")
        return fetch_table(
            "SELECT k.institution_id, k.source_id, f.id, f.row_hash, f.source_version, f.voided FROM incoming_key k "
            f'JOIN "{kind.table}" f ON f.institution_id = k.institution_id AND f."{kind.source_id.column}" = k.source_id',
            STORED,
        )

    def add_batch(self) -> None:
        """Remember the identities of ``batch`` where the institution is known whole."""
        listed = ", ".join(map(str, self.whole)) or "NULL"
        self.lake.execute(f"INSERT INTO known SELECT key FROM batch WHERE institution_id IN ({listed})")

    def _with_rows(self, kind: RecordKind, institutions: list[int]) -> list[int]:
        if not institutions:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT i FROM unnest(%s::bigint[]) i WHERE EXISTS (SELECT 1 FROM "{kind.table}" WHERE institution_id = i)',
                [institutions],
            )
            return [row[0] for row in cursor.fetchall()]
