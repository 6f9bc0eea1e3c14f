"""Page and styles of the official layout in a docx: margins, line grid, headings with levels, page numbers."""

from __future__ import annotations

import math
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from weijian.engines.documents import layout
from weijian.engines.documents.word.faces import indent_characters, keep_close, leave_grid, set_element, set_face

CELL, CELL_HEAD, TRACE, TRACE_HEAD = "表格文字", "表格标题", "追溯文字", "追溯标题"
NOTE, TABLE_NOTE = "注释", "表注"


def official_page() -> Any:
    """An empty python-docx document in the official layout."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(layout.PAGE_WIDTH_MM), Mm(layout.PAGE_HEIGHT_MM)
    section.top_margin, section.bottom_margin = Mm(layout.MARGIN_TOP_MM), Mm(layout.MARGIN_BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(layout.MARGIN_LEFT_MM), Mm(layout.MARGIN_RIGHT_MM)
    section.footer_distance = Mm(23)  # the dash stands 7 mm below the type area (7.5)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    # Only the lines follow the grid: Word, WPS and LibreOffice read a character grid each in its own way, so that 28
    # characters a line come from the spacing of the body style instead.
    set_element(section._sectPr, "w:docGrid", type="lines", linePitch=str(int(layout.LINE_PITCH_POINTS * 20)))
    _styles(document)
    _small_styles(document)
    _page_numbers(document)
    return document


def _styles(document: Any) -> None:
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    _set_style(styles["Normal"], layout.FANGSONG, layout.BODY_POINTS, justify=True)
    indent_characters(styles["Normal"].element.get_or_add_pPr(), firstLineChars=200)
    _tighten(styles["Normal"])
    keep_close(styles["Normal"])
    for level, face in layout.HEADINGS.items():
        style = styles[f"Heading {level}"]
        _set_style(style, face.font, layout.BODY_POINTS, bold=face.bold)
        style.paragraph_format.keep_with_next = True
    _set_style(styles["Title"], layout.XIAOBIAOSONG, layout.TITLE_POINTS, centre=True, line=35.0)
    _set_style(styles["Subtitle"], layout.KAITI, layout.BODY_POINTS, centre=True)
    _set_style(styles["Caption"], layout.HEITI, 14.0, centre=True)
    styles["Caption"].paragraph_format.keep_with_next = True
    styles["List Bullet"].element.get_or_add_pPr()
    indent_characters(styles["List Bullet"].element.get_or_add_pPr(), firstLineChars=0, leftChars=300, hangingChars=100)
    for border in list(styles["Title"].element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)


def _set_style(
    style: Any,
    font: str,
    points: float,
    *,
    bold: bool = False,
    centre: bool = False,
    justify: bool = False,
    line: float = layout.LINE_PITCH_POINTS,
) -> None:
    set_face(style, font, points, bold=bold)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(round(line, 1))
    form.widow_control = True
    if centre or justify:
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.JUSTIFY
    if centre:
        indent_characters(style.element.get_or_add_pPr(), firstLineChars=0)


def _small_styles(document: Any) -> None:
    """Styles for small type: on the style, a long table costs Word and us far less than on each run."""
    for name, font, points in (
        (CELL, layout.FANGSONG, layout.TABLE_POINTS),
        (CELL_HEAD, layout.HEITI, layout.TABLE_POINTS),
        (TRACE, layout.FANGSONG, layout.TRACE_POINTS),
        (TRACE_HEAD, layout.HEITI, layout.TRACE_POINTS),
        (TABLE_NOTE, layout.FANGSONG, layout.TABLE_NOTE_POINTS),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        set_face(style, font, points)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1)
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
        properties = style.element.get_or_add_pPr()
        indent_characters(properties, firstLineChars=0)
        leave_grid(properties)
    note = document.styles.add_style(NOTE, WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = document.styles["Normal"]
    set_face(note, layout.FANGSONG, layout.NOTE_POINTS)
    note.paragraph_format.line_spacing = Pt(20)


def _tighten(style: Any) -> None:
    twips = math.floor((layout.CHARACTER_PITCH_POINTS - layout.BODY_POINTS) * 20)  # floor: the 28th must fit
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(twips))
    style.element.get_or_add_rPr().insert_element_before(
        spacing,
        "w:w",
        "w:kern",
        "w:position",
        "w:sz",
        "w:szCs",
        "w:highlight",
        "w:u",
        "w:effect",
        "w:bdr",
        "w:shd",
        "w:fitText",
        "w:vertAlign",
        "w:rtl",
        "w:cs",
        "w:em",
        "w:lang",
        "w:eastAsianLayout",
        "w:specVanish",
        "w:oMath",
    )


def _page_numbers(document: Any) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, alignment, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "rightChars"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "leftChars"),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = alignment
        indent_characters(paragraph._p.get_or_add_pPr(), firstLineChars=0, **{side: 100})
        _add_run(paragraph, "— ")
        _add_field(paragraph, "PAGE")
        _add_run(paragraph, " —")


def _add_run(paragraph: Any, text: str) -> Any:
    run = paragraph.add_run(text)
    set_face(run, layout.SONGTI, layout.PAGE_NUMBER_POINTS)
    return run


def _add_field(paragraph: Any, code: str) -> None:
    for kind in ("begin", "", "end"):
        run = _add_run(paragraph, "")
        if kind:
            set_element(run._r, "w:fldChar", fldCharType=kind)
        else:
            instruction = set_element(run._r, "w:instrText")
            instruction.text = f" {code} "
