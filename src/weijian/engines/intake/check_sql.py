"""Compiles a record kind to the SQL that judges one batch of rows in DuckDB, every cell of which has been read already.

Input view ``read_row``: ``"row:place" INTEGER, file_no INTEGER, line_no BIGINT``, the readings of :mod:`cells` under their names,
the person's parts as ``<name>_…``, and the texts as sent of the columns that are cleaned row by row. Table ``file_ref``:
``file_no, institution_id, institution_area_id, received_on``. Reference tables: ``organisation_ref(code, organisation_id,
area_id, valid_from, valid_to)``, ``area_ref(code, area_id, valid_from, valid_to)``.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import ibis
import sqlglot
import sqlglot.expressions

from weijian.definitions.expressions import FIELD_TYPES, checked_table
from weijian.definitions.fields import Field, FieldType
from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.cells import ROW_BY_ROW
from weijian.engines.intake.checks import checks_of
from weijian.engines.intake.parsing import emptied, half_width
from weijian.kernel.errors import WeijianError

#: What is known of every row besides its cells.
ROW_COLUMNS = ("file_no", "line_no", "institution_id", "received_on")

#: Order of arrival: file, then line.
_RECEIVED_SEQ = "t.file_no * 10000000000 + t.line_no AS received_seq"


def judgement(kind: RecordKind, untidy: Collection[str] | None = None) -> str:
    """The query that judges ``read_row``; a row each, in no certain order, told apart by ``row:place``.

    Gives :data:`ROW_COLUMNS`, ``received_seq, source_version, voided``, the columns of :func:`judged_columns`, ``row_hash,
    organisation_id, area_id``, and ``errors`` and ``warnings`` (bit masks over the errors and warnings of
    :func:`checks_of`). ``untidy`` names the row-by-row columns of which some cell has characters to clean; None cleans all.
    """
    names = ["row:place", *ROW_COLUMNS, "received_seq", "source_version", "voided", *judged_columns(kind)]
    names += ["row_hash", "organisation_id", "area_id"]
    selected = ", ".join(f'"{name}"' for name in names)
    return (
        f"SELECT {selected}, {_mask(kind, Severity.ERROR)} AS errors, {_mask(kind, Severity.WARNING)} AS warnings "
        f"FROM ({_with_rules(kind, untidy)}) r"
    )


def judged_columns(kind: RecordKind) -> tuple[str, ...]:
    """Columns of the kind that only the judgement knows; all others are readings of their cells."""
    own = (*ROW_BY_ROW, FieldType.ORGANISATION, FieldType.AREA)
    return tuple(field.column for field in kind.fields if field.type in own)


def _with_rules(kind: RecordKind, untidy: Collection[str] | None) -> str:
    """The typed rows with one boolean column per declared rule: TRUE where the row is in order."""
    checked = f"SELECT {_typed_columns(kind)} FROM ({_cleaned(kind, untidy)}) t{_joins(kind)}"
    if not kind.rules:
        return checked
    return f'SELECT "t0".*, {_rule_projections(kind)} FROM ({checked}) AS "t0"'


def _cleaned(kind: RecordKind, untidy: Collection[str] | None) -> str:
    """``read_row`` with its file, and the columns that are cleaned row by row."""
    parts = []
    for field in kind.fields:
        if field.type in ROW_BY_ROW:
            cell = f'w."{field.name}"'
            half = half_width(cell) if untidy is None or field.name in untidy else cell
            parts.append(f'{emptied(field.type, half)} AS "{field.name}"')
    replaced = f" REPLACE ({', '.join(parts)})" if parts else ""
    return (
        f"SELECT w.*{replaced}, f.institution_id, f.institution_area_id, f.received_on "
        "FROM read_row w JOIN file_ref f USING (file_no)"
    )


def _typed_columns(kind: RecordKind) -> str:
    parts = [f't."{name}"' for name in ("row:place", *ROW_COLUMNS)] + [_RECEIVED_SEQ]
    parts += ["coalesce(t.source_version, 1) AS source_version", "coalesce(t.voided, false) AS voided"]
    for index, field in enumerate(kind.fields):
        text = f't."{field.name}"'
        if field.type is FieldType.PERSON:
            parts += [f't."{name}"' for name in _person_names(field)]
            continue
        if field.type is FieldType.ORGANISATION:
            value = f"r{index}.organisation_id"
        elif field.type is FieldType.AREA:
            value = f"r{index}.area_id"
        else:
            value = text if field.type in ROW_BY_ROW else f't."value:{field.name}"'
        parts.append(f'{value} AS "{field.column}"')
        parts.append(f'{text} AS "text:{field.name}"')
    parts.append(f"{_row_hash(kind)} AS row_hash")
    return ", ".join([*parts, *_place_columns(kind)])


def _person_names(field: Field) -> tuple[str, ...]:
    """Columns of ``read_row`` that say who the person is; the last four only the checks need."""
    stored = ("id_type", "id_no", "id_valid", "name", "sex", "birth_date")
    return tuple(f"{field.name}_{part}" for part in (*stored, "given_sex", "given_birth", "text_sex", "text_birth"))


def _place_columns(kind: RecordKind) -> tuple[str, str]:
    """Institution and area where the row counts: what the row says, else who sent it."""
    organisation = kind.first(FieldType.ORGANISATION)
    area = kind.first(FieldType.AREA)
    indexes = {field.name: index for index, field in enumerate(kind.fields)}
    place = f"r{indexes[organisation.name]}" if organisation else ""
    where = [f"r{indexes[area.name]}.area_id"] if area else []
    where += [f"{place}.area_id"] if place else []
    submitter = "t.institution_id"
    return (
        f"{f'coalesce({place}.organisation_id, {submitter})' if place else submitter} AS organisation_id",
        f"coalesce({', '.join([*where, 't.institution_area_id'])}) AS area_id",
    )


def _joins(kind: RecordKind) -> str:
    joins = []
    on = f'coalesce(t."value:{kind.business_date}", t.received_on)'
    for index, field in enumerate(kind.fields):
        if field.type in (FieldType.ORGANISATION, FieldType.AREA):
            table = "organisation_ref" if field.type is FieldType.ORGANISATION else "area_ref"
            joins.append(
                f' LEFT JOIN {table} r{index} ON r{index}.code = t."{field.name}" '
                f"AND {on} BETWEEN r{index}.valid_from AND r{index}.valid_to"
            )
    return "".join(joins)


def _row_hash(kind: RecordKind) -> str:
    """Hash of the row's content as cleaned text; stable over versions, so that a resend years later is recognised."""
    texts = [
        f't."{field.name}_person_text"' if field.type is FieldType.PERSON else f"coalesce(t.\"{field.name}\", '')"
        for field in kind.fields
    ]
    joined = f"concat_ws(chr(31), {', '.join([*texts, 'coalesce(t.voided, false)'])})"
    return f"(md5_number_lower({joined})::HUGEINT - 9223372036854775808)::BIGINT"


@cache
def _rule_projections(kind: RecordKind) -> str:
    """The kind's rules as projections over ``t0``; compiling them is slow, so each kind's are kept."""
    table = checked_table(kind)
    rules = [rule.holds(table).name(f"rule_{index}") for index, rule in enumerate(kind.rules)]
    compiled = sqlglot.parse_one(str(ibis.to_sql(table.select(*rules), dialect="duckdb")), read="duckdb")
    # Rules are row-wise, so Ibis gives one SELECT whose projections can stand beside all other columns.
    if not isinstance(compiled, sqlglot.expressions.Select) or len(compiled.expressions) != len(rules):
        raise WeijianError("definition.rule_shape", "A rule is no expression over one row.", kind.id)
    return ", ".join(projection.sql(dialect="duckdb") for projection in compiled.expressions)


def _mask(kind: RecordKind, severity: Severity) -> str:
    conditions = []
    rules = {rule.code: index for index, rule in enumerate(kind.rules)}
    fields = {field.name: field for field in kind.fields}
    for check in checks_of(kind):
        if check.severity is not severity:
            continue
        if check.code in rules:
            conditions.append(f"NOT coalesce(rule_{rules[check.code]}, true)")
        else:
            field = fields[check.field]
            conditions.append(_breach(field, check.code.rsplit(".", 1)[1]))
    terms = [f"(({condition})::BIGINT << {bit})" for bit, condition in enumerate(conditions)]
    return " | ".join(terms) or "0::BIGINT"


def _breach(field: Field, reason: str) -> str:
    """Condition under which a field's check is broken, over the columns of ``checked``."""
    name = field.name
    if field.type is FieldType.PERSON:
        return {
            "unknown_person": f'"{name}_name" IS NULL AND "{name}_id_no" IS NULL',
            "check_digit": f'"{name}_id_type" = \'01\' AND "{name}_id_no" IS NOT NULL AND NOT "{name}_id_valid"',
            "no_number": f'"{name}_id_no" IS NULL AND "{name}_name" IS NOT NULL',
            "birth_date": f'("{name}_text_birth" IS NOT NULL AND "{name}_given_birth" IS NULL) '
            f'OR coalesce("{name}_given_birth" <> "{name}_birth_date", false)',
            "sex": f'("{name}_text_sex" IS NOT NULL AND "{name}_given_sex" IS NULL) '
            f'OR coalesce("{name}_given_sex" IN (\'1\', \'2\') AND "{name}_given_sex" <> "{name}_sex", false)',
        }[reason]
    value, text = f'"{field.column}"', f'"text:{name}"'
    if reason == "required":
        return f"{text} IS NULL"
    if reason == "invalid":
        return f"{text} IS NOT NULL AND {value} IS NULL"
    if reason == "future":
        return f"coalesce({value} > received_on, false)"
    bounds = []
    if field.max_length is not None:
        bounds.append(f"length({value}) > {field.max_length}")
    if field.minimum is not None:
        bounds.append(f"{value} < {_literal(field, field.minimum)}")
    if field.maximum is not None:
        bounds.append(f"{value} > {_literal(field, field.maximum)}")
    return f"coalesce({' OR '.join(bounds)}, false)"


def _literal(field: Field, bound: object) -> str:
    return f"DATE '{bound}'" if field.type is FieldType.DATE else str(bound)


assert set(FIELD_TYPES) == set(FieldType)
