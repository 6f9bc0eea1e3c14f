"""Reads tables of one database state into Arrow batches through ADBC, in one REPEATABLE READ snapshot."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
from django.conf import settings

from weijian.definitions.expressions import in_snapshot
from weijian.definitions.fields import FieldType
from weijian.definitions.record_kinds import Partition, RecordKind
from weijian.foundation import embedded_pg


def database_url() -> str:
    """URL of Django's current database for ADBC; in tests that is the test database."""
    from django.db import connection

    info = embedded_pg.connection_info(os.environ, settings.HOME)
    return info.with_database(connection.settings_dict["NAME"]).as_url()


@contextmanager
def repeatable_read(snapshot: str | None = None) -> Iterator[Any]:
    """An ADBC connection inside one read-only REPEATABLE READ transaction; ``snapshot`` joins an exported one."""
    with adbc.connect(database_url()) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if snapshot is not None:
            cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        yield connection


def query(connection: Any, sql: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Schema and record batches of a query."""
    cursor = connection.cursor()
    cursor.execute(sql)
    reader = cursor.fetch_record_batch()

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from reader
        finally:
            cursor.close()

    return reader.schema, batches()


def dirty_partitions(connection: Any) -> tuple[list[int], dict[tuple[str, str], set[int]]]:
    """Ids of all dirty marks that the state contains, and by (table, partition) the changes that set them."""
    _schema, batches = query(
        connection, "SELECT id, table_name, partition, change_id FROM snapshots_dirtypartition ORDER BY id"
    )
    ids: list[int] = []
    found: dict[tuple[str, str], set[int]] = {}
    for batch in batches:
        data = batch.to_pydict()
        ids += data["id"]
        for table, partition, change in zip(data["table_name"], data["partition"], data["change_id"], strict=True):
            found.setdefault((table, partition), set()).add(change)
    return ids, found


def scalar(connection: Any, sql: str) -> Any:
    """The one value that a query gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def partition_sql(kind: RecordKind, partition: str) -> str:
    """SELECT of one partition of a kind: snapshot columns only, voided rows left out."""
    return f'SELECT {", ".join(_columns(kind))} FROM "{kind.table}" WHERE NOT voided{_inside(kind, partition)}'


def changed_sql(kind: RecordKind, partition: str, changes: Sequence[int]) -> str:
    """SELECT of the rows of a partition that certain changes wrote, with :data:`CHANGED` beside the columns.

    Voided rows are among them: an older version of theirs may stand in a file.
    """
    return (
        f'SELECT {", ".join(_columns(kind))}, change_id AS "{CHANGED[0]}", voided AS "{CHANGED[1]}" '
        f'FROM "{kind.table}" WHERE change_id = ANY({_array(changes)}){_inside(kind, partition)}'
    )


def changed_persons_sql(changes: Sequence[int]) -> str:
    """SELECT of the persons that certain changes created or linked otherwise, with :data:`CHANGED`."""
    ids = _array(changes)
    select = DIMENSIONS["person"].replace(" FROM ", f', 0::bigint AS "{CHANGED[0]}", false AS "{CHANGED[1]}" FROM ', 1)
    return (
        f"{select} WHERE p.id IN (SELECT id FROM persons_person WHERE created_change_id = ANY({ids}) UNION ALL "
        f"SELECT person_id FROM persons_personlink WHERE start_change_id = ANY({ids}) OR end_change_id = ANY({ids}))"
    )


#: Columns of changed rows that no file holds: the change that wrote the row, and whether the row is voided.
CHANGED = ("_change", "_voided")


def columns_of(kind: RecordKind) -> list[str]:
    """Names of the columns that a file of the kind has, in order."""
    own = [field.column for field in kind.fields if in_snapshot(field)]
    return ["id", *own, *_SYSTEM]


_SYSTEM = ("institution_id", "organisation_id", "area_id", "link_state", "flags", "sensitivity", "received_on")


def _columns(kind: RecordKind) -> list[str]:
    decimals = {field.column for field in kind.fields if field.type is FieldType.DECIMAL}
    return [f'"{name}"::float8 AS "{name}"' if name in decimals else f'"{name}"' for name in columns_of(kind)]


def _inside(kind: RecordKind, partition: str) -> str:
    if kind.partition is Partition.NONE:
        return ""
    return f" AND {_range(kind.partition, partition, kind.field(kind.business_date).column)}"


def _array(ids: Sequence[int]) -> str:
    return "'{" + ",".join(str(int(one)) for one in ids) + "}'::bigint[]"


def _range(by: Partition, partition: str, column: str) -> str:
    if by is Partition.YEAR:
        return f"\"{column}\" >= '{partition}-01-01' AND \"{column}\" <= '{partition}-12-31'"
    year, month = (int(part) for part in partition.split("-"))
    following = f"{year + month // 12:04d}-{month % 12 + 1:02d}"
    return f"\"{column}\" >= '{partition}-01' AND \"{column}\" < '{following}-01'"


#: Dimension tables of every snapshot: table → SELECT. No name, document number, telephone or street address of a person.
DIMENSIONS: dict[str, str] = {
    "person": (
        "SELECT p.id AS identity_id, l.subject_id, p.sex, p.birth_date FROM persons_person p "
        "LEFT JOIN persons_personlink l ON l.person_id = p.id AND l.end_change_id IS NULL"
    ),
    "organisation": (
        "SELECT id AS organisation_id, code, zh, en, type, level, grade, ownership, affiliation, category, nature, licensed, "
        "parent_id, vaccination_clinic, area_id, former_zh, renamed_on, valid_from, valid_to "
        "FROM organisations_organisation ORDER BY id"
    ),
    "area": (
        "SELECT a.id AS area_id, a.code, a.zh, a.en, a.level, a.parent_id, a.valid_from, a.valid_to, "
        "CASE a.level WHEN 'village' THEN a.parent_id WHEN 'street' THEN a.id END AS street_id "
        "FROM areas_area a ORDER BY a.id"
    ),
}
