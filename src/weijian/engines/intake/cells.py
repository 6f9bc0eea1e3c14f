"""SQL that reads the different cells of one column: each is cleaned, typed and looked up once, however many rows repeat it.

Input table ``cell``: ``"cell:nth" INTEGER`` and ``text VARCHAR``, every different text of the column as sent. The readings come
back in the order of ``"cell:nth"``. Columns whose cells hardly ever repeat (source ids, free text) are cleaned row by row.
"""

from __future__ import annotations

from weijian.definitions.fields import Field, FieldType, FileColumn
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.headers import VERSION_COLUMN, VOID_COLUMN
from weijian.engines.intake.parsing import date_sql, emptied, half_width, parsed
from weijian.kernel.identifiers import id15_to_18_sql, id18_check_sql
from weijian.kernel.text import document_number_sql

#: Field types whose cells are cleaned row by row.
ROW_BY_ROW = (FieldType.SOURCE_ID, FieldType.TEXT)

#: Number of a cell among the different ones; no field can have this name, so that ORDER BY never means a field's own text.
_NTH = '"cell:nth"'

#: Letters and digits of an ICD-10 code with its optional subdivision.
_ICD10 = "[A-Z][0-9]{2}(\\.?[0-9X]{1,3}(X[0-9]{2,3})?)?[+*]?"


def cell_columns(kind: RecordKind) -> tuple[tuple[Field | None, FileColumn], ...]:
    """The template's columns that are read through their different cells, with their field; None: version and void."""
    found: list[tuple[Field | None, FileColumn]] = [
        (field, column) for field in kind.fields if field.type not in ROW_BY_ROW for column in field.file_columns()
    ]
    return (*found, (None, VERSION_COLUMN), (None, VOID_COLUMN))


def cell_query(field: Field | None, column: FileColumn, *, dirty: bool) -> str:
    """What each different cell says, under the names that the checks read.

    ``<column>`` is its cleaned text, ``value:<column>`` its typed value or code; a person's columns give their parts. Where
    ``dirty`` is false no cell has blanks, full-width or other characters to clean (see :mod:`tidiness`).
    """
    half = half_width("text") if dirty else "text"
    if field is None:
        return _steering_query(column, half)
    if field.type is FieldType.PERSON:
        return _person_query(field, column, half, dirty)
    text = emptied(field.type, "h")
    if field.type in (FieldType.CODE, FieldType.ORGANISATION, FieldType.AREA):
        text = f"upper({text})"
    source = f"(SELECT {_NTH}, {text} AS t FROM (SELECT {_NTH}, {half} AS h FROM cell))"
    if field.type in (FieldType.ORGANISATION, FieldType.AREA):
        return f'SELECT t AS "{column.name}" FROM {source} ORDER BY {_NTH}'
    if field.type is FieldType.CODE:
        # A subdivided ICD-10 code is known by its three characters and kept whole.
        value = "CASE WHEN r.code IS NOT NULL THEN t END" if field.codelist == "icd10" else "r.code"
        joined = f" LEFT JOIN code_ref r ON r.list = '{field.codelist}' AND r.alias = {_code_key(field)}"
        return f'SELECT t AS "{column.name}", {value} AS "value:{column.name}" FROM {source}{joined} ORDER BY {_NTH}'
    value = _codes_value(field) if field.type is FieldType.CODES else parsed(field.type, "t")
    return f'SELECT t AS "{column.name}", {value} AS "value:{column.name}" FROM {source} ORDER BY {_NTH}'


def _steering_query(column: FileColumn, half: str) -> str:
    kind = FieldType.INTEGER if column is VERSION_COLUMN else FieldType.BOOLEAN
    source = f"(SELECT {_NTH}, {emptied(kind, 'h')} AS t FROM (SELECT {_NTH}, {half} AS h FROM cell))"
    return f'SELECT {parsed(kind, "t")} AS "{column.name}" FROM {source} ORDER BY {_NTH}'


def _person_query(field: Field, column: FileColumn, half: str, dirty: bool) -> str:
    name = column.name
    part = name.removeprefix(f"{field.name}_")
    if part == "id_no":
        return _number_query(field, half, dirty)
    source = f"(SELECT {_NTH}, {emptied(FieldType.PERSON, 'h')} AS t FROM (SELECT {_NTH}, {half} AS h FROM cell))"
    if part == "birth_date":
        return f'SELECT t AS "{name}", {date_sql("t")} AS "given_birth" FROM {source} ORDER BY {_NTH}'
    if part in ("sex", "id_type"):
        joined = f" LEFT JOIN code_ref r ON r.list = '{part}' AND r.alias = {'upper(t)' if part == 'id_type' else 't'}"
        return f'SELECT t AS "{name}", r.code AS "given_{part}" FROM {source}{joined} ORDER BY {_NTH}'
    return f'SELECT t AS "{name}" FROM {source} ORDER BY {_NTH}'


def _number_query(field: Field, half: str, dirty: bool) -> str:
    """A document number cleaned, upgraded to 18 digits, checked, and read."""
    number = emptied(FieldType.PERSON, "h")
    number = document_number_sql(number) if dirty else f"upper({number})"
    upgraded = f"CASE WHEN length(number) = 15 THEN coalesce({id15_to_18_sql('number')}, number) ELSE number END"
    birth = "CASE WHEN valid THEN try_strptime(substr(number, 7, 8), '%Y%m%d')::DATE END"
    sex = "CASE WHEN valid THEN CASE WHEN substr(number, 17, 1) IN ('1', '3', '5', '7', '9') THEN '1' ELSE '2' END END"
    return (
        f'SELECT number AS "{field.name}_id_no", valid AS "{field.name}_id_valid", {birth} AS id_birth, {sex} AS id_sex '
        f"FROM (SELECT {_NTH}, number, {id18_check_sql('number')} AS valid FROM (SELECT {_NTH}, {upgraded} AS number FROM "
        f"(SELECT {_NTH}, {number} AS number FROM (SELECT {_NTH}, {half} AS h FROM cell)))) ORDER BY {_NTH}"
    )


def _code_key(field: Field) -> str:
    if field.codelist != "icd10":
        return "t"
    # A bare category is looked up as it is; only a subdivided code has a shape to check.
    return f"CASE WHEN strlen(t) = 3 THEN t WHEN regexp_full_match(t, '{_ICD10}') THEN left(t, 3) END"


def _codes_value(field: Field) -> str:
    split = parsed(FieldType.CODES, "t")
    allowed = f"(SELECT list(code) FROM code_ref WHERE list = '{field.codelist}')"
    return f"CASE WHEN list_has_all({allowed}, string_split({split}, ';')) THEN {split} END"


def person_query(field: Field) -> str:
    """What each different person of ``person_cell`` (``"cell:nth"`` and the readings of the five columns) is.

    Gives the parts as stored, ``identity_key`` (equal five parts are one person for ever; NULL where neither name nor number
    is known), what the checks compare, and ``person_text``, the cleaned cells as they enter the row's hash.
    """
    name = field.name
    number, valid = f'"{name}_id_no"', f'coalesce("{name}_id_valid", false)'
    unnamed = f"CASE WHEN {valid} THEN '01' WHEN {number} IS NULL THEN '00' ELSE '99' END"
    texts = ", ".join(f"coalesce(\"{column.name}\", '')" for column in field.file_columns())
    parts = (
        f'coalesce(given_id_type, {unnamed}) AS id_type, {number} AS id_no, {valid} AS id_valid, "{name}_name" AS name, '
        "coalesce(id_sex, given_sex, '0') AS sex, coalesce(id_birth, given_birth) AS birth_date, "
        f'given_sex, given_birth, "{name}_sex" AS text_sex, "{name}_birth_date" AS text_birth, '
        f"concat_ws(chr(31), {texts}) AS person_text"
    )
    identity = ", ".join(f"coalesce({part}::VARCHAR, '')" for part in ("id_type", "id_no", "name", "sex", "birth_date"))
    return (
        f"SELECT * EXCLUDE ({_NTH}), CASE WHEN name IS NOT NULL OR id_no IS NOT NULL THEN "
        f"md5(concat_ws(chr(31), {identity}))::UUID::VARCHAR END AS identity_key "
        f"FROM (SELECT {_NTH}, {parts} FROM person_cell) ORDER BY {_NTH}"
    )
