"""Writes what clerks fill in: the template of a dataset, and its quarantine as the same with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from weijian.definitions.fields import Field, FieldType, FileColumn
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.checks import checks_of
from weijian.engines.intake.files import csv_bytes
from weijian.engines.intake.headers import HINTS, HINTS_EN, REASONS, REASONS_EN, template_columns
from weijian.exchange.submissions.flagged import FlaggedRow
from weijian.exchange.submissions.models import QuarantinedRow
from weijian.foundation.terminology.references import codes_offered, list_title
from weijian.foundation.today import today
from weijian.kernel.errors import WeijianError

#: Longest list that is offered as a drop-down; longer ones (ICD-10) are looked up on the code sheet.
DROP_DOWN_ROWS = 500

#: Rows below the header that have formats and drop-downs.
PREPARED_ROWS = 5000

_EXAMPLES = {
    FieldType.SOURCE_ID: "20170305-0001",
    FieldType.DATE: "2017-03-05",
    FieldType.MONEY: "128.50",
    FieldType.INTEGER: "1",
    FieldType.DECIMAL: "1.5",
    FieldType.BOOLEAN: "是",
    FieldType.TEXT: "文字",
}
_PERSON_EXAMPLES = {
    "id_type": "01",
    "id_no": "(18位身份证号码)",
    "name": "(姓名)",
    "sex": "1",
    "birth_date": "1980-01-01",
}


def write_template(kind: RecordKind, path: Path) -> None:
    """The empty template: a workbook with help, drop-downs, codes and an example, or a CSV with the header only."""
    write_rows(kind, path, [])


def write_quarantine(kind: RecordKind, path: Path, rows: Iterable[QuarantinedRow], language: str = "zh") -> int:
    """Rows of the quarantine as they were sent, with their reasons in the last column; returns how many.

    ``language`` is that of the reasons; headers stay those of the template, so that the file can be sent again: intake
    passes the column of reasons over.
    """
    lines = _with_reasons(kind, ((row.row, row.reasons) for row in rows), language)
    write_rows(kind, path, lines, reasons_header=REASONS_EN if language == "en" else REASONS)
    return len(lines)


def write_flagged(kind: RecordKind, path: Path, rows: Iterable[FlaggedRow], language: str = "zh") -> int:
    """Accepted rows with warnings in the same way: mended and sent again they correct what is stored."""
    lines = _with_reasons(kind, ((row.texts, row.codes) for row in rows), language)
    write_rows(kind, path, lines, reasons_header=HINTS_EN if language == "en" else HINTS)
    return len(lines)


def _with_reasons(
    kind: RecordKind, rows: Iterable[tuple[Mapping[str, str], Sequence[str]]], language: str
) -> list[list[str]]:
    english = language == "en"
    words = {
        check.code: f"{check.en} ({check.fix_en})" if english else f"{check.zh}({check.fix_zh})"
        for check in checks_of(kind)
    }
    names = [column.name for column in template_columns(kind)]
    joint = "; " if english else ";"
    return [
        [*(texts.get(name, "") for name in names), joint.join(words.get(code, code) for code in codes)]
        for texts, codes in rows
    ]


def write_rows(kind: RecordKind, path: Path, rows: Sequence[Sequence[str]], *, reasons_header: str = "") -> None:
    """Rows under the template's headers as ``.xlsx`` or ``.csv``; no cell can run as a formula in either.

    Raises WeijianError ``template.format`` for another ending.
    """
    headers = [_header(column) for column in template_columns(kind)] + ([reasons_header] if reasons_header else [])
    if path.suffix == ".csv":
        path.write_bytes(csv_bytes([headers, *map(list, rows)]))
    elif path.suffix == ".xlsx":
        _write_workbook(kind, path, headers, rows)
    else:
        raise WeijianError("template.format", "模板只能是 .xlsx 或 .csv。", path.name, "更换文件扩展名")


def _header(column: FileColumn) -> str:
    return f"{column.zh}*" if column.required else column.zh


def _write_workbook(kind: RecordKind, path: Path, headers: list[str], rows: Sequence[Sequence[str]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    text = book.add_format({"num_format": "@"})
    usual = book.add_format({"bold": True, "bg_color": "#EEF2F6", "border": 1})
    needed = book.add_format({"bold": True, "bg_color": "#FFE8CC", "border": 1})
    sheet = book.add_worksheet("填报")
    columns = template_columns(kind)
    for index, header in enumerate(headers):
        column = columns[index] if index < len(columns) else None
        sheet.write_string(0, index, header, needed if column and column.required else usual)
        sheet.set_column(index, index, max(12, 2 * len(header) + 2), text)
        if column is not None:
            sheet.write_comment(0, index, _help(kind, column))
    for number, row in enumerate(rows, start=1):
        for index, cell in enumerate(row):
            sheet.write_string(number, index, cell, text)
    sheet.freeze_panes(1, 0)
    example = book.add_worksheet("示例")
    codes = book.add_worksheet("代码")
    ranges = _write_codes(codes, kind, usual)
    for index, column in enumerate(columns):
        example.write_string(0, index, headers[index], usual)
        example.write_string(1, index, _example(kind, column), text)
        options = _drop_down(kind, column, ranges)
        if options is not None:
            sheet.data_validation(1, index, PREPARED_ROWS, index, options)
    book.close()


def _write_codes(sheet: Any, kind: RecordKind, head: Any) -> dict[str, str]:
    """Every code list of the kind, three columns each; returns list → range of its codes."""
    ranges = {}
    for place, name in enumerate(_lists(kind)):
        left = place * 3
        rows = codes_offered(name, today())
        for offset, title in enumerate((list_title(name), "名称")):
            sheet.write_string(0, left + offset, title, head)
        for number, (code, title) in enumerate(rows, start=1):
            sheet.write_string(number, left, code)
            sheet.write_string(number, left + 1, title)
        sheet.set_column(left + 1, left + 1, 30)
        if len(rows) <= DROP_DOWN_ROWS:
            cells = xlsxwriter.utility.xl_range_abs(1, left, len(rows), left)
            ranges[name] = f"=代码!{cells}"
    return ranges


def _lists(kind: RecordKind) -> list[str]:
    names = [field.codelist for field in kind.fields if field.codelist]
    return list(dict.fromkeys([*(("id_type", "sex") if kind.person else ()), *names]))


def _list_of(kind: RecordKind, column: FileColumn) -> str | None:
    if column.field not in {field.name for field in kind.fields}:
        return None
    field = kind.field(column.field)
    if field.type is FieldType.PERSON:
        suffix = column.name.removeprefix(f"{field.name}_")
        return suffix if suffix in ("sex", "id_type") else None
    return field.codelist


def _drop_down(kind: RecordKind, column: FileColumn, ranges: dict[str, str]) -> dict[str, Any] | None:
    name = _list_of(kind, column)
    if name in ranges:
        # A warning, not a wall: Chinese names of codes are understood too.
        return {"validate": "list", "source": ranges[name], "error_type": "information"}
    if _field(kind, column) and _field(kind, column).type is FieldType.BOOLEAN:  # type: ignore[union-attr]
        return {"validate": "list", "source": ["是", "否"]}
    return None


def _field(kind: RecordKind, column: FileColumn) -> Field | None:
    return next((field for field in kind.fields if field.name == column.field), None)


def _help(kind: RecordKind, column: FileColumn) -> str:
    field = _field(kind, column)
    lines = [f"{column.zh} / {column.en}", "必填" if column.required else "选填"]
    if field is not None:
        lines += [check.fix_zh for check in checks_of(kind) if check.field == field.name][:3]
        if field.help_zh:
            lines.append(field.help_zh)
    return "\n".join(dict.fromkeys(lines))


def _example(kind: RecordKind, column: FileColumn) -> str:
    field = _field(kind, column)
    if field is None:
        return "1" if column.name == "source_version" else "否"
    if field.type is FieldType.PERSON:
        return _PERSON_EXAMPLES[column.name.removeprefix(f"{field.name}_")]
    if field.codelist:
        return codes_offered(field.codelist, today())[0][0]
    if field.type in (FieldType.ORGANISATION, FieldType.AREA):
        return "(机构代码)" if field.type is FieldType.ORGANISATION else "(区划代码)"
    return _EXAMPLES.get(field.type, "")
