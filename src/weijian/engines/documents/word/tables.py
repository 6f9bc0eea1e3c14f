"""Tables in a docx: a heading row that repeats on each page, rows that do not break, widths by need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt

from weijian.definitions.documents import Align, Table
from weijian.engines.documents import layout
from weijian.engines.documents.printing import (
    TRACE_COLUMNS,
    PrintOptions,
    cell_spans,
    column_shares,
    heading_with_unit,
    shares_of,
    trace_rows,
)
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.engines.documents.word.faces import indent_characters, leave_grid, set_element, set_face
from weijian.engines.documents.word.runs import add_spans, bookmark_of

_WIDTH_MM = layout.PAGE_WIDTH_MM - layout.MARGIN_LEFT_MM - layout.MARGIN_RIGHT_MM
_ALIGN = {Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT, Align.CENTRE: WD_ALIGN_PARAGRAPH.CENTER, Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT}


def add_table(document: Any, table: Table, resolved: ResolvedDocument, options: PrintOptions) -> None:
    """Append a table of the document."""
    grid = _grid(document, [heading_with_unit(column) for column in table.columns], column_shares(resolved, table), layout.TABLE_POINTS)
    for row in table.rows:
        cells = _row(grid)
        for cell, column, runs in zip(cells, table.columns, row, strict=True):
            paragraph = _paragraph(cell, _ALIGN[column.align])
            add_spans(paragraph, cell_spans(resolved, runs, column.unit), options, marks=False)
            _size(paragraph, layout.FANGSONG, layout.TABLE_POINTS)


def add_trace_table(document: Any, resolved: ResolvedDocument) -> None:
    """Append the table 数据追溯; each number is the bookmark that the marks in the text link to."""
    rows = [row.cells() for row in trace_rows(resolved)]
    grid = _grid(document, TRACE_COLUMNS, shares_of([TRACE_COLUMNS, *rows], layout.TRACE_POINTS), layout.TRACE_POINTS)
    for figure, row in zip(resolved.traced(), rows, strict=True):
        for position, (cell, text) in enumerate(zip(_row(grid), row, strict=True)):
            right = TRACE_COLUMNS[position] in ("分子", "分母")
            paragraph = _paragraph(cell, WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT)
            if position == 0:
                set_element(paragraph._p, "w:bookmarkStart", id=str(figure.number), name=bookmark_of(figure.number))
            paragraph.add_run(text)
            if position == 0:
                set_element(paragraph._p, "w:bookmarkEnd", id=str(figure.number))
            _size(paragraph, layout.FANGSONG, layout.TRACE_POINTS)


def _grid(document: Any, headings: Sequence[str], shares: Sequence[float], points: float) -> Any:
    grid = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = Mm(_WIDTH_MM * share)
    for cell, heading, share in zip(grid.rows[0].cells, headings, shares, strict=True):
        cell.width = Mm(_WIDTH_MM * share)
        paragraph = _paragraph(cell, WD_ALIGN_PARAGRAPH.CENTER)
        paragraph.add_run(heading)
        _size(paragraph, layout.HEITI, points)
    set_element(grid.rows[0]._tr.get_or_add_trPr(), "w:cantSplit")
    set_element(grid.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    return grid


def _row(grid: Any) -> list[Any]:
    row = grid.add_row()
    set_element(row._tr.get_or_add_trPr(), "w:cantSplit")
    return list(row.cells)


def _paragraph(cell: Any, alignment: WD_ALIGN_PARAGRAPH) -> Any:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = alignment
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    indent_characters(paragraph._p.get_or_add_pPr(), firstLineChars=0)
    leave_grid(paragraph)
    return paragraph


def _size(paragraph: Any, font: str, points: float) -> None:
    for inner in paragraph.iter_inner_content():
        for run in [inner] if hasattr(inner, "font") else inner.runs:
            set_face(run, font, points, bold=bool(run.bold))
