"""Compiles a record kind to the SQL that types, checks and references one batch of text rows in DuckDB.

Input table ``raw``: ``file_no INTEGER, line_no BIGINT, received_seq BIGINT, institution_id BIGINT, institution_area_id
BIGINT, received_on DATE`` and one text column per template column (NULL where a file lacks it). Reference tables:
``organisation_ref(code, organisation_id, area_id, valid_from, valid_to)``, ``area_ref(code, area_id, valid_from, valid_to)``,
``code_ref(list, alias, code)`` where an alias is the code itself or its Chinese name.
"""

from __future__ import annotations

import ibis
import sqlglot
import sqlglot.expressions

from weijian.definitions.expressions import FIELD_TYPES, checked_table
from weijian.definitions.fields import Field, FieldType
from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.checks import checks_of
from weijian.engines.intake.headers import template_columns
from weijian.engines.intake.parsing import date_sql, emptied, half_width, parsed
from weijian.kernel.errors import WeijianError
from weijian.kernel.identifiers import id15_to_18_sql, id18_check_sql
from weijian.kernel.text import document_number_sql

#: Columns of ``raw`` beside the template's.
RAW_COLUMNS = ("file_no", "line_no", "received_seq", "institution_id", "institution_area_id", "received_on")

#: Letters and digits of an ICD-10 code with its optional subdivision.
_ICD10 = "[A-Z][0-9]{2}(\\.?[0-9X]{1,3}(X[0-9]{2,3})?)?[+*]?"


def statements(kind: RecordKind) -> tuple[str, ...]:
    """SQL statements that turn ``raw`` into ``checked`` and ``judged`` (temporary tables), to be run in order.

    ``judged`` has every typed column, the person parts, ``errors`` and ``warnings`` (bit masks over the errors and warnings
    of :func:`checks_of`), ``row_hash``, ``organisation_id`` and ``area_id``.
    """
    return (
        f"CREATE OR REPLACE TEMP TABLE cleaned AS SELECT {_clean_columns(kind)} "
        f"FROM (SELECT {_half_width_columns(kind)} FROM raw)",
        f"CREATE OR REPLACE TEMP TABLE checked AS SELECT {_typed_columns(kind)} FROM ({_with_numbers(kind)}) c{_joins(kind)}",
        f"CREATE OR REPLACE TEMP TABLE judged AS SELECT *, {_mask(kind, Severity.ERROR)} AS errors, "
        f"{_mask(kind, Severity.WARNING)} AS warnings FROM ({_with_rules(kind)}) r",
    )


def _clean_columns(kind: RecordKind) -> str:
    parts = list(RAW_COLUMNS)
    for field in kind.fields:
        for column in field.file_columns():
            text = emptied(field.type, f'"{column.name}"')
            if field.type is FieldType.PERSON and column.name.endswith("_id_no"):
                text = document_number_sql(text)
            elif field.type in (FieldType.CODE, FieldType.ORGANISATION, FieldType.AREA):
                text = f"upper({text})"
            parts.append(f'{text} AS "{column.name}"')
    version = parsed(FieldType.INTEGER, emptied(FieldType.INTEGER, "source_version"))
    void = parsed(FieldType.BOOLEAN, emptied(FieldType.BOOLEAN, "voided"))
    parts += [f"coalesce({version}, 1) AS source_version", f"coalesce({void}, false) AS voided"]
    return ", ".join(parts)


def _half_width_columns(kind: RecordKind) -> str:
    names = [column.name for column in template_columns(kind)]
    return ", ".join([*RAW_COLUMNS, *(f'{half_width(_quoted(name))} AS "{name}"' for name in names)])


def _typed_columns(kind: RecordKind) -> str:
    parts = [f"c.{name}" for name in (*RAW_COLUMNS, "source_version", "voided")]
    for index, field in enumerate(kind.fields):
        text = f'c."{field.name}"'
        if field.type is FieldType.PERSON:
            parts += _person_columns(field)
            continue
        if field.type in (FieldType.ORGANISATION, FieldType.AREA):
            value = f"r{index}.{'organisation_id' if field.type is FieldType.ORGANISATION else 'area_id'}"
        elif field.type is FieldType.CODE:
            value = f"CASE WHEN r{index}.code IS NOT NULL THEN {_code_value(field, index)} END"
        elif field.type is FieldType.CODES:
            value = _codes_value(field, text)
        else:
            value = parsed(field.type, text)
        parts.append(f'{value} AS "{field.column}"')
        parts.append(f'{text} AS "text:{field.name}"')
    parts.append(f"{_row_hash(kind)} AS row_hash")
    organisation = kind.first(FieldType.ORGANISATION)
    area = kind.first(FieldType.AREA)
    indexes = {field.name: index for index, field in enumerate(kind.fields)}
    place = f"r{indexes[organisation.name]}" if organisation else ""
    parts.append(f"coalesce({place}.organisation_id, c.institution_id) AS organisation_id" if place else "c.institution_id AS organisation_id")
    where = [f"r{indexes[area.name]}.area_id"] if area else []
    where += [f"{place}.area_id"] if place else []
    parts.append(f"coalesce({', '.join([*where, 'c.institution_area_id'])}) AS area_id")
    return ", ".join(parts)


def _code_value(field: Field, index: int) -> str:
    # A subdivided ICD-10 code is known by its three characters and kept whole.
    return f'c."{field.name}"' if field.codelist == "icd10" else f"r{index}.code"


def _codes_value(field: Field, text: str) -> str:
    split = parsed(FieldType.CODES, text)
    allowed = f"(SELECT list(code) FROM code_ref WHERE list = '{field.codelist}')"
    return f"CASE WHEN list_has_all({allowed}, string_split({split}, ';')) THEN {split} END"


def _person_columns(field: Field) -> list[str]:
    name = field.name
    number, valid = f'c."{name}_id_no"', f'c."{name}_id_valid"'
    given_birth = date_sql(f'c."{name}_birth_date"')
    birth = f"try_strptime(substr({number}, 7, 8), '%Y%m%d')::DATE"
    sex = f"CASE WHEN substr({number}, 17, 1) IN ('1', '3', '5', '7', '9') THEN '1' ELSE '2' END"
    unnamed = f"CASE WHEN {valid} THEN '01' WHEN {number} IS NULL THEN '00' ELSE '99' END"
    return [
        f'coalesce(t_{name}.code, {unnamed}) AS "{name}_id_type"',
        f'{number} AS "{name}_id_no"',
        f'{valid} AS "{name}_id_valid"',
        f'c."{name}_name" AS "{name}_name"',
        f'coalesce(CASE WHEN {valid} THEN {sex} END, s_{name}.code, \'0\') AS "{name}_sex"',
        f'coalesce(CASE WHEN {valid} THEN {birth} END, {given_birth}) AS "{name}_birth_date"',
        f's_{name}.code AS "given_sex:{name}"',
        f'{given_birth} AS "given_birth:{name}"',
        f'c."{name}_sex" AS "text_sex:{name}"',
        f'c."{name}_birth_date" AS "text_birth:{name}"',
    ]


def _with_numbers(kind: RecordKind) -> str:
    """``cleaned`` with the person's number upgraded to 18 digits, and whether it is valid, each computed once."""
    if kind.person is None:
        return "SELECT * FROM cleaned"
    number = f'"{kind.person.name}_id_no"'
    upgraded = f"CASE WHEN length({number}) = 15 THEN coalesce({id15_to_18_sql(number)}, {number}) ELSE {number} END"
    return (
        f'SELECT *, {id18_check_sql(number)} AS "{kind.person.name}_id_valid" '
        f"FROM (SELECT * REPLACE ({upgraded} AS {number}) FROM cleaned)"
    )


def _joins(kind: RecordKind) -> str:
    joins = []
    date = date_sql(f'c."{kind.business_date}"')
    for index, field in enumerate(kind.fields):
        if field.type in (FieldType.ORGANISATION, FieldType.AREA):
            table = "organisation_ref" if field.type is FieldType.ORGANISATION else "area_ref"
            joins.append(
                f' LEFT JOIN {table} r{index} ON r{index}.code = c."{field.name}" '
                f"AND coalesce({date}, c.received_on) BETWEEN r{index}.valid_from AND r{index}.valid_to"
            )
        elif field.type is FieldType.CODE:
            key = f'c."{field.name}"'
            if field.codelist == "icd10":
                key = f"CASE WHEN regexp_full_match({key}, '{_ICD10}') THEN left({key}, 3) END"
            joins.append(
                f" LEFT JOIN code_ref r{index} ON r{index}.list = '{field.codelist}' AND r{index}.alias = {key}"
            )
        elif field.type is FieldType.PERSON:
            joins.append(
                f" LEFT JOIN code_ref s_{field.name} ON s_{field.name}.list = 'sex' "
                f"AND s_{field.name}.alias = c.\"{field.name}_sex\""
                f" LEFT JOIN code_ref t_{field.name} ON t_{field.name}.list = 'id_type' "
                f"AND t_{field.name}.alias = upper(c.\"{field.name}_id_type\")"
            )
    return "".join(joins)


def _row_hash(kind: RecordKind) -> str:
    """Hash of the row's content as cleaned text; stable over versions, so that a resend years later is recognised."""
    texts = [f"coalesce(c.\"{column.name}\", '')" for field in kind.fields for column in field.file_columns()]
    joined = " || chr(31) || ".join([*texts, "c.voided::VARCHAR"])
    return f"(md5_number_lower({joined})::HUGEINT - 9223372036854775808)::BIGINT"


def _with_rules(kind: RecordKind) -> str:
    """``checked`` with one boolean column per declared rule: TRUE where the row is in order."""
    if not kind.rules:
        return "SELECT * FROM checked"
    table = checked_table(kind)
    rules = [rule.holds(table).name(f"rule_{index}") for index, rule in enumerate(kind.rules)]
    compiled = sqlglot.parse_one(str(ibis.to_sql(table.select(*rules), dialect="duckdb")), read="duckdb")
    # Rules are row-wise, so Ibis gives one SELECT whose projections can stand beside all other columns.
    if not isinstance(compiled, sqlglot.expressions.Select) or len(compiled.expressions) != len(rules):
        raise WeijianError("definition.rule_shape", "A rule is no expression over one row.", kind.id)
    projections = ", ".join(projection.sql(dialect="duckdb") for projection in compiled.expressions)
    return f'SELECT "t0".*, {projections} FROM checked AS "t0"'


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
            "birth_date": f'("text_birth:{name}" IS NOT NULL AND "given_birth:{name}" IS NULL) '
            f'OR coalesce("given_birth:{name}" <> "{name}_birth_date", false)',
            "sex": f'("text_sex:{name}" IS NOT NULL AND "given_sex:{name}" IS NULL) '
            f'OR coalesce("given_sex:{name}" IN (\'1\', \'2\') AND "given_sex:{name}" <> "{name}_sex", false)',
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


def _quoted(name: str) -> str:
    return f'"{name}"'


assert set(FIELD_TYPES) == set(FieldType)
