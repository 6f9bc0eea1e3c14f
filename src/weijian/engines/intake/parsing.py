"""SQL that turns the text of a cell into a typed value, or NULL where it cannot: one expression per field type."""

from __future__ import annotations

from weijian.definitions.fields import FieldType

#: Full-width digits, letters and signs that clerks' input methods produce, and their half-width forms.
_FULL = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
_HALF = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)) + " "

#: Texts that people write for "nothing".
_EMPTY = "('', '-', '--', '/', '无', '不详', 'null', 'NULL', 'N/A', 'None', '—')"

_YES = "('是', '1', 'y', 'yes', 'true', 't', '√', '有')"
_NO = "('否', '0', 'n', 'no', 'false', 'f', '×', '无')"


#: Whether a text holds a character that has a half-width form; ``translate`` is slow, so it runs only where this is so.
_HAS_FULL = "[\\x{FF01}-\\x{FF5E}\\x{3000}]"

#: What is trimmed from both ends of a cell.
_BLANKS = "' \t\r\n' || chr(65279) || chr(160)"


def half_width(text: str) -> str:
    """Trimmed half-width text, first of two steps of cleaning."""
    return (
        f"trim(CASE WHEN regexp_matches({text}, '{_HAS_FULL}') "
        f"THEN translate({text}, '{_sql(_FULL)}', '{_sql(_HALF)}') ELSE {text} END, {_BLANKS})"
    )


def emptied(field_type: FieldType, half: str) -> str:
    """Second step: NULL where nothing was written; a yes/no cell is lower case and keeps 无, which is an answer."""
    if field_type is FieldType.BOOLEAN:
        return f"nullif(lower({half}), '')"
    return f"CASE WHEN {half} IN {_EMPTY} THEN NULL ELSE {half} END"


def parsed(field_type: FieldType, text: str) -> str:
    """Typed value of a cleaned text, NULL where it is no value of the type."""
    if field_type is FieldType.DATE:
        return date_sql(text)
    if field_type is FieldType.MONEY:
        plain = f"replace(replace(replace({text}, ',', ''), '¥', ''), '元', '')"
        # DECIMAL(15,4) is a machine word in DuckDB and a hundred times faster than the wide type for the rest.
        quick = f"try_cast(round(try_cast({text} AS DECIMAL(15,4)) * 100, 0) AS BIGINT)"
        return f"coalesce({quick}, try_cast(round(try_cast({plain} AS DECIMAL(24,4)) * 100, 0) AS BIGINT))"
    if field_type is FieldType.INTEGER:
        whole = f"regexp_full_match({text}, '[-+]?[0-9,]+(\\.0+)?')"
        return f"CASE WHEN {whole} THEN try_cast(try_cast(replace({text}, ',', '') AS DOUBLE) AS BIGINT) END"
    if field_type is FieldType.DECIMAL:
        return f"try_cast(replace({text}, ',', '') AS DECIMAL(18,4))"
    if field_type is FieldType.BOOLEAN:
        return f"CASE WHEN {text} IN {_YES} THEN true WHEN {text} IN {_NO} THEN false END"
    if field_type is FieldType.CODES:
        parts = f"list_filter(string_split_regex({text}, '[;,、|\\s]+'), x -> x <> '')"
        return f"array_to_string(list_sort(list_distinct({parts})), ';')"
    return text


def date_sql(text: str) -> str:
    """A date from 2017-03-05, 2017/3/5, 2017.3.5, 2017年3月5日, 20170305, with or without a time, or an Excel day number."""
    head = f"regexp_extract({text}, '^[0-9]{{4}}[-/.年][0-9]{{1,2}}[-/.月][0-9]{{1,2}}')"
    separated = f"try_strptime(regexp_replace({head}, '[/.年月]', '-', 'g'), '%Y-%m-%d')::DATE"
    compact = f"try_strptime({text}, '%Y%m%d')::DATE"
    serial = f"(DATE '1899-12-30' + try_cast(split_part({text}, '.', 1) AS INTEGER))"
    # Nearly all cells are in the first form, which DuckDB reads itself and fast.
    return (
        f"CASE WHEN {text} LIKE '____-__-__' THEN try_cast({text} AS DATE) "
        f"WHEN regexp_full_match({text}, '[0-9]{{8}}') THEN {compact} "
        f"WHEN regexp_full_match({text}, '[1-6][0-9]{{4}}(\\.[0-9]+)?') THEN {serial} "
        f"WHEN {head} <> '' THEN {separated} END"
    )


def _sql(text: str) -> str:
    return text.replace("'", "''")
