"""Reads tables of one database state into Arrow batches through ADBC, in one REPEATABLE READ snapshot."""

from __future__ import annotations

import os
from collections.abc import Iterator
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


def partition_sql(kind: RecordKind, partition: str) -> str:
    """SELECT of one partition of a kind, snapshot columns only, voided rows left out, ordered for compression."""
    columns = ["id"]
    for field in kind.fields:
        if in_snapshot(field):
            cast = "::float8" if field.type is FieldType.DECIMAL else ""
            columns.append(f'"{field.column}"{cast} AS "{field.column}"')
    columns += ["institution_id", "organisation_id", "area_id", "link_state", "flags", "sensitivity", "received_on"]
    date_column = kind.field(kind.business_date).column
    where = f" AND {_range(kind.partition, partition, date_column)}" if kind.partition is not Partition.NONE else ""
    return f'SELECT {", ".join(columns)} FROM "{kind.table}" WHERE NOT voided{where}'


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
