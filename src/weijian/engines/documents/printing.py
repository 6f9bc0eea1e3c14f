"""What the three writers must agree on: the words of a cell, the notes of a table, the trace table, chart twins."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from weijian.definitions.documents import (
    Align,
    Chart,
    Column,
    Document,
    FigureRef,
    FigureScope,
    Gap,
    Inlines,
    Table,
    Text,
)
from weijian.engines.documents import layout
from weijian.engines.documents.figures import Change, FigureState
from weijian.engines.documents.resolve import ResolvedDocument, ResolvedFigure, Span, SpanKind

# What a line break may not part: a stretch of Latin letters and digits, or one Chinese character.
_WORDS = re.compile(r"[!-~]+|[^!-~\s]")
_BREAK = re.compile(r"([._])")
_CHANGE_WORDS = {
    Change.YEAR_RATE: "同比变化率",
    Change.YEAR_DIFFERENCE: "同比增减",
    Change.PERIOD_RATE: "环比变化率",
    Change.PERIOD_DIFFERENCE: "环比增减",
}
PRELIMINARY_NOTE = "初步数：应报数据尚未全部签核"
TRACE_HEADING = "数据追溯"
TRACE_COLUMNS = ("序号", "文中数字", "追溯码", "指标、口径与期间", "分子", "分母", "数据快照")
#: On paper numerator and denominator share a column, so that the definition has room.
PAPER_TRACE_COLUMNS = ("序号", "文中数字", "追溯码", "指标、口径与期间", "分子 / 分母", "快照")


@dataclass(frozen=True)
class PrintOptions:
    """How evidence is shown.

    Attributes
    ----------
    trace_base
        Address of the installation, without a slash at the end (``http://weijian.example``); empty for relative
        links in HTML and for none in docx and PDF.
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
        return (
            str(self.number),
            self.text,
            self.code,
            self.definition,
            self.numerator,
            self.denominator,
            self.snapshot,
        )

    def paper_cells(self) -> tuple[str, ...]:
        """The cells under :data:`PAPER_TRACE_COLUMNS`."""
        parts = self.numerator if self.denominator == "—" else f"{self.numerator} / {self.denominator}"
        return (str(self.number), self.text, self.code, self.definition, parts, self.snapshot)


def trace_rows(resolved: ResolvedDocument) -> list[TraceRow]:
    """The evidence of every figure, by number. The numerator of a suppressed figure is not shown."""
    rows = []
    for figure in resolved.traced():
        value = figure.value
        shown = value.state is not FigureState.SUPPRESSED
        rows.append(
            TraceRow(
                figure.number,
                figure.text,
                value.trace_code,
                _definition_words(figure, resolved.document.scope),
                _count(value.numerator) if shown else "*",
                _count(value.denominator),
                value.snapshot,
            )
        )
    return rows


def _definition_words(figure: ResolvedFigure, document: FigureScope) -> str:
    """Name, basis and measure; of the scope what differs from the document's own, which stands in its title."""
    value, key = figure.value, figure.key
    parts = [value.name, value.basis]
    if key is not None:
        scope = key.scope
        parts += [
            _BREAK.sub("\\1\u200b", key.measure),  # a long id may break after a point or a stroke
            scope.period,
            f"地区 {scope.area}" if scope.area and scope.area != document.area else "",
            f"机构 {scope.organisation}" if scope.organisation else "",
        ]
        parts += [f"{name} {given}" for name, given in scope.dimensions] + [_CHANGE_WORDS.get(key.change, "")]
    parts.append(value.definition_fingerprint and f"定义 {value.definition_fingerprint[:12]}")
    parts.append(PRELIMINARY_NOTE if value.preliminary else "")
    return "；".join(part for part in parts if part)


def _count(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.normalize():,f}"


def cell_spans(resolved: ResolvedDocument, runs: Inlines, unit: str) -> list[Span]:
    """The words of a table cell; a figure under a column with a unit prints bare."""
    spans = resolved.spans(runs)
    if unit and len(spans) == 1 and spans[0].kind is SpanKind.FIGURE:
        return [replace(spans[0], text=spans[0].text.removesuffix(unit))]
    return spans


def cell_text(resolved: ResolvedDocument, runs: Inlines, unit: str) -> str:
    """The words of a table cell as one text."""
    return "".join(span.text for span in cell_spans(resolved, runs, unit))


def heading_with_unit(column: Column) -> str:
    """总诊疗（万人次）."""
    return f"{column.heading}（{column.unit}）" if column.unit else column.heading


def table_notes(resolved: ResolvedDocument, table: Table) -> list[str]:
    """What stands under a table: source, and the small-number rule where a cell is suppressed."""
    figures = [run for row in table.rows for cell in row for run in cell if isinstance(run, FigureRef | Gap)]
    suppressed = any(resolved.figures[run].value.state is FigureState.SUPPRESSED for run in figures)
    preliminary = any(resolved.figures[run].value.preliminary for run in figures)
    rule = table.suppression_note or "* 按小数抑制规则不予列出。"
    notes = (
        table.source_note and f"来源：{table.source_note}",
        suppressed and f"注：{rule}",
        preliminary and f"注：表中含{PRELIMINARY_NOTE}。",
    )
    return [note for note in notes if note]


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
        f"{series.name}："
        + "，".join(
            f"{category}{resolved.figures[point].text}"
            for category, point in zip(chart.categories, series.points, strict=True)
        )
        for series in chart.series
    ]
    if chart.target is not None:
        parts.append(f"目标：{resolved.figures[chart.target].text}")
    return f"{chart.caption}。" + "；".join(parts) + "。"


def column_shares(resolved: ResolvedDocument, table: Table) -> list[float]:
    """The share of the width that each column of a table needs."""
    headings = [heading_with_unit(column) for column in table.columns]
    cells = [
        [cell_text(resolved, runs, column.unit) for runs, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    return shares_of([headings, *cells], layout.TABLE_POINTS)


def shares_of(rows: Sequence[Sequence[str]], points: float) -> list[float]:
    """Shares of the type area for the columns of plain rows set in ``points``.

    Widths count in halves of a Chinese character. A column first gets what its longest unbreakable word and half of its
    heading (the first row) need, then the columns share what is left by the length of their texts.
    """
    room = layout.CHARACTERS * layout.CHARACTER_PITCH_POINTS / (points / 2)
    columns = list(zip(*rows, strict=True))
    least = [3 + max(_width(word) for cell in column for word in _WORDS.findall(cell) or [""]) for column in columns]
    least = [max(width, 3 + _width(cell[0]) / 2) for width, cell in zip(least, columns, strict=True)]
    wanted = [3 + max(min(60, _width(cell)) for cell in column) for column in columns]
    more = [want - width for want, width in zip(wanted, least, strict=True)]
    spare = max(0.0, room - sum(least))
    factor = min(1.0, spare / sum(more)) if sum(more) else 0.0
    widths = [width + extra * factor for width, extra in zip(least, more, strict=True)]
    return [width / sum(widths) for width in widths]


def _width(text: str) -> float:
    """In halves of a Chinese character; Latin capitals are wider than a half."""
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1.5 if character.isupper() else 1
        for character in text
    )


def chinese_date(day: datetime.date) -> str:
    """2018年4月3日: no zeros before month and day (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def recipients_line(document: Document) -> str:
    """主送机关 with the full-width colon at the end."""
    return "、".join(document.recipients) + "：" if document.recipients else ""
