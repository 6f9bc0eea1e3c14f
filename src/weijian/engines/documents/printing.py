"""What the three writers must agree on: the words of a cell, the notes of a table, the trace table, the twin of a chart."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from weijian.definitions.documents import Align, Chart, Column, Document, FigureRef, Gap, Inlines, Table, Text
from weijian.engines.documents.figures import FigureState
from weijian.engines.documents.resolve import ResolvedDocument, Span, SpanKind

TRACE_HEADING = "数据追溯"
TRACE_COLUMNS = ("序号", "文中数字", "追溯码", "指标、口径与期间", "分子", "分母", "数据快照")


@dataclass(frozen=True)
class PrintOptions:
    """How evidence is shown.

    Attributes
    ----------
    trace_base
        Address of the installation, without a slash at the end (``http://weijian.example``); empty for relative links in
        HTML and for none in docx and PDF.
    trace_marks
        Whether a small number stands behind each figure.
    trace_table
        Whether the table 数据追溯 stands at the end.
    """

    trace_base: str = ""
    trace_marks: bool = True
    trace_table: bool = True

    def trace_url(self, code: str) -> str:
        """Where a figure opens."""
        return f"{self.trace_base}/t/{code}"


@dataclass(frozen=True)
class TraceRow:
    """One line of the trace table."""

    number: int
    text: str
    code: str
    definition: str
    numerator: str
    denominator: str
    snapshot: str

    def cells(self) -> tuple[str, ...]:
        """The cells under :data:`TRACE_COLUMNS`."""
        return (str(self.number), self.text, self.code, self.definition, self.numerator, self.denominator, self.snapshot)


def trace_rows(resolved: ResolvedDocument) -> list[TraceRow]:
    """The evidence of every figure, by number. The numerator of a suppressed figure is not shown."""
    rows = []
    for figure in resolved.traced():
        value = figure.value
        shown = value.state is not FigureState.SUPPRESSED
        short = f"定义 {value.definition_fingerprint[:12]}" if value.definition_fingerprint else ""
        definition = "；".join(part for part in (value.name, value.basis, str(figure.key), short) if part)
        rows.append(
            TraceRow(
                figure.number, figure.text, value.trace_code, definition, _count(value.numerator) if shown else "*",
                _count(value.denominator), value.snapshot,
            )
        )  # fmt: skip
    return rows


def _count(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.normalize():,f}"


def cell_spans(resolved: ResolvedDocument, runs: Inlines, unit: str) -> list[Span]:
    """The words of a table cell; a figure under a column with a unit prints bare."""
    spans = resolved.spans(runs)
    if unit and len(spans) == 1 and spans[0].kind is SpanKind.FIGURE:
        return [replace(spans[0], text=spans[0].text.removesuffix(unit))]
    return spans


def heading_with_unit(column: Column) -> str:
    """总诊疗（万人次）."""
    return f"{column.heading}（{column.unit}）" if column.unit else column.heading


def table_notes(resolved: ResolvedDocument, table: Table) -> list[str]:
    """What stands under a table: source, and the small-number rule where a cell is suppressed."""
    figures = [run for row in table.rows for cell in row for run in cell if isinstance(run, FigureRef | Gap)]
    suppressed = any(resolved.figures[run].value.state is FigureState.SUPPRESSED for run in figures)
    rule = table.suppression_note or "* 按小数抑制规则不予列出。"
    return [note for note in (table.source_note and f"来源：{table.source_note}", suppressed and f"注：{rule}") if note]


def chart_twin(chart: Chart) -> Table:
    """The values of a chart as a table, for readers who cannot see it."""
    columns = [Column("", Align.LEFT), *(Column(series.name, Align.RIGHT, chart.unit) for series in chart.series)]
    if chart.target is not None:
        columns.append(Column("目标", Align.RIGHT, chart.unit))
    rows: list[tuple[Inlines, ...]] = []
    for position, category in enumerate(chart.categories):
        cells: list[Inlines] = [(Text(category),), *((series.points[position],) for series in chart.series)]
        rows.append((*cells, (chart.target,)) if chart.target is not None else tuple(cells))
    return Table(chart.id, chart.caption, tuple(columns), tuple(rows))


def chart_words(resolved: ResolvedDocument, chart: Chart) -> str:
    """The chart as a sentence, for its alternative text."""
    parts = [
        f"{series.name}：" + "，".join(
            f"{category}{resolved.figures[point].text}" for category, point in zip(chart.categories, series.points, strict=True)
        )
        for series in chart.series
    ]  # fmt: skip
    if chart.target is not None:
        parts.append(f"目标：{resolved.figures[chart.target].text}")
    return f"{chart.caption}。" + "；".join(parts) + "。"


def column_shares(resolved: ResolvedDocument, table: Table) -> list[float]:
    """The share of the width that each column needs for its longest words; none below 6 %."""
    headings = [heading_with_unit(column) for column in table.columns]
    cells = [[resolved.plain(cell) for cell in row] for row in table.rows]
    return shares_of([headings, *cells])


def shares_of(rows: Sequence[Sequence[str]]) -> list[float]:
    """Shares of the width for the columns of plain rows; a Chinese character is as wide as two letters."""
    needed = [max(4, *(min(40, sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in cell)) for cell in column)) for column in zip(*rows, strict=True)]
    total = sum(needed)
    raised = [max(0.06, width / total) for width in needed]
    return [width / sum(raised) for width in raised]


def chinese_date(day: datetime.date) -> str:
    """2018年4月3日: no zeros before month and day (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def recipients_line(document: Document) -> str:
    """主送机关 with the full-width colon at the end."""
    return "、".join(document.recipients) + "：" if document.recipients else ""
