"""Tables in a docx: a heading row that repeats on each page, rows that do not break, widths by need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm
from docx.table import _Cell

from weijian.definitions.documents import Align, Table
from weijian.engines.documents import layout
from weijian.engines.documents.printing import (
    PAPER_TRACE_COLUMNS,
    PrintOptions,
    cell_spans,
    column_shares,
    heading_with_unit,
    shares_of,
    trace_rows,
)
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.engines.documents.word.faces import set_element
from weijian.engines.documents.word.page import CELL, CELL_HEAD, TRACE, TRACE_HEAD
from weijian.engines.documents.word.runs import add_spans, bookmark_of

_WIDTH_MM = layout.PAGE_WIDTH_MM - layout.MARGIN_LEFT_MM - layout.MARGIN_RIGHT_MM
_ALIGN = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}


def add_table(document: Any, table: Table, resolved: ResolvedDocument, options: PrintOptions) -> None:
    """Append a table of the document."""
    headings = [heading_with_unit(column) for column in table.columns]
    grid = _grid(document, headings, column_shares(resolved, table), CELL_HEAD)
    style = document.styles[CELL].style_id
    for row in table.rows:
        for cell, column, runs in zip(_row(grid), table.columns, row, strict=True):
            paragraph = _paragraph(cell, style, column.align)
            add_spans(paragraph, cell_spans(resolved, runs, column.unit), options, marks=False)


def add_trace_table(document: Any, resolved: ResolvedDocument) -> None:
    """Append the table 数据追溯; each number is the bookmark that the marks in the text link to."""
    rows = [row.paper_cells() for row in trace_rows(resolved)]
    grid = _grid(
        document, PAPER_TRACE_COLUMNS, shares_of([PAPER_TRACE_COLUMNS, *rows], layout.TRACE_POINTS), TRACE_HEAD
    )
    style = document.styles[TRACE].style_id
    aligns = [Align.RIGHT if name == "分子 / 分母" else Align.LEFT for name in PAPER_TRACE_COLUMNS]
    for figure, row in zip(resolved.traced(), rows, strict=True):
        cells = [_paragraph(cell, style, align) for cell, align in zip(_row(grid), aligns, strict=True)]
        number = str(figure.number)
        set_element(cells[0]._p, "w:bookmarkStart", id=number, name=bookmark_of(figure.number))
        for paragraph, text in zip(cells, row, strict=True):
            paragraph.add_run(text)
        set_element(cells[0]._p, "w:bookmarkEnd", id=number)


def _grid(document: Any, headings: Sequence[str], shares: Sequence[float], style: str) -> Any:
    grid = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = Mm(_WIDTH_MM * share)
    first = grid.rows[0]
    for cell, heading, share in zip(first.cells, headings, shares, strict=True):
        cell.width = Mm(_WIDTH_MM * share)
        _paragraph(cell, document.styles[style].style_id, Align.CENTRE).add_run(heading)
    set_element(first._tr.get_or_add_trPr(), "w:cantSplit")
    set_element(first._tr.get_or_add_trPr(), "w:tblHeader")
    return grid


def _row(grid: Any) -> list[_Cell]:
    row = grid.add_row()
    set_element(row._tr.get_or_add_trPr(), "w:cantSplit")
    # Row.cells works spans out anew for each row; there are none here.
    return [_Cell(element, grid) for element in row._tr.tc_lst]


def _paragraph(cell: Any, style: str, align: Align) -> Any:
    # Lines of digits only are lower than lines with Chinese: in the middle all stand on one height.
    set_element(cell._tc.get_or_add_tcPr(), "w:vAlign", val="center")
    paragraph = cell.paragraphs[0]
    paragraph._p.style = style  # by id: python-docx would search all styles for the name
    if align is not Align.LEFT:
        paragraph.alignment = _ALIGN[align]
    return paragraph
