"""A resolved document as one HTML page. Every word goes through ``escape``; nothing is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from weijian.definitions.documents import Block, BulletList, Chart, Note, PageBreak, Paragraph, Table
from weijian.engines.documents.charts import chart_svg
from weijian.engines.documents.fonts import FontSet, find_fonts
from weijian.engines.documents.numbering import caption_numbers, numbered_sections
from weijian.engines.documents.printing import (
    TRACE_COLUMNS,
    TRACE_HEADING,
    PrintOptions,
    cell_spans,
    chart_twin,
    chart_words,
    chinese_date,
    heading_with_unit,
    recipients_line,
    table_notes,
    trace_rows,
)
from weijian.engines.documents.resolve import ResolvedDocument, ResolvedFigure, Span, SpanKind

_CSS = Path(__file__).with_name("page.css")


def write_html(resolved: ResolvedDocument, options: PrintOptions | None = None, fonts: FontSet | None = None) -> str:
    """The document as a whole HTML page. Raises ``document.no_fonts`` where a chart finds none."""
    body = write_html_body(resolved, options, fonts)
    title = escape(resolved.document.title)
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_CSS.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def write_html_body(
    resolved: ResolvedDocument, options: PrintOptions | None = None, fonts: FontSet | None = None
) -> str:
    """The ``<main>`` of the page, for a preview inside another page that brings its own style."""
    return _Writer(resolved, options or PrintOptions(), fonts).write()


class _Writer:
    def __init__(self, resolved: ResolvedDocument, options: PrintOptions, fonts: FontSet | None) -> None:
        self.resolved = resolved
        self.options = options
        self.fonts = fonts
        self.captions = caption_numbers(resolved.document)

    def write(self) -> str:
        document = self.resolved.document
        parts = ["<main>", *self._head(), *map(self._block, document.opening)]
        for number, section in numbered_sections(document):
            tag = f"h{section.level + 1}"
            parts.append(f'<{tag} id="s-{escape(section.id)}">{escape(number + section.heading)}</{tag}>')
            parts += map(self._block, section.blocks)
        if document.issuer:
            day = f"<p>{chinese_date(document.date)}</p>" if document.date else ""
            parts.append(f'<div class="signature"><p>{escape(document.issuer)}</p>{day}</div>')
        if self.options.trace_table and self.resolved.traced():
            parts.append(self._trace())
        return "\n".join([*parts, "</main>"])

    def _head(self) -> list[str]:
        document = self.resolved.document
        parts = []
        if document.number:
            parts += [
                f'<p class="issuer">{escape(document.issuer)}</p>',
                f'<p class="number">{escape(document.number)}</p>',
            ]
        title = re.sub(r"(\d+年)", r'<span class="together">\1</span>', escape(document.title))
        parts.append(f"<h1>{title}</h1>")
        if document.subtitle:
            parts.append(f'<p class="subtitle">{escape(document.subtitle)}</p>')
        if line := recipients_line(document):
            parts.append(f'<p class="recipients">{escape(line)}</p>')
        return parts

    def _block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            return f"<p>{self._spans(self.resolved.spans(block.runs))}</p>"
        if isinstance(block, BulletList):
            items = "".join(f"<li>{self._spans(self.resolved.spans(item))}</li>" for item in block.items)
            return f"<ul>{items}</ul>"
        if isinstance(block, Note):
            return f'<p class="note" role="note">{self._spans(self.resolved.spans(block.runs))}</p>'
        if isinstance(block, PageBreak):
            return '<div class="page-break"></div>'
        if isinstance(block, Table):
            return self._table(block, f"{self.captions[block.id]}　{block.caption}", table_notes(self.resolved, block))
        return self._chart(block)

    def _spans(self, spans: Iterable[Span], marks: bool = True) -> str:
        return "".join(self._span(span, marks) for span in spans)

    def _span(self, span: Span, marks: bool) -> str:
        words = escape(span.text)
        if span.kind is SpanKind.TEXT:
            return words
        if span.kind is SpanKind.STRONG:
            return f"<strong>{words}</strong>"
        figure = span.figure
        if figure is None or not figure.value.trace_code:
            return f'<span class="gap">{words}</span>'
        url = escape(self.options.trace_url(figure.value.trace_code))
        kind = "figure" if span.kind is SpanKind.FIGURE else f"figure {span.kind.value}"
        link = f'<a class="{kind}" href="{url}" title="{escape(_title(figure))}">{words}</a>'
        if marks and self.options.trace_marks and self.options.trace_table:
            link += (
                f'<sup><a href="#trace-{figure.number}" aria-label="数据追溯 {figure.number}">{figure.mark}</a></sup>'
            )
        return link

    def _table(self, table: Table, caption: str, notes: list[str]) -> str:
        head = "".join(f'<th scope="col">{escape(heading_with_unit(column))}</th>' for column in table.columns)
        rows = []
        for row in table.rows:
            cells = []
            for position, (column, runs) in enumerate(zip(table.columns, row, strict=True)):
                tag, scope = ("th", ' scope="row"') if position == 0 else ("td", "")
                words = self._spans(cell_spans(self.resolved, runs, column.unit), marks=False)
                cells.append(f'<{tag}{scope} class="{column.align.value}">{words}</{tag}>')
            rows.append(f"<tr>{''.join(cells)}</tr>")
        below = "".join(f'<p class="table-note">{escape(note)}</p>' for note in notes)
        return (
            f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">'
            f"<table><caption>{escape(caption)}</caption>"
            f"<thead><tr>{head}</tr></thead>\n<tbody>{chr(10).join(rows)}</tbody></table></div>{below}"
        )

    def _chart(self, chart: Chart) -> str:
        self.fonts = self.fonts or find_fonts()
        svg = chart_svg(chart, self.resolved, self.fonts).decode()
        # The prologue may not stand inside HTML; ids of two charts must not meet.
        drawing = re.sub(r'(id="|url\(#|href="#)', lambda match: f"{match[1]}{chart.id}-", svg[svg.index("<svg") :])
        words = escape(chart_words(self.resolved, chart))
        drawing = drawing.replace("<svg", f'<svg role="img" aria-label="{words}"', 1)
        caption = f"{self.captions[chart.id]}　{chart.caption}"
        source = f'<p class="table-note">来源：{escape(chart.source_note)}</p>' if chart.source_note else ""
        twin = self._table(chart_twin(chart), chart.caption, [])
        return (
            f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption>{source}"
            f"<details><summary>查看数据表</summary>{twin}</details></figure>"
        )

    def _trace(self) -> str:
        rows = []
        for row in trace_rows(self.resolved):
            url = escape(self.options.trace_url(row.code))
            cells = [f"<td>{escape(cell)}</td>" for cell in row.cells()]
            cells[0] = f'<th scope="row" id="trace-{row.number}">{row.number}</th>'
            cells[2] = f'<td><a href="{url}">{escape(row.code)}</a></td>'
            rows.append(f"<tr>{''.join(cells)}</tr>")
        head = "".join(f'<th scope="col">{name}</th>' for name in TRACE_COLUMNS)
        return (
            f'<section class="trace"><h2>{TRACE_HEADING}</h2>'
            f'<div class="wide" tabindex="0" role="region" aria-label="{TRACE_HEADING}">'
            f"<table><thead><tr>{head}</tr></thead>\n<tbody>{chr(10).join(rows)}</tbody></table></div></section>"
        )


def _title(figure: ResolvedFigure) -> str:
    value = figure.value
    parts = [
        value.name,
        value.basis,
        f"追溯码 {value.trace_code}",
        value.snapshot and f"快照 {value.snapshot}",
        value.reason,
    ]
    return "；".join(part for part in parts if part)
