"""Spans as docx runs: figures link to their trace and carry a small number, gaps are shaded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.run import Run

from weijian.engines.documents.printing import PrintOptions
from weijian.engines.documents.resolve import Span, SpanKind
from weijian.engines.documents.word.faces import set_element


def bookmark_of(number: int) -> str:
    """The name of the place in the trace table where a figure's evidence stands."""
    return f"trace_{number}"


def add_spans(paragraph: Any, spans: Iterable[Span], options: PrintOptions, *, marks: bool = True) -> None:
    """Append spans to a paragraph."""
    for span in spans:
        figure = span.figure
        if figure is None or not figure.number:
            _format(paragraph.add_run(span.text), span)
            continue
        if options.trace_base:
            link = _link(paragraph, url=options.trace_url(figure.value.trace_code))
            _format(_run_in(link, paragraph, span.text), span)
        else:
            _format(paragraph.add_run(span.text), span)
        if marks and options.trace_marks:
            number = f"[{figure.mark}]"
            inside = options.trace_table
            mark = (
                _run_in(_link(paragraph, anchor=bookmark_of(figure.number)), paragraph, number)
                if inside
                else paragraph.add_run(number)
            )
            mark.font.superscript = True


def _format(run: Run, span: Span) -> None:
    if span.kind is SpanKind.STRONG:
        run.bold = True
    elif span.kind is SpanKind.GAP:
        run.bold = True
        set_element(run._r.get_or_add_rPr(), "w:shd", val="clear", color="auto", fill="D9D9D9")


def _link(paragraph: Any, *, url: str = "", anchor: str = "") -> Any:
    link = OxmlElement("w:hyperlink")
    if url:
        link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    else:
        link.set(qn("w:anchor"), anchor)
    paragraph._p.append(link)
    return link


def _run_in(link: Any, paragraph: Any, text: str) -> Run:
    element = OxmlElement("w:r")
    link.append(element)
    run = Run(element, paragraph)
    run.text = text
    return run
