"""The HTML is one whole page: nothing loaded, well nested, every figure a link to its trace."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest

from weijian.engines.documents.fonts import FontSet
from weijian.engines.documents.html.writer import write_html
from weijian.engines.documents.printing import PrintOptions
from weijian.engines.documents.resolve import ResolvedDocument, SpanKind

_VOID = {"meta", "br", "path", "use", "rect", "image"}


class Outline(HTMLParser):
    """Checks nesting and collects tags, ids, links and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def outline(report: ResolvedDocument, fonts: FontSet) -> Outline:
    parsed = Outline()
    parsed.feed(write_html(report, PrintOptions(trace_base="http://weijian.example"), fonts))
    assert parsed.open == []
    return parsed


def test_language_title_and_headings(outline: Outline) -> None:
    tags = [tag for tag, _ in outline.tags]
    assert ("html", {"lang": "zh-CN"}) in outline.tags
    assert tags.count("h1") == 1 and tags.count("main") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_nothing_is_loaded(outline: Outline) -> None:
    loading = {"script", "link", "iframe", "img", "object", "embed", "base", "form"}
    assert not loading & {tag for tag, _ in outline.tags}
    assert not any(name.startswith("on") or name == "src" for _, attributes in outline.tags for name in attributes)


def test_every_figure_is_a_link_with_its_evidence(outline: Outline, report: ResolvedDocument) -> None:
    links = [
        attributes
        for tag, attributes in outline.tags
        if tag == "a" and (attributes.get("class") or "").startswith("figure")
    ]
    codes = {figure.value.trace_code for figure in report.traced()}
    assert {str(link["href"]).removeprefix("http://weijian.example/t/") for link in links} == codes
    assert all("快照 S20180103-1" in str(link["title"]) for link in links)


def test_all_words_are_there(outline: Outline, report: ResolvedDocument) -> None:
    for block in report.document.blocks():
        for span in report.spans(getattr(block, "runs", ())):
            assert span.text in outline.words or (span.kind is SpanKind.FIGURE and span.text in outline.words)


def test_ids_are_unique_and_marks_lead_somewhere(outline: Outline) -> None:
    ids = [attributes["id"] for _, attributes in outline.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    inner = [
        str(attributes[name])[1:]
        for _, attributes in outline.tags
        for name in ("href", "xlink:href")
        if str(attributes.get(name)).startswith("#")
    ]
    assert inner and set(inner) <= set(ids)


def test_charts_have_words_and_a_table(outline: Outline) -> None:
    drawings = [attributes for tag, attributes in outline.tags if tag == "svg"]
    assert (
        all(drawing.get("role") == "img" and drawing.get("aria-label") for drawing in drawings) and len(drawings) == 2
    )
    assert [tag for tag, _ in outline.tags].count("details") == 2
