"""Column expressions: rules and measures are written against an unbound Ibis table with the typed columns of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from weijian.definitions.fields import Field, FieldType

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from weijian.definitions.record_kinds import Expression, RecordKind

#: Ibis type of each field type in the checked table and in the snapshot.
FIELD_TYPES: dict[FieldType, dt.DataType] = {
    FieldType.SOURCE_ID: dt.string,
    FieldType.PERSON: dt.int64,
    FieldType.ORGANISATION: dt.int64,
    FieldType.AREA: dt.int64,
    FieldType.DATE: dt.date,
    FieldType.CODE: dt.string,
    FieldType.CODES: dt.string,
    FieldType.MONEY: dt.int64,
    FieldType.INTEGER: dt.int64,
    FieldType.DECIMAL: dt.Decimal(18, 4),
    FieldType.BOOLEAN: dt.boolean,
    FieldType.TEXT: dt.string,
}


def typed_schema(kind: RecordKind) -> ibis.Schema:
    """Schema which rules see: every field under its column name, and the parsed parts of the person reference.

    A person reference gives ``<name>_id_type, <name>_id_no, <name>_name, <name>_sex`` (text) and ``<name>_birth_date``
    (date) as normalised from the file; references to organisations and areas are already resolved to ids (NULL unknown).
    Two columns stand in every checked table: ``received_on`` (date) and ``institution_id`` (the submitting institution).
    """
    columns: dict[str, dt.DataType] = {}
    for field in kind.fields:
        if field.type is FieldType.PERSON:
            for column in field.file_columns():
                columns[column.name] = dt.date if column.name.endswith("_birth_date") else dt.string
        else:
            columns[field.column] = FIELD_TYPES[field.type]
    columns["received_on"] = dt.date
    columns["institution_id"] = dt.int64
    return ibis.schema(columns)


def snapshot_schema(kind: RecordKind) -> ibis.Schema:
    """Schema which measures see: no personal field, references as ids, and the columns that every fact carries."""
    columns: dict[str, dt.DataType] = {"id": dt.int64}
    for field in kind.fields:
        if in_snapshot(field):
            decimal = field.type is FieldType.DECIMAL
            columns[field.column] = dt.float64 if decimal else FIELD_TYPES[field.type]
    columns |= {
        "business_date": dt.date,
        "institution_id": dt.int64,
        "organisation_id": dt.int64,
        "area_id": dt.int64,
        "link_state": dt.int16,
        "flags": dt.int64,
        "sensitivity": dt.int16,
        "received_on": dt.date,
    }
    return ibis.schema(columns)


def in_snapshot(field: Field) -> bool:
    """Whether the field is stored in snapshots: source ids and personal text are not."""
    return not field.personal and field.type is not FieldType.SOURCE_ID


def checked_table(kind: RecordKind) -> ir.Table:
    """Unbound table that rules are written against; its name is ``checked``."""
    return ibis.table(typed_schema(kind), name="checked")


def snapshot_table(kind: RecordKind) -> ir.Table:
    """Unbound table that measures are written against, named as the kind's table."""
    return ibis.table(snapshot_schema(kind), name=kind.table)


def expression_text(kind: RecordKind, expression: Expression) -> str:
    """The rule as DuckDB SQL, for fingerprints and documentation."""
    table = checked_table(kind)
    return str(ibis.to_sql(table.select(holds=expression(table)), dialect="duckdb"))
