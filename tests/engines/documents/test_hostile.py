"""What a clerk types is words in every writer: no markup of HTML, Typst, Word or Excel comes alive."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest

from tests.engines.documents.test_html import Outline
from tests.engines.documents.test_pdf import pdf_text
from weijian.definitions.documents import (
    Align,
    BulletList,
    Chart,
    ChartKind,
    Column,
    Document,
    FigureRef,
    Gap,
    Note,
    Paragraph,
    Section,
    Series,
    Strong,
    Table,
    Text,
)
from weijian.engines.documents.figures import FigureKey, FigureState, FigureValue
from weijian.engines.documents.fonts import FontSet
from weijian.engines.documents.html.writer import write_html
from weijian.engines.documents.pdf.writer import write_pdf
from weijian.engines.documents.printing import PrintOptions
from weijian.engines.documents.resolve import ResolvedDocument, resolve
from weijian.engines.documents.text import parse_text
from weijian.engines.documents.word.writer import write_docx

HOSTILE = (
    '#import "@preview/evil:1.0.0"',
    '#read("/etc/passwd")#{panic()}',
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\\u{41}\\begin{x}$x^2$ $\\frac{1}{2}$",
    "*a* _b_ `c` [d](javascript:e) @f <g>",
    "]] }} #] ]#(",
    "</w:t></w:r><w:p>",
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }} {% x %}",
    "&lt;b&gt;&amp;",
    "// 注释 /* 注释 */ = 标题\\",
)


def hostile_document() -> Document:
    """Hostile words in every place that takes words."""
    words = " ".join(HOSTILE)
    runs = (Text(words), Strong(words), Gap("x", words), FigureRef("a.b"))
    table = Table(
        "t", words, (Column(words, Align.LEFT), Column("y", Align.RIGHT, "%")), ((runs, (Text(words),)),), words, words
    )
    chart = Chart(
        "c",
        ChartKind.BAR,
        words,
        "人",
        (HOSTILE[4],),
        (Series("$a_b$ <x>&", (FigureRef("a.b"),)),),
        Gap("g", words),
        words,
    )
    blocks = (Paragraph(runs), BulletList((runs,)), Note(runs), table, chart)
    return Document(
        "d",
        words,
        words,
        (Section("s", 1, words, words, blocks),),
        subtitle=words,
        number=words,
        recipients=(words,),
        opening=blocks[:1],
    )


def answer(key: FigureKey) -> FigureValue:
    """A lookup whose every text is hostile too."""
    words = HOSTILE[3] + HOSTILE[0]
    return FigureValue(
        FigureState.GAP,
        reason=words,
        snapshot=words,
        trace_code='"/><x',
        name=words,
        basis=words,
        definition_fingerprint=words,
    )


@pytest.fixture(scope="module")
def hostile() -> ResolvedDocument:
    return resolve(hostile_document(), answer)


@pytest.mark.parametrize("words", HOSTILE)
def test_typed_text_stays_itself_or_is_refused(words: str) -> None:
    if "{{" in words:
        with pytest.raises(Exception, match="bad_marker"):
            parse_text(words)
    else:
        assert "".join(run.text for run in parse_text(words) if isinstance(run, Text | Strong)) == words.strip()


def test_docx_holds_the_words(hostile: ResolvedDocument, fonts: FontSet) -> None:
    page = docx.Document(io.BytesIO(write_docx(hostile, PrintOptions(trace_base="http://weijian.example"), fonts)))
    text = "\n".join(paragraph.text for paragraph in page.paragraphs)
    assert all(words in text for words in HOSTILE)


def test_html_has_no_foreign_tag(hostile: ResolvedDocument, fonts: FontSet) -> None:
    page = write_html(hostile, fonts=fonts)
    parsed = Outline()
    parsed.feed(page)
    assert parsed.open == []
    assert not {"script", "img", "g>", "b", "x"} & {tag for tag, _ in parsed.tags}
    assert not any(name.startswith("on") for _, attributes in parsed.tags for name in attributes)
    assert all(words in parsed.words for words in HOSTILE)
    assert not any(
        "javascript:" in str(value)
        for _, attributes in parsed.tags
        for name, value in attributes.items()
        if name == "href"
    )


def test_pdf_prints_the_words(hostile: ResolvedDocument, fonts: FontSet, tmp_path: Path) -> None:
    text = pdf_text(write_pdf(hostile, fonts=fonts), tmp_path)
    for words in (
        '#import"@preview/evil:1.0.0"',
        '#read("/etc/passwd")',
        "<script>alert(1)</script>",
        "\\begin{x}$x^2$",
    ):
        assert words in text, words
    assert not re.search("root:x:0", text)
