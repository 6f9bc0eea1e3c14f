"""A statutory form is filled by cell name, from the declaration or from an authority's own workbook."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from tests.engines.documents.example import lookup
from weijian.definitions.documents import FigureRef, FigureScope, Gap
from weijian.engines.documents.differences import compare
from weijian.engines.documents.forms import FormDefinition, FormLine, blank_form, fill_form
from weijian.engines.documents.freeze import freeze
from weijian.kernel.errors import WeijianError

SCOPE = FigureScope("2017", "440113")
FORM = FormDefinition(
    "monthly",
    "医疗卫生机构服务量月报表",
    (
        FormLine("visits", "总诊疗人次数", "01", "人次", FigureRef("visits.total", style="0")),
        FormLine("visits_wan", "总诊疗", "02", "万人次", FigureRef("visits.total", style="#,##0.0万人次"), 1),
        FormLine("coverage", "建档率", "03", "%", FigureRef("records.coverage", style="0.00%")),
        FormLine("rectified", "整改隐患", "04", "处", Gap("rectified", "台账尚未启用")),
        FormLine("hiv", "新报告感染者", "05", "人", FigureRef("hiv.street")),
    ),
    head=(("表号", "卫健统1表"), ("有效期至", "2018年12月")),
)


def _named(book: Any, name: str) -> Any:
    sheet, place = next(iter(book.defined_names[name].destinations))
    return book[sheet.replace("''", "'")][place.replace("$", "")]


def test_blank_form_is_filled() -> None:
    filled = fill_form(FORM, lookup, SCOPE, fields={"reporter": "=HYPERLINK(1)", "period": "2017年"})
    book = load_workbook(io.BytesIO(filled.content))
    assert [_named(book, line.name).value for line in FORM.lines] == [12974832, 1297.5, 82.27, "缺数", "*"]
    assert [_named(book, line.name).number_format for line in FORM.lines[:3]] == ["0", "#,##0.0", "0.00"]
    assert _named(book, "rectified").comment.text == "台账尚未启用"
    assert (_named(book, "reporter").value, _named(book, "reporter").data_type) == ("=HYPERLINK(1)", "s")
    trace = [[cell.value for cell in row] for row in book["数据追溯"].iter_rows(min_row=2)]
    assert [row[1] for row in trace] == ["12974832", "82.27%", "*"] and all(len(row[2]) == 10 for row in trace)


def test_own_workbook_keeps_its_formulas_and_merged_cells(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "省's 表"
    sheet.merge_cells("B3:C3")
    sheet["D3"] = "=B3/10000"
    for number, line in enumerate(FORM.lines, start=3):
        book.defined_names[line.name] = DefinedName(
            line.name, attr_text=f"'省''s 表'!$B${number}" + (":$C$3" if number == 3 else "")
        )
    path = tmp_path / "form.xlsx"
    book.save(path)
    filled = load_workbook(io.BytesIO(fill_form(FORM, lookup, SCOPE, template=path).content))["省's 表"]
    assert (filled["B3"].value, filled["D3"].value) == (12974832, "=B3/10000")


def test_missing_name_and_no_workbook_are_told() -> None:
    book = Workbook()
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(WeijianError, match="visits、visits_wan"):
        fill_form(FORM, lookup, SCOPE, template=stream.getvalue())
    with pytest.raises(WeijianError, match=r"form\.unreadable"):
        fill_form(FORM, lookup, SCOPE, template=b"PK\x03\x04 nothing")


def test_form_freezes_like_a_document() -> None:
    first = fill_form(FORM, lookup, SCOPE)
    assert compare(freeze(first.resolved, datetime.date(2018, 1, 3)), fill_form(FORM, lookup, SCOPE).resolved) == []


def test_names_are_unique_and_filling_again_leaves_one_trace_sheet() -> None:
    with pytest.raises(WeijianError, match="visits"):
        FormDefinition("x", "表", (FORM.lines[0], FORM.lines[0]))
    again = fill_form(FORM, lookup, SCOPE, template=fill_form(FORM, lookup, SCOPE).content)
    assert load_workbook(io.BytesIO(again.content)).sheetnames == ["医疗卫生机构服务量月报表", "数据追溯"]
    assert load_workbook(io.BytesIO(blank_form(FORM))).sheetnames == ["医疗卫生机构服务量月报表"]
