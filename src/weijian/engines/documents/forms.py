"""Statutory forms (法定报表): an Excel form whose named cells are filled with figures, each with its line in a trace
sheet.

A form is declared once (its 表号 and its lines); the blank form is built from the declaration, or an authority's own
workbook is taken, in which someone has given the cells the same names.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName

from weijian.definitions.documents import Column, Document, FigureRef, FigureScope, Gap, Section, Table, Text
from weijian.engines.documents.figures import FigureState, Lookup
from weijian.engines.documents.printing import PRELIMINARY_NOTE, TRACE_COLUMNS, TRACE_HEADING, trace_rows
from weijian.engines.documents.resolve import SUPPRESSED_MARK, ResolvedDocument, ResolvedFigure, resolve
from weijian.engines.documents.styles import style_for
from weijian.kernel.errors import WeijianError

GAP_MARK = "缺数"
_LINE = Side(style="thin", color="000000")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_GREY = PatternFill("solid", fgColor="D9D9D9")
_PRELIMINARY = Font(name="宋体", size=11, italic=True)


@dataclass(frozen=True)
class FormLine:
    """One line of a form: 指标名称, 代码, 计量单位 and the figure; ``name`` is the name of the cell. ``indent`` is
    其中."""

    name: str
    label: str
    code: str
    unit: str
    figure: FigureRef | Gap
    indent: int = 0


@dataclass(frozen=True)
class FormDefinition:
    """A statutory form. ``head`` are the lines that the authority prints top right (表号, 制定机关, 批准文号,
    有效期至)."""

    id: str
    title: str
    lines: tuple[FormLine, ...]
    head: tuple[tuple[str, str], ...] = ()
    signatures: tuple[str, ...] = ("单位负责人", "统计负责人", "填表人", "报出日期")
    fields: tuple[tuple[str, str], ...] = field(default=(("reporter", "填报单位"), ("period", "报告期")))

    def __post_init__(self) -> None:
        names = [line.name for line in self.lines] + [name for name, _ in self.fields]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise WeijianError(
                "form.duplicate_name",
                f"报表中单元格名称重复：{'、'.join(doubled)}。",
                self.id,
                "给每个单元格不同的名称。",
            )

    def document(self, scope: FigureScope) -> Document:
        """The form's figures as a document, so that resolving, freezing and comparing are those of every document."""
        rows = tuple(((Text(line.label),), (line.figure,)) for line in self.lines)
        table = Table("lines", self.title, (Column("指标名称"), Column("数值")), rows)
        return Document(self.id, self.title, "", (Section("form", 1, self.title, "", (table,)),), scope=scope)


@dataclass(frozen=True)
class FilledForm:
    """The workbook, and its figures to be frozen or compared."""

    content: bytes
    resolved: ResolvedDocument


def blank_form(definition: FormDefinition) -> bytes:
    """The empty form as xlsx, with every cell to be filled named."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = definition.title[:31].translate(str.maketrans("", "", "[]:*?/\\'"))
    for letter, width in zip("ABCD", (44, 10, 12, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.merge_cells("A1:D1")
    _put(sheet["A1"], definition.title, Font(name="宋体", size=16, bold=True), "center")
    row = 2
    for label, text in definition.head:
        _put(sheet.cell(row, 4), f"{label}：{text}", horizontal="right")
        row += 1
    for name, label in definition.fields:
        _put(sheet.cell(row, 1), f"{label}：", horizontal="right")
        _name(book, sheet, name, row, 2)
        row += 1
    for column, heading in enumerate(("指标名称", "代码", "计量单位", "数值"), start=1):
        _put(sheet.cell(row, column), heading, Font(name="宋体", size=11, bold=True), "center", _BOX)
    sheet.print_title_rows = f"{row}:{row}"
    for line in definition.lines:
        row += 1
        for column, text in enumerate((line.label, line.code, line.unit, ""), start=1):
            _put(
                sheet.cell(row, column), text, horizontal=("left", "center", "center", "right")[column - 1], border=_BOX
            )
        sheet.cell(row, 1).alignment = Alignment(indent=line.indent * 2, wrap_text=True, vertical="center")
        _name(book, sheet, line.name, row, 4)
    _put(sheet.cell(row + 2, 1), "　　　　".join(f"{word}：" for word in definition.signatures))
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "portrait"  # 9 is A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return _saved(book)


def fill_form(
    definition: FormDefinition,
    lookup: Lookup,
    scope: FigureScope,
    *,
    template: Path | bytes | None = None,
    fields: Mapping[str, str] | None = None,
) -> FilledForm:
    """The form with its figures.

    Parameters
    ----------
    template
        An authority's own workbook with the cells named; None takes :func:`blank_form`.
    fields
        Texts for further named cells (填报单位, 报告期).

    Raises ``form.unreadable`` for a template that is no workbook and ``form.missing_name`` naming the cells it lacks.
    """
    source = blank_form(definition) if template is None else template
    try:
        book = load_workbook(io.BytesIO(source) if isinstance(source, bytes) else source)
    except Exception as error:  # openpyxl lets zip, XML and key errors through
        raise WeijianError(
            "form.unreadable", "报表模板打不开。", definition.id, "请用 Excel 另存为 .xlsx 后再试。"
        ) from error
    wanted = [line.name for line in definition.lines] + list(fields or {})
    missing = [name for name in wanted if name not in book.defined_names]
    if missing:
        raise WeijianError(
            "form.missing_name",
            f"报表模板里没有这些名称的单元格：{'、'.join(missing)}。",
            definition.id,
            "在 Excel 的名称管理器中给单元格命名。",
        )
    resolved = resolve(definition.document(scope), lookup)
    for line in definition.lines:
        _fill(_named_cell(book, line.name), resolved.figures[line.figure], line.figure)
    for name, text in (fields or {}).items():
        _write_text(_named_cell(book, name), text)
    _trace_sheet(book, resolved)
    return FilledForm(_saved(book), resolved)


def _fill(cell: Cell, figure: ResolvedFigure, reference: FigureRef | Gap) -> None:
    value = figure.value
    if value.value is not None and isinstance(reference, FigureRef):
        style = style_for(reference.style, value.unit)
        number = style.number(value.value, value.unit).replace(",", "")
        cell.value = float(number) if "." in number else int(number)
        cell.number_format = style.excel_format()
        if value.preliminary:
            cell.comment = Comment(PRELIMINARY_NOTE, "Weijian")
            cell.font = _PRELIMINARY
    elif value.state is FigureState.SUPPRESSED:
        _write_text(cell, SUPPRESSED_MARK)
    else:
        _write_text(cell, GAP_MARK)
        cell.fill = _GREY
        cell.comment = Comment(value.reason or "没有登记记录", "Weijian")


def _write_text(cell: Cell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"  # never a formula, whatever it begins with


def _named_cell(book: Workbook, name: str) -> Cell:
    sheet, reference = next(iter(book.defined_names[name].destinations))
    return book[sheet.replace("''", "'")][
        reference.replace("$", "").split(":")[0]
    ]  # of a merged range the first cell holds the value


def _trace_sheet(book: Workbook, resolved: ResolvedDocument) -> None:
    if TRACE_HEADING in book.sheetnames:
        del book[TRACE_HEADING]
    sheet = book.create_sheet(TRACE_HEADING)
    for column, heading in enumerate(TRACE_COLUMNS, start=1):
        _put(sheet.cell(1, column), heading, Font(name="宋体", size=11, bold=True), "center", _BOX)
    for row, line in enumerate(trace_rows(resolved), start=2):
        for column, text in enumerate(line.cells(), start=1):
            _put(sheet.cell(row, column), text, border=_BOX)
    for letter, width in zip("ABCDEFG", (6, 16, 14, 60, 14, 14, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _put(
    cell: Any, text: str, font: Font | None = None, horizontal: str = "left", border: Border | None = None
) -> None:
    _write_text(cell, text)
    cell.font = font or Font(name="宋体", size=11)
    cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
    if border is not None:
        cell.border = border


def _name(book: Workbook, sheet: Any, name: str, row: int, column: int) -> None:
    place = sheet.cell(row, column)
    place.border = _BOX
    quoted = sheet.title.replace("'", "''")
    book.defined_names[name] = DefinedName(name, attr_text=f"'{quoted}'!$" + f"{place.column_letter}${row}")


def _saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
