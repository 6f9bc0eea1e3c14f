"""A resolved document as PDF: written as data beside a fixed Typst template, fonts embedded, nothing fetched."""

from __future__ import annotations

import datetime
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typst

from weijian.definitions.documents import Block, BulletList, Chart, Note, PageBreak, Paragraph, Table
from weijian.engines.documents import layout
from weijian.engines.documents.charts import chart_svg
from weijian.engines.documents.fonts import FontSet, find_fonts
from weijian.engines.documents.numbering import caption_numbers, numbered_sections
from weijian.engines.documents.printing import (
    PAPER_TRACE_COLUMNS,
    TRACE_HEADING,
    PrintOptions,
    cell_spans,
    chart_words,
    chinese_date,
    column_shares,
    heading_with_unit,
    recipients_line,
    shares_of,
    table_notes,
    trace_rows,
)
from weijian.engines.documents.resolve import ResolvedDocument, Span
from weijian.kernel.errors import WeijianError

_TEMPLATE = Path(__file__).with_name("official.typ")


def write_pdf(resolved: ResolvedDocument, options: PrintOptions | None = None, fonts: FontSet | None = None) -> bytes:
    """The document as PDF (PDF/A-2a). The same document gives the same bytes.

    Raises ``document.no_fonts``, and ``document.typesetting`` where Typst refuses (a defect, to be reported).
    """
    options, fonts = options or PrintOptions(), fonts or find_fonts()
    with tempfile.TemporaryDirectory(prefix="weijian-pdf-") as name:
        folder = Path(name)
        data = _document_data(resolved, options, fonts)
        for block in resolved.document.blocks():
            if isinstance(block, Chart):
                (folder / f"{block.id}.svg").write_bytes(chart_svg(block, resolved, fonts))
        (folder / "document.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        (folder / "main.typ").write_text(_TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        return _compile(folder, resolved.document.date, fonts)


def _compile(folder: Path, day: datetime.date | None, fonts: FontSet) -> bytes:
    stamp = datetime.datetime.combine(day or datetime.date(2000, 1, 1), datetime.time(), datetime.UTC)
    # System fonts are left out: the page must look the same on every machine. Typst's own Latin fonts draw the few
    # signs # that Noto SC lacks (the superscript plus of CD4⁺).
    faces = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(path) for path in fonts.folders()]
    )
    try:
        made = typst.compile(
            str(folder / "main.typ"),
            root=str(folder),
            font_paths=faces,
            format="pdf",
            timestamp=stamp,
            pdf_standards=["a-2a"],
        )
    except typst.TypstError as error:
        raise WeijianError(
            "document.typesetting", f"排版失败：{error.message}", " ".join(error.hints), "请把这份文稿交给系统管理员。"
        ) from error
    assert isinstance(made, bytes)  # PDF is one file
    return made


def _document_data(resolved: ResolvedDocument, options: PrintOptions, fonts: FontSet) -> dict[str, Any]:
    document = resolved.document
    captions = caption_numbers(document)

    def blocks(parts: Iterable[Block]) -> list[dict[str, Any]]:
        return [_block_data(block, resolved, options, captions) for block in parts]

    sections = [
        {"level": section.level, "heading": number + section.heading, "blocks": blocks(section.blocks)}
        for number, section in numbered_sections(document)
    ]
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "issuer": document.issuer,
        "number": document.number,
        "date": chinese_date(document.date) if document.date else "",
        "recipients": recipients_line(document),
        "opening": blocks(document.opening),
        "sections": sections,
        "trace": _trace_data(resolved) if options.trace_table and resolved.traced() else None,
        "fonts": {"serif": fonts.serif.family, "sans": fonts.sans.family},
        "layout": _layout_data(),
    }


def _layout_data() -> dict[str, Any]:
    return {
        "width": layout.PAGE_WIDTH_MM,
        "height": layout.PAGE_HEIGHT_MM,
        "top": layout.MARGIN_TOP_MM,
        "bottom": layout.MARGIN_BOTTOM_MM,
        "left": layout.MARGIN_LEFT_MM,
        "right": layout.MARGIN_RIGHT_MM,
        "pitch": layout.LINE_PITCH_POINTS,
        "body": layout.BODY_POINTS,
        "tracking": layout.CHARACTER_PITCH_POINTS - layout.BODY_POINTS,
        "title": layout.TITLE_POINTS,
        "head": layout.HEAD_POINTS,
        "red": layout.HEAD_RED,
        "page-number": layout.PAGE_NUMBER_POINTS,
        "table": layout.TABLE_POINTS,
        "note": layout.NOTE_POINTS,
        "table-note": layout.TABLE_NOTE_POINTS,
        "trace": layout.TRACE_POINTS,
    }


def _block_data(
    block: Block, resolved: ResolvedDocument, options: PrintOptions, captions: dict[str, str]
) -> dict[str, Any]:
    if isinstance(block, Paragraph | Note):
        return {"type": type(block).__name__.lower(), "runs": _spans_data(resolved.spans(block.runs), options)}
    if isinstance(block, BulletList):
        return {"type": "list", "items": [_spans_data(resolved.spans(item), options) for item in block.items]}
    if isinstance(block, PageBreak):
        return {"type": "break"}
    caption = f"{captions[block.id]}　{block.caption}"
    if isinstance(block, Table):
        cells = [
            _spans_data(cell_spans(resolved, runs, column.unit), options)
            for row in block.rows
            for runs, column in zip(row, block.columns, strict=True)
        ]
        return {
            "type": "table",
            "caption": caption,
            "shares": column_shares(resolved, block),
            "cells": cells,
            "aligns": [column.align.value for column in block.columns],
            "headings": [heading_with_unit(column) for column in block.columns],
            "notes": table_notes(resolved, block),
        }
    notes = [f"来源：{block.source_note}"] if block.source_note else []
    return {
        "type": "chart",
        "caption": caption,
        "image": f"{block.id}.svg",
        "alt": chart_words(resolved, block),
        "notes": notes,
    }


def _spans_data(spans: list[Span], options: PrintOptions) -> list[dict[str, Any]]:
    data = []
    for span in spans:
        item: dict[str, Any] = {"kind": span.kind.value, "text": span.text}
        if span.figure and span.figure.number:
            if options.trace_base:
                item["url"] = options.trace_url(span.figure.value.trace_code)
            if options.trace_marks:
                item["mark"] = span.figure.mark
                if options.trace_table:
                    item["anchor"] = f"trace-{span.figure.number}"
        data.append(item)
    return data


def _trace_data(resolved: ResolvedDocument) -> dict[str, Any]:
    rows = trace_rows(resolved)
    cells = [row.paper_cells() for row in rows]
    return {
        "title": TRACE_HEADING,
        "headings": list(PAPER_TRACE_COLUMNS),
        "shares": shares_of([PAPER_TRACE_COLUMNS, *cells], layout.TRACE_POINTS),
        "rows": [{"anchor": f"trace-{row.number}", "cells": list(row.paper_cells())} for row in rows],
    }
