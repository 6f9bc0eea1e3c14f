"""Exports of exactly what is seen: the visible columns and all rows, as Excel or CSV, formulas defused."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from django.http import Http404, HttpResponse

from weijian.engines.intake.files import csv_bytes
from weijian.foundation.ui.components import Cell, Column, Row, TableQuery
from weijian.foundation.ui.presentation import change_words, figure_text

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_rows(
    form: str, name: str, columns: Sequence[Column], rows: Sequence[Row], query: TableQuery
) -> HttpResponse:
    """The table as a file; numbers stay numbers in Excel."""
    shown = [index for index, column in enumerate(columns) if column.key in query.visible]
    heads = [str(columns[index].label) for index in shown]
    if form == "csv":
        lines = [[cell_text(row.cells[index]) for index in shown] for row in rows]
        response = HttpResponse(csv_bytes([heads, *lines]), content_type="text/csv; charset=utf-8")
    elif form == "xlsx":
        response = HttpResponse(_workbook(heads, shown, rows), content_type=_XLSX)
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def cell_text(value: object) -> str:
    """A cell as text."""
    cell = Cell.of(value)
    if cell.figure is not None:
        return figure_text(cell.figure, full=True)
    if cell.change is not None:
        return change_words(cell.change)
    return str(cell.text)


def _workbook(heads: Sequence[str], shown: Sequence[int], rows: Sequence[Row]) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for line, row in enumerate(rows, start=1):
            for column, index in enumerate(shown):
                cell = Cell.of(row.cells[index])
                if cell.figure is not None and cell.figure.state == "computed":
                    sheet.write_number(line, column, float(cell.figure.value))  # type: ignore[arg-type]
                else:
                    sheet.write_string(line, column, cell_text(cell))
        sheet.autofit()
    return sink.getvalue()
