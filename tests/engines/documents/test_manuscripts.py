"""The manuscripts in content become documents, with every measure known, and print in every writer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest

import weijian.content
from weijian.definitions.documents import Chart, FigureRef, Gap, Table
from weijian.engines.documents.figures import FigureKey, FigureState, FigureValue, trace_code
from weijian.engines.documents.fonts import FontSet
from weijian.engines.documents.html.writer import write_html
from weijian.engines.documents.manuscripts import load_document, read_document
from weijian.engines.documents.pdf.writer import write_pdf
from weijian.engines.documents.resolve import resolve
from weijian.engines.documents.word.writer import write_docx
from weijian.kernel.errors import WeijianError

CONTENT = Path(weijian.content.__file__).parent


def _measures() -> dict[str, dict[str, str]]:
    with (CONTENT / "figures" / "measure_ids.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def _answer(key: FigureKey) -> FigureValue:
    row = _measures_by_id[key.measure]
    unit = "%" if key.change.value.endswith("rate") else row["unit"]
    value = Decimal("-10.769") if key.change else Decimal(12345)
    code = trace_code(key, "f" * 64, "S")
    return FigureValue(FigureState.COMPUTED, value, None, None, unit, "S", "f" * 64, code, "", row["zh"], row["basis"])


_measures_by_id = _measures()


# Manuscripts with blanks (any year or month, forms) are filled and printed by the tests of the reports.
@pytest.mark.parametrize("path", sorted((CONTENT / "reports").glob("annual_2*.toml")), ids=lambda path: path.stem)
def test_report_of_the_content_prints(path: Path, fonts: FontSet) -> None:
    document = load_document(path, _measures_by_id)
    figures = set(document.figures())
    assert sum(isinstance(figure, FigureRef) for figure in figures) > 50
    assert any(isinstance(block, Table) for block in document.blocks())
    assert any(isinstance(block, Chart) for block in document.blocks())
    resolved = resolve(document, _answer)
    assert {figure.reference for figure in resolved.gaps()} == {f for f in figures if isinstance(f, Gap)}
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(write_docx(resolved, fonts=fonts))).paragraphs)
    page = write_html(resolved, fonts=fonts)
    for section in document.sections:
        assert section.heading in words and section.heading in page
    assert write_pdf(resolved, fonts=fonts).startswith(b"%PDF-")


def _manuscript() -> dict[str, Any]:
    table = {"id": "t", "caption": "表", "columns": [{"heading": "项"}], "rows": [["{{a.b|宗}}"]]}
    chart = {
        "id": "c",
        "kind": "bar",
        "caption": "图",
        "unit": "宗",
        "categories": ["1月"],
        "series": [{"name": "甲", "points": ["{{a.b}}"]}],
    }
    section = {
        "id": "s",
        "level": 1,
        "heading": "一",
        "body": "{{table:t}}\n好",
        "table": [table],
        "chart": [chart],
    }
    return {"document": {"id": "d", "title": "标题", "issuer": "局", "period": "2017"}, "section": [section]}


def test_chart_that_the_text_does_not_name_stands_at_the_end() -> None:
    assert [type(block).__name__ for block in read_document(_manuscript()).blocks()] == ["Table", "Paragraph", "Chart"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda m: m["section"][0].update(body="甲\n{{a.c}}"), r"第2行 \{\{a\.c\}\}.*\(s\)"),
        (lambda m: m["section"][0]["table"][0].update(rows=[["{{a.c}}"]]), "s · t"),
        (lambda m: m["section"][0]["chart"][0]["series"][0].update(points=["12"]), "应是一个标记"),
        (lambda m: m["section"][0].pop("heading"), "缺少 heading"),
        (lambda m: m.pop("document"), "缺少 document"),
    ],
)
def test_problem_names_its_place(spoil: Callable[[dict[str, Any]], object], says: str) -> None:
    manuscript = _manuscript()
    spoil(manuscript)
    with pytest.raises(WeijianError, match=says):
        read_document(manuscript, {"a.b"})


def test_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "report.toml"
    path.write_text("[document", encoding="utf-8")
    with pytest.raises(WeijianError, match=r"report\.toml"):
        load_document(path)
