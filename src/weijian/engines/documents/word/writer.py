"""A resolved document as docx."""

from __future__ import annotations

import datetime
import io
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm

from weijian.definitions.documents import Block, BulletList, Chart, Inlines, Note, PageBreak, Paragraph, Table
from weijian.engines.documents import layout
from weijian.engines.documents.charts import chart_png
from weijian.engines.documents.fonts import FontSet, find_fonts
from weijian.engines.documents.numbering import caption_numbers, numbered_sections
from weijian.engines.documents.printing import (
    TRACE_HEADING,
    PrintOptions,
    chart_words,
    chinese_date,
    recipients_line,
    table_notes,
)
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.engines.documents.word.faces import indent_characters, set_element, set_face
from weijian.engines.documents.word.page import NOTE, TABLE_NOTE, official_page
from weijian.engines.documents.word.runs import add_spans
from weijian.engines.documents.word.tables import add_table, add_trace_table

_LONGEST_PROPERTY = 255  # the file format's limit


def write_docx(resolved: ResolvedDocument, options: PrintOptions | None = None, fonts: FontSet | None = None) -> bytes:
    """The document as docx. Raises ``document.no_fonts`` where a chart finds no font to draw with."""
    return _Writer(resolved, options or PrintOptions(), fonts).write()


class _Writer:
    def __init__(self, resolved: ResolvedDocument, options: PrintOptions, fonts: FontSet | None) -> None:
        self.resolved = resolved
        self.options = options
        self.fonts = fonts
        self.captions = caption_numbers(resolved.document)
        self.page = official_page()
        # python-docx searches all styles for a name, at every paragraph.
        self.style_ids = {style.name: style.style_id for style in self.page.styles}

    def write(self) -> bytes:
        document = self.resolved.document
        self._properties()
        self._head()
        for block in document.opening:
            self._block(block)
        for number, section in numbered_sections(document):
            self._plain(number + section.heading, f"Heading {section.level}")
            for block in section.blocks:
                self._block(block)
        self._signature()
        if self.options.trace_table and self.resolved.traced():
            self.page.add_page_break()
            self._plain(TRACE_HEADING, "Caption")
            add_trace_table(self.page, self.resolved)
        stream = io.BytesIO()
        self.page.save(stream)
        return stream.getvalue()

    def _properties(self) -> None:
        document, properties = self.resolved.document, self.page.core_properties
        properties.title, properties.author = document.title[:_LONGEST_PROPERTY], document.issuer[:_LONGEST_PROPERTY]
        properties.comments, properties.keywords, properties.language = "", document.number[:_LONGEST_PROPERTY], "zh-CN"
        day = document.date or datetime.date(2000, 1, 1)  # the template's own date would be a wrong one
        properties.created = properties.modified = datetime.datetime(day.year, day.month, day.day)

    def _head(self) -> None:
        document = self.resolved.document
        if document.number:
            issuer = self._plain("", "Subtitle")
            issuer.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
            issuer.paragraph_format.space_before = Mm(20)
            points = max(layout.BODY_POINTS, min(layout.HEAD_POINTS, 430 / max(1, len(document.issuer))))
            set_face(issuer.add_run(document.issuer), layout.XIAOBIAOSONG, points, colour=layout.HEAD_RED)
            self._plain("", "Subtitle")
            number = self._plain("", "Subtitle")
            set_face(number.add_run(document.number), layout.FANGSONG, layout.BODY_POINTS)
            borders = set_element(number._p.get_or_add_pPr(), "w:pBdr")
            set_element(borders, "w:bottom", val="single", sz="18", space="11", color=layout.HEAD_RED)
            self._plain("", "Subtitle")
        self._plain(document.title, "Title")
        if document.subtitle:
            self._plain(document.subtitle, "Subtitle")
        self._plain("", "Subtitle")
        if line := recipients_line(document):
            indent_characters(self.page.add_paragraph(line)._p.get_or_add_pPr(), firstLineChars=0)

    def _signature(self) -> None:
        document = self.resolved.document
        lines = [(document.issuer, 200)] + ([(chinese_date(document.date), 400)] if document.date else [])
        if not document.issuer:
            return
        self._plain("", "Normal").paragraph_format.keep_with_next = True
        for text, right in lines:
            paragraph = self.page.add_paragraph(text)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.keep_with_next = right == 200
            indent_characters(paragraph._p.get_or_add_pPr(), firstLineChars=0, rightChars=right)

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self._spans(block.runs, "Normal")
        elif isinstance(block, BulletList):
            for item in block.items:
                self._spans(item, "List Bullet")
        elif isinstance(block, Note):
            self._spans(block.runs, NOTE)
        elif isinstance(block, PageBreak):
            self.page.add_page_break()
        elif isinstance(block, Table):
            self._plain(f"{self.captions[block.id]}　{block.caption}", "Caption")
            add_table(self.page, block, self.resolved, self.options)
            self._notes(table_notes(self.resolved, block))
        else:
            self._chart(block)

    def _chart(self, chart: Chart) -> None:
        self.fonts = self.fonts or find_fonts()
        picture = self._plain("", "Caption")
        picture.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE  # an exact line would cut the picture
        shape = picture.add_run().add_picture(io.BytesIO(chart_png(chart, self.resolved, self.fonts)), width=Mm(150))
        shape._inline.docPr.set("descr", chart_words(self.resolved, chart))
        self._plain(f"{self.captions[chart.id]}　{chart.caption}", "Caption").paragraph_format.keep_with_next = False
        self._notes([f"来源：{chart.source_note}"] if chart.source_note else [])

    def _spans(self, runs: Inlines, style: str) -> Any:
        paragraph = self._plain("", style)
        add_spans(paragraph, self.resolved.spans(runs), self.options)
        return paragraph

    def _notes(self, notes: list[str]) -> None:
        for note in notes:
            self._plain(note, TABLE_NOTE)

    def _plain(self, text: str, style: str) -> Any:
        paragraph = self.page.add_paragraph(text)
        if style != "Normal":
            paragraph._p.style = self.style_ids[style]
        return paragraph
