"""The docx is read back: layout, faces where Word looks for them, headings, every figure, trace table."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from tests.engines.documents.example import BARS
from weijian.engines.documents.fonts import FontSet
from weijian.engines.documents.printing import PrintOptions, chart_words, trace_rows
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.engines.documents.word.writer import write_docx


@pytest.fixture(scope="module")
def page(report: ResolvedDocument, fonts: FontSet) -> Any:
    return docx.Document(io.BytesIO(write_docx(report, fonts=fonts)))


def _east_asian(style: Any) -> str:
    return str(style.element.rPr.rFonts.get(qn("w:eastAsia")))


def test_official_page(page: Any) -> None:
    section = page.sections[0]
    sizes = [
        round(length.mm)
        for length in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.bottom_margin,
            section.left_margin,
            section.right_margin,
        )
    ]
    assert sizes == [210, 297, 37, 35, 28, 26]
    assert section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")) == "579"  # 22 lines of 28.99 pt on 225 mm


@pytest.mark.parametrize(
    ("style", "face", "points"),
    [
        ("Normal", "仿宋", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体", 16),
        ("Heading 3", "仿宋", 16),
    ],
)
def test_faces(page: Any, style: str, face: str, points: int) -> None:
    found = page.styles[style]
    assert (_east_asian(found), found.font.size.pt) == (face, points)
    assert not [name for name in found.element.rPr.rFonts.attrib if name.endswith("Theme")]


def test_body_is_indented_by_two_characters(page: Any) -> None:
    assert page.styles["Normal"].element.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_headings_have_levels_and_numbers(page: Any) -> None:
    headings = [
        (paragraph.style.name, paragraph.text[:4])
        for paragraph in page.paragraphs
        if paragraph.style.name.startswith("Heading")
    ]
    assert headings == [
        ("Heading 1", "一、20"),
        ("Heading 2", "（一）不"),
        ("Heading 2", "（二）全"),
        ("Heading 3", "1.妇幼"),
        ("Heading 4", "（1）托"),
        ("Heading 1", "二、存在"),
        ("Heading 1", "三、20"),
    ]


def test_every_figure_and_gap_is_there(page: Any, report: ResolvedDocument) -> None:
    words = "\n".join(paragraph.text for paragraph in page.paragraphs)
    for paragraph in (block for block in report.document.blocks() if hasattr(block, "runs")):
        for span in report.spans(paragraph.runs):
            assert span.text in words
    assert "【缺数：整改台账尚未启用】" in words


def test_gap_is_shaded(page: Any) -> None:
    gaps = [run for paragraph in page.paragraphs for run in paragraph.runs if run.text.startswith("【缺数")]
    assert len(gaps) == 2 and all(run._r.rPr.find(qn("w:shd")) is not None for run in gaps)


def test_table_repeats_its_heading_and_prints_bare_numbers(page: Any) -> None:
    table = page.tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [cell.text for cell in table.rows[0].cells] == [
        "镇（街）",
        "总诊疗（万人次）",
        "建档率（%）",
        "新报告感染者（人）",
    ]
    assert [cell.text for cell in table.rows[1].cells] == ["市桥街道", "102.7", "82.27", "*"]
    assert "注：* 表示人数少于5，按小数抑制规则不予列出。" in [paragraph.text for paragraph in page.paragraphs]


def test_trace_table_ends_the_document_and_marks_lead_to_it(page: Any, report: ResolvedDocument) -> None:
    rows = [tuple(cell.text for cell in row.cells) for row in page.tables[-1].rows]
    assert rows[1:] == [row.paper_cells() for row in trace_rows(report)]
    anchors = {link.get(qn("w:anchor")) for link in page.element.iter(qn("w:hyperlink"))}
    places = {mark.get(qn("w:name")) for mark in page.element.iter(qn("w:bookmarkStart"))}
    assert anchors and anchors <= places


def test_charts_are_pictures_with_words(page: Any, report: ResolvedDocument) -> None:
    words = [element.get("descr") for element in page.element.iter(qn("wp:docPr"))]
    assert words[0] == chart_words(report, BARS) and "1月102.7万人次" in words[0] and len(words) == 2


def test_page_number_between_dashes_on_both_sides(page: Any) -> None:
    section = page.sections[0]
    for footer in (section.footer, section.even_page_footer):
        xml = etree.tostring(footer._element, encoding="unicode")
        assert footer.paragraphs[0].text.replace(" ", "") == "——" and "PAGE" in xml
    assert page.settings.odd_and_even_pages_header_footer


def test_figures_link_to_the_installation_where_its_address_is_known(report: ResolvedDocument, fonts: FontSet) -> None:
    options = PrintOptions(trace_base="http://weijian.example", trace_marks=False, trace_table=False)
    content = write_docx(report, options, fonts)
    relations = zipfile.ZipFile(io.BytesIO(content)).read("word/_rels/document.xml.rels").decode()
    code = report.traced()[0].value.trace_code
    assert f'Target="http://weijian.example/t/{code}"' in relations
    assert len(docx.Document(io.BytesIO(content)).tables) == 1


def test_small_type_is_a_style(page: Any) -> None:
    styles = {paragraph.text[:3]: paragraph.style.name for paragraph in page.paragraphs}
    assert (styles["检出率"], styles["来源："], styles["注：*"]) == ("注释", "表注", "表注")
    cells = {paragraph.style.name for table in page.tables for cell in table._cells for paragraph in cell.paragraphs}
    assert cells == {"表格文字", "表格标题", "追溯文字", "追溯标题"}
    assert page.styles["表格文字"].font.size.pt == 12 and _east_asian(page.styles["表格标题"]) == "黑体"
