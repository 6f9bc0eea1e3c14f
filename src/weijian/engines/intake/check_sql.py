"""Compiles a record kind to the SQL that types, checks and references one batch of text rows in DuckDB.

Input table ``raw``: ``file_no INTEGER, line_no BIGINT, received_seq BIGINT, institution_id BIGINT, institution_area_id
BIGINT, received_on DATE`` and one text column per template column (NULL where a file lacks it). Reference tables:
``organisation_ref(code, organisation_id, area_id, valid_from, valid_to)``, ``area_ref(code, area_id, valid_from, valid_to)``,
``code_ref(list, alias, code)`` where an alias is the code itself or its Chinese name.
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


def statements(kind: RecordKind, untidy: Collection[str] | None = None) -> tuple[str, ...]:
    """SQL statements that turn ``raw`` into the temporary table ``judged``, to be run in order.

    ``judged`` has every typed column, the person parts, ``errors`` and ``warnings`` (bit masks over the errors and warnings
    of :func:`checks_of`), ``row_hash``, ``organisation_id`` and ``area_id``. ``untidy`` names the columns of which some cell
    has blanks, full-width or other characters to clean (see :mod:`tidiness`); None cleans all.
    """
    names = {column.name for column in template_columns(kind)}
    dirty = names if untidy is None else names & set(untidy)
    return (
        *_number_statements(kind, dirty),
        f"CREATE OR REPLACE TEMP TABLE judged AS SELECT {_judged_columns(kind)}, {_mask(kind, Severity.ERROR)} AS errors, "
        f"{_mask(kind, Severity.WARNING)} AS warnings FROM ({_with_rules(kind, dirty)}) r",
    )


def _number_statements(kind: RecordKind, dirty: Collection[str]) -> tuple[str, ...]:
    """``number_ref``: every different document number once, cleaned, upgraded to 18 digits, checked and read."""
    if kind.person is None:
        return ()
    column = f"{kind.person.name}_id_no"
    number = emptied(FieldType.PERSON, half_width('"text"') if column in dirty else '"text"')
    number = document_number_sql(number) if column in dirty else f"upper({number})"
    upgraded = f"CASE WHEN length(number) = 15 THEN coalesce({id15_to_18_sql('number')}, number) ELSE number END"
    return (
        f"CREATE OR REPLACE TEMP TABLE number_ref AS SELECT *, {_number_birth()} AS birth, {_number_sex()} AS sex FROM "
        f"(SELECT text, number, {id18_check_sql('number')} AS valid FROM (SELECT text, {upgraded} AS number FROM "
        f'(SELECT text, {number} AS number FROM (SELECT DISTINCT "{column}" AS text FROM raw WHERE "{column}" IS NOT NULL))))',
    )


def _number_birth() -> str:
    return "CASE WHEN valid THEN try_strptime(substr(number, 7, 8), '%Y%m%d')::DATE END"


def _number_sex() -> str:
    return "CASE WHEN valid THEN CASE WHEN substr(number, 17, 1) IN ('1', '3', '5', '7', '9') THEN '1' ELSE '2' END END"


def _clean_columns(kind: RecordKind, dirty: Collection[str]) -> str:
    parts = [f"h.{name}" for name in RAW_COLUMNS]
    for field in kind.fields:
        for column in field.file_columns():
            text = f'h."{column.name}"'
            if field.type is FieldType.PERSON and column.name.endswith("_id_no"):
                parts += [f'n.number AS "{column.name}"', f'coalesce(n.valid, false) AS "{field.name}_id_valid"']
                parts += [f'n.birth AS "id_birth:{field.name}"', f'n.sex AS "id_sex:{field.name}"']
                continue
            text = emptied(field.type, text)
            if field.type in (FieldType.CODE, FieldType.ORGANISATION, FieldType.AREA):
                text = f"upper({text})"
            parts.append(f'{text} AS "{column.name}"')
            if field.type is FieldType.DATE:
                parts.append(f'{date_sql(text)} AS "date:{column.name}"')
            elif field.type is FieldType.PERSON and column.name.endswith("_birth_date"):
                parts.append(f'{date_sql(text)} AS "given_birth:{field.name}"')
    version = parsed(FieldType.INTEGER, emptied(FieldType.INTEGER, "h.source_version"))
    void = parsed(FieldType.BOOLEAN, emptied(FieldType.BOOLEAN, "h.voided"))
    parts += [f"coalesce({version}, 1) AS source_version", f"coalesce({void}, false) AS voided"]
    return ", ".join(parts)


def _cleaned(kind: RecordKind, dirty: Collection[str]) -> str:
    """``raw`` with half-width trimmed cells, NULL where nothing was written, and the number's parts beside it."""
    columns = []
    for column in template_columns(kind):
        name = _quoted(column.name)
        columns.append(f"{half_width(name)} AS {name}" if column.name in dirty else name)
    joined = ""
    if kind.person is not None:
        number = f"{kind.person.name}_id_no"
        columns.append(f'"{number}" AS "raw:number"')
        joined = ' LEFT JOIN number_ref n ON n.text = h."raw:number"'
    half = f"SELECT {', '.join([*RAW_COLUMNS, *columns])} FROM raw"
    return f"SELECT {_clean_columns(kind, dirty)} FROM ({half}) h{joined}"


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
        elif field.type is FieldType.DATE:
            value = f'c."date:{field.name}"'
        else:
            value = parsed(field.type, text)
        parts.append(f'{value} AS "{field.column}"')
        parts.append(f'{text} AS "text:{field.name}"')
    parts.append(f"{_row_hash(kind)} AS row_hash")
    organisation = kind.first(FieldType.ORGANISATION)
    area = kind.first(FieldType.AREA)
    indexes = {field.name: index for index, field in enumerate(kind.fields)}
    place = f"r{indexes[organisation.name]}" if organisation else ""
    submitter = "c.institution_id"
    parts.append(f"{f'coalesce({place}.organisation_id, {submitter})' if place else submitter} AS organisation_id")
    where = [f"r{indexes[area.name]}.area_id"] if area else []
    where += [f"{place}.area_id"] if place else []
    parts.append(f"coalesce({', '.join([*where, 'c.institution_area_id'])}) AS area_id")
    return ", ".join(parts)


def _judged_columns(kind: RecordKind) -> str:
    """Everything but the texts and flags that only the checks needed."""
    parts = [*RAW_COLUMNS, "source_version", "voided"]
    for field in kind.fields:
        if field.type is FieldType.PERSON:
            parts += [f"{field.name}_{part}" for part in ("id_type", "id_no", "id_valid", "name", "sex", "birth_date")]
        else:
            parts.append(field.column)
    columns = [_quoted(name) for name in [*parts, "row_hash", "organisation_id", "area_id"]]
    if kind.person is not None:
        columns.append(f"{_person_key(kind.person.name)} AS person_key")
    return ", ".join(columns)


def _person_key(name: str) -> str:
    """Identity as received: equal five parts are one person for ever; NULL where neither name nor number is known."""
    parts = ", ".join(
        f"coalesce(\"{name}_{part}\"::VARCHAR, '')" for part in ("id_type", "id_no", "name", "sex", "birth_date")
    )
    known = f'"{name}_name" IS NOT NULL OR "{name}_id_no" IS NOT NULL'
    return f"CASE WHEN {known} THEN md5(concat_ws(chr(31), {parts}))::UUID END"


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
    given_birth = f'c."given_birth:{name}"'
    unnamed = f"CASE WHEN {valid} THEN '01' WHEN {number} IS NULL THEN '00' ELSE '99' END"
    return [
        f'coalesce(t_{name}.code, {unnamed}) AS "{name}_id_type"',
        f'{number} AS "{name}_id_no"',
        f'{valid} AS "{name}_id_valid"',
        f'c."{name}_name" AS "{name}_name"',
        f'coalesce(c."id_sex:{name}", s_{name}.code, \'0\') AS "{name}_sex"',
        f'coalesce(c."id_birth:{name}", {given_birth}) AS "{name}_birth_date"',
        f's_{name}.code AS "given_sex:{name}"',
        f'{given_birth} AS "given_birth:{name}"',
        f'c."{name}_sex" AS "text_sex:{name}"',
        f'c."{name}_birth_date" AS "text_birth:{name}"',
    ]


def _joins(kind: RecordKind) -> str:
    joins = []
    date = f'c."date:{kind.business_date}"'
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
                # A bare category is looked up as it is; only a subdivided code has a shape to check.
                shaped = f"regexp_full_match({key}, '{_ICD10}')"
                key = f"CASE WHEN strlen({key}) = 3 THEN {key} WHEN {shaped} THEN left({key}, 3) END"
            joins.append(
                f" LEFT JOIN code_ref r{index} ON r{index}.list = '{field.codelist}' AND r{index}.alias = {key}"
            )
        elif field.type is FieldType.PERSON:
            joins.append(
                f" LEFT JOIN code_ref s_{field.name} ON s_{field.name}.list = 'sex' "
                f'AND s_{field.name}.alias = c."{field.name}_sex"'
                f" LEFT JOIN code_ref t_{field.name} ON t_{field.name}.list = 'id_type' "
                f'AND t_{field.name}.alias = upper(c."{field.name}_id_type")'
            )
    return "".join(joins)


def _row_hash(kind: RecordKind) -> str:
    """Hash of the row's content as cleaned text; stable over versions, so that a resend years later is recognised."""
    texts = [f"coalesce(c.\"{column.name}\", '')" for field in kind.fields for column in field.file_columns()]
    joined = f"concat_ws(chr(31), {', '.join([*texts, 'c.voided'])})"
    return f"(md5_number_lower({joined})::HUGEINT - 9223372036854775808)::BIGINT"


def _with_rules(kind: RecordKind, dirty: Collection[str]) -> str:
    """The typed rows with one boolean column per declared rule: TRUE where the row is in order."""
    checked = f"SELECT {_typed_columns(kind)} FROM ({_cleaned(kind, dirty)}) c{_joins(kind)}"
    if not kind.rules:
        return checked
    return f'SELECT "t0".*, {_rule_projections(kind)} FROM ({checked}) AS "t0"'


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
