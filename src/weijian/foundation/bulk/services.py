"""Loads a batch of checked rows of one record kind: new, duplicate, superseding, superseded, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from weijian.definitions.record_kinds import Partition, RecordKind
from weijian.foundation.bulk.copying import copy_in, plain
from weijian.foundation.bulk.known_keys import KnownKeys
from weijian.foundation.bulk.partitions import ensure_months
from weijian.foundation.kinds.fact import SYSTEM_COLUMNS

#: Columns by which a batch row is told apart besides the table's own: its file and line, for the receipt.
BATCH_COLUMNS = ("file_no", "line_no")


#: Advisory lock class under which one kind is loaded by one transaction at a time: identities have no unique index.
_LOCK = 7_310_003


@dataclass(frozen=True)
class LoadResult:
    """What became of the rows of one batch.

    ``outcomes`` lists ``file_no, line_no, outcome`` of the rows that met another of their identity; all others are new.
    ``outcome`` is ``new``, ``corrected`` (it superseded a stored row), ``duplicate`` (same content as stored or as an
    earlier row of the batch) or ``superseded`` (a newer version is stored or stands later in the batch).
    """

    outcomes: pa.Table
    counts: dict[str, int]


def table_columns(kind: RecordKind) -> tuple[str, ...]:
    """All columns of the kind's table that a load fills, in COPY order."""
    return tuple(field.column for field in kind.fields) + SYSTEM_COLUMNS


def lock_kind(kind: RecordKind) -> None:
    """Let no other transaction load rows of this kind until the current one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, kind.table])


def load_facts(kind: RecordKind, batch: pa.Table, *, change_id: int, known: KnownKeys | None = None) -> LoadResult:
    """Load checked and linked rows; the caller holds the transaction and the change context.

    ``batch`` has the columns of :func:`table_columns` (``change_id`` is filled here) plus ``file_no``, ``line_no`` and
    ``received_seq`` (order of arrival). Identity is (institution_id, source id). The highest ``source_version``, then the
    latest arrival, wins; the same content twice is a duplicate. Rows that lose inside the batch are written to history,
    as are stored rows that a correction replaces. A stored row that is newer than the arriving one stays.

    ``known`` spares lookups over several batches of one kind; see there for when it must be cleared.
    """
    lock_kind(kind)
    keys = known or KnownKeys()
    try:
        repeated = keys.take(_identities(kind, batch))
        stored = keys.stored(kind)
        if repeated or stored.num_rows:
            _decide(kind, keys.lake, stored)
            decided = keys.lake.execute(
                "SELECT place, file_no, line_no, stored_id, outcome FROM decided"
            ).to_arrow_table()
        else:
            decided = _NOTHING_DECIDED  # the quick way of rows that nobody has sent before
        if known is not None:
            known.add_batch()
    finally:
        if known is None:
            keys.close()
    _write(kind, batch, decided, change_id)
    outcomes = decided.select(["file_no", "line_no", "outcome"])
    counts = {one["values"]: one["counts"] for one in outcomes.column("outcome").value_counts().to_pylist()}
    counts["new"] = counts.get("new", 0) + batch.num_rows - outcomes.num_rows
    return LoadResult(
        outcomes, {name: int(counts.get(name, 0)) for name in ("new", "corrected", "duplicate", "superseded")}
    )


_NOTHING_DECIDED = pa.schema(
    [
        ("place", pa.int64()),
        ("file_no", pa.int32()),
        ("line_no", pa.int64()),
        ("stored_id", pa.int64()),
        ("outcome", pa.string()),
    ]
).empty_table()


def _identities(kind: RecordKind, batch: pa.Table) -> pa.Table:
    """What decides between the versions of a row; ``place`` is the row's place in the batch."""
    names = ["institution_id", "file_no", "line_no", "received_seq", "source_version", "row_hash", "voided"]
    found = batch.select(names).append_column("source_id", batch.column(kind.source_id.column))
    return found.append_column("place", pa.array(np.arange(batch.num_rows)))


def _decide(kind: RecordKind, lake: duckdb.DuckDBPyConnection, stored: pa.Table) -> None:
    """Table ``decided``: the outcome of every row whose identity is stored already or stands in the batch more than once."""
    lake.register("stored", stored)
    lake.execute(_CONTESTED)
    lake.register("seen", _seen_before(kind, lake))
    lake.execute(_DECIDE)
    lake.unregister("seen")
    lake.unregister("stored")


_CONTESTED = """
CREATE OR REPLACE TEMP TABLE contested AS
WITH repeated AS (SELECT key FROM batch GROUP BY key HAVING count(*) > 1)
SELECT b.institution_id, b.source_id, b.place, b.file_no, b.line_no, b.received_seq, b.source_version, b.row_hash,
    b.voided, s.id AS stored_id, s.row_hash AS stored_hash, s.source_version AS stored_version, s.voided AS stored_voided
FROM batch b
LEFT JOIN stored s ON s.institution_id = b.institution_id AND s.source_id = b.source_id
WHERE s.id IS NOT NULL OR b.key IN (SELECT key FROM repeated)
"""

#: Ranks rows of one identity by (version, arrival); content equal to the row before it in that order is a duplicate.
_DECIDE = """
CREATE OR REPLACE TEMP TABLE decided AS
WITH ordered AS (
    SELECT c.*, h.row_hash AS seen_hash, lag(c.row_hash) OVER w AS before_hash, lag(c.voided) OVER w AS before_voided
    FROM contested c LEFT JOIN seen h ON h.row_id = c.stored_id AND h.row_hash = c.row_hash
    WINDOW w AS (PARTITION BY c.institution_id, c.source_id ORDER BY c.source_version, c.received_seq)
), judged AS (
    SELECT *, CASE
        WHEN before_hash = row_hash AND before_voided = voided THEN 'duplicate'
        WHEN stored_hash = row_hash AND stored_voided = voided THEN 'duplicate'
        WHEN stored_version > source_version THEN 'superseded'
        WHEN stored_version = source_version AND seen_hash IS NOT NULL THEN 'duplicate'
        ELSE NULL END AS early
    FROM ordered
), winners AS (
    SELECT *, row_number() OVER (PARTITION BY institution_id, source_id, early IS NULL
                                 ORDER BY source_version DESC, received_seq DESC) AS rank
    FROM judged
)
SELECT place, file_no, line_no, stored_id, CASE
    WHEN early IS NOT NULL THEN early
    WHEN rank > 1 THEN 'superseded'
    WHEN stored_id IS NOT NULL THEN 'corrected'
    ELSE 'new' END AS outcome
FROM winners
"""


def _seen_before(kind: RecordKind, lake: duckdb.DuckDBPyConnection) -> pa.Table:
    """Contents that stored rows had before: an old file that is sent again must not undo its correction."""
    schema = pa.schema([("row_id", pa.int64()), ("row_hash", pa.int64())])
    ids = [
        row[0]
        for row in lake.execute("SELECT DISTINCT stored_id FROM contested WHERE stored_hash <> row_hash").fetchall()
    ]
    if not ids:
        return schema.empty_table()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT row_id, (row->>'row_hash')::bigint FROM changes_history "
            "WHERE table_name = %s AND row_id = ANY(%s) AND row ? 'row_hash'",
            [kind.table, ids],
        )
        rows = cursor.fetchall()
    return pa.table([[row[0] for row in rows], [row[1] for row in rows]], schema=schema)


def _write(kind: RecordKind, batch: pa.Table, decided: pa.Table, change_id: int) -> None:
    columns = table_columns(kind)
    changes = pa.repeat(pa.scalar(change_id, pa.int64()), batch.num_rows)
    batch = batch.set_column(batch.column_names.index("change_id"), "change_id", changes)
    corrected, fallen = _decided(batch, decided, "corrected"), _decided(batch, decided, "superseded")
    fresh = _fresh(batch, decided).select(columns)
    months = _months(kind, fresh) | _months(kind, corrected)
    ensure_months(kind.table, months)
    # In order of arrival: a file is one institution's, mostly by number, so both indexes grow at few places.
    copy_in(kind.table, fresh, columns)
    del fresh
    _mark_stored_partitions(kind, corrected, change_id)
    _replace(kind, corrected, columns)
    _keep_superseded(kind, fallen)
    mark_dirty(kind, sorted(months), change_id)


def _fresh(batch: pa.Table, decided: pa.Table) -> pa.Table:
    """Rows that nothing stands against."""
    if decided.num_rows == 0:
        return batch
    stands = np.ones(batch.num_rows, dtype=bool)
    stands[decided.filter(pc.not_equal(decided.column("outcome"), "new")).column("place").to_numpy()] = False
    return batch.filter(pa.array(stands))


def _decided(batch: pa.Table, decided: pa.Table, outcome: str) -> pa.Table:
    """Rows of one outcome, with the stored row that they met as ``id``."""
    chosen = decided.filter(pc.equal(decided.column("outcome"), outcome))
    return batch.take(chosen.column("place")).append_column("id", chosen.column("stored_id"))


def _months(kind: RecordKind, rows: pa.Table) -> set[date]:
    days = plain(rows.column(kind.field(kind.business_date).column)).unique()
    return {day.replace(day=1) for day in days.to_pylist()}


def _replace(kind: RecordKind, corrected: pa.Table, columns: tuple[str, ...]) -> None:
    if corrected.num_rows == 0:
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS incoming_row")
        cursor.execute(f'CREATE TEMP TABLE incoming_row (LIKE "{kind.table}") ON COMMIT DROP')
        copy_in("incoming_row", corrected, ("id", *columns))
        cursor.execute("ANALYZE incoming_row")
        assignments = ", ".join(f'"{name}" = r."{name}"' for name in columns)
        cursor.execute(
            f'UPDATE "{kind.table}" f SET {assignments} FROM incoming_row r WHERE f.id = r.id AND {_same_key(kind)}'
        )


def _same_key(kind: RecordKind) -> str:
    """Lets the update find the stored row by its identity index; ids alone are not indexed across partitions."""
    source = kind.source_id.column
    return f'f.institution_id = r.institution_id AND f."{source}" = r."{source}"'


def _mark_stored_partitions(kind: RecordKind, corrected: pa.Table, change_id: int) -> None:
    """A correction may move a row to another month: the month that it leaves is dirty too."""
    if corrected.num_rows == 0:
        return
    source = kind.source_id.column
    date_column = kind.field(kind.business_date).column
    keys = corrected.select(["institution_id", source])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS corrected_key")
        cursor.execute("CREATE TEMP TABLE corrected_key (institution_id bigint, source_id text) ON COMMIT DROP")
        copy_in("corrected_key", keys.rename_columns(["institution_id", "source_id"]), ["institution_id", "source_id"])
        cursor.execute(
            f"SELECT DISTINCT (to_char(f.\"{date_column}\", 'YYYY-MM') || '-01')::date FROM corrected_key k "
            f'JOIN "{kind.table}" f ON f.institution_id = k.institution_id AND f."{source}" = k.source_id'
        )
        mark_dirty(kind, [row[0] for row in cursor.fetchall()], change_id)


def _keep_superseded(kind: RecordKind, fallen: pa.Table) -> None:
    """A version that arrives already superseded never becomes the current row, but history keeps it."""
    if fallen.num_rows == 0:
        return
    with duckdb.connect() as lake:
        lake.register("fallen", fallen)
        rows = lake.execute(
            f"SELECT '{kind.table}' AS table_name, coalesce(id, 0) AS row_id, change_id, 'ARRIVE' AS operation, "
            f'to_json(struct_pack({_pack(kind)}))::VARCHAR AS "row" FROM fallen'
        ).to_arrow_table()
    copy_in("changes_history", rows, ["table_name", "row_id", "change_id", "operation", "row"])


def _pack(kind: RecordKind) -> str:
    names = [field.column for field in kind.fields]
    names += ["institution_id", "submission_id", "source_version", "row_hash"]
    return ", ".join(f'"{name}" := "{name}"' for name in names)


def mark_dirty(kind: RecordKind, months: Sequence[date], change_id: int) -> None:
    """Note in this transaction which partitions of the kind the next snapshot must rewrite."""
    names = sorted({_partition_name(kind, month) for month in months})
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(
                "INSERT INTO snapshots_dirtypartition (table_name, partition, change_id) VALUES (%s, %s, %s) "
                "ON CONFLICT DO NOTHING",
                [kind.table, name, change_id],
            )


def _partition_name(kind: RecordKind, month: date) -> str:
    if kind.partition is Partition.MONTH:
        return f"{month:%Y-%m}"
    if kind.partition is Partition.YEAR:
        return f"{month:%Y}"
    return "all"
