"""Charts draw what the figures say, the same each time, and leave a gap empty."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.engines.documents.example import BARS, LINES
from weijian.definitions.documents import Chart, Gap, Series
from weijian.engines.documents.charts import chart_png, chart_svg, plotted, point_label
from weijian.engines.documents.fonts import FontSet
from weijian.engines.documents.printing import chart_twin
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.engines.documents.styles import style_for


@pytest.mark.parametrize("chart", [BARS, LINES], ids=["bar", "line"])
def test_drawn_twice_the_same(chart: Chart, report: ResolvedDocument, fonts: FontSet) -> None:
    drawing = chart_svg(chart, report, fonts)
    assert drawing == chart_svg(chart, report, fonts)
    assert ElementTree.fromstring(drawing).tag.endswith("svg") and b"<text" not in drawing
    assert chart_png(chart, report, fonts).startswith(b"\x89PNG")


def test_heights_are_in_the_unit_of_the_chart(report: ResolvedDocument) -> None:
    style = style_for(BARS.unit, "")
    height = plotted(BARS.series[1].points[0], report, style)
    assert height is not None and round(height, 1) == 102.7
    assert plotted(LINES.series[0].points[-1], report, style_for("%", "")) is None
    assert isinstance(LINES.series[0].points[-1], Gap)


def test_labels_keep_the_scale_of_the_axis(report: ResolvedDocument) -> None:
    """Below one 万 a sentence writes 413人; beside 1.1 on an axis in 万人 a label of 413 would mislead."""
    point = BARS.series[1].points[0]
    value = report.figures[point].value
    assert point_label(point, report, style_for(BARS.unit, "")) == "102.7"
    small = replace(report.figures[point], value=replace(value, value=Decimal(8808)), text="8808人次")
    less = replace(report, figures=dict(report.figures) | {point: small})
    assert point_label(point, less, style_for(BARS.unit, "")) == "0.9"


def test_twin_holds_every_point(report: ResolvedDocument) -> None:
    twin = chart_twin(LINES)
    assert [column.heading for column in twin.columns] == ["", "签约率", "目标"]
    assert len(twin.rows) == len(LINES.categories)
    assert report.plain(twin.rows[4][1]) == "【缺数：南村镇未报】"


def test_chart_without_any_value_is_drawn(report: ResolvedDocument, fonts: FontSet) -> None:
    point = LINES.series[0].points[-1]
    empty = Chart("empty", BARS.kind, "无", "人", ("南村",), (Series("甲", (point,)), Series("$乙_1$", (point,))))
    assert chart_png(empty, report, fonts).startswith(b"\x89PNG")
