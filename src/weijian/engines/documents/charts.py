"""One drawing of a chart for all writers: plain, readable in black and white, last year grey, the target dashed."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ticker import FuncFormatter, MaxNLocator

from weijian.definitions.documents import Chart, ChartKind, FigureRef, Gap
from weijian.engines.documents.figures import FigureState
from weijian.engines.documents.fonts import FontSet
from weijian.engines.documents.resolve import SUPPRESSED_MARK, ResolvedDocument
from weijian.engines.documents.styles import Style, style_for

_INKS = ("#1f3a5f", "#7a94b0", "#404040", "#a0a0a0")  # dark to light: they differ in grey too
_HATCHES = ("", "//", "..", "xx")
_MARKERS = ("o", "s", "^", "D")
_MUTED = "#c4c4c4"
_WIDTH, _HEIGHT = 6.1, 3.0  # inches; 156 mm is the type area of GB/T 9704
_MOST_LABELS = 14  # labels on more points than this would touch each other
_drawing = threading.Lock()  # matplotlib keeps its settings in one global


def chart_svg(chart: Chart, resolved: ResolvedDocument, fonts: FontSet) -> bytes:
    """The chart as SVG; text is drawn as outlines, so that it looks the same where no Chinese font is."""
    with _drawing, matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": chart.id}):
        stream = io.BytesIO()
        FigureCanvasSVG(_draw(chart, resolved, fonts)).print_svg(stream, metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def chart_png(chart: Chart, resolved: ResolvedDocument, fonts: FontSet, dpi: int = 200) -> bytes:
    """The chart as PNG."""
    with _drawing:
        stream = io.BytesIO()
        figure = _draw(chart, resolved, fonts)
        figure.set_dpi(dpi)
        FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
    return stream.getvalue()


def _draw(chart: Chart, resolved: ResolvedDocument, fonts: FontSet) -> Figure:
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    axes = figure.subplots()
    font = _font(fonts)
    style = style_for(chart.unit, "")
    for position in range(len(chart.series)):
        _draw_series(axes, chart, position, resolved, style, font)
    if chart.target is not None and (target := plotted(chart.target, resolved, style)) is not None:
        axes.axhline(
            target,
            color="black",
            linewidth=1,
            linestyle=(0, (5, 3)),
            label=f"目标 {resolved.figures[chart.target].text}",
        )
    axes.set_xticks(range(len(chart.categories)), [_plain(name) for name in chart.categories], fontproperties=font)
    if max(map(len, chart.categories)) * len(chart.categories) > 60:
        for label in axes.get_xticklabels():
            label.set_rotation(35)
            label.set_horizontalalignment("right")
    axes.set_xlim(-0.6, len(chart.categories) - 0.4)
    drawn = [plotted(point, resolved, style) for series in chart.series for point in series.points]
    if all(value is None or value.is_integer() for value in drawn):
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))  # there is no half a case
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    for label in axes.get_yticklabels():
        label.set_fontproperties(font)
    if chart.unit:
        axes.set_title(f"单位：{_plain(chart.unit)}", loc="left", fontproperties=font)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    low, high = axes.get_ylim()
    if chart.kind is ChartKind.BAR:
        axes.set_ylim(bottom=min(0, low))
    elif 0 < low < high / 2:  # a rate that moves between 80 and 90 % keeps its own range
        axes.set_ylim(bottom=0)
    if len(chart.series) > 1 or chart.target is not None:
        axes.legend(prop=font, frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=4, borderaxespad=0.2)
    return figure


def _font(fonts: FontSet) -> FontProperties:
    """The sans face, and DejaVu (which matplotlib brings) for the few signs that it lacks (CD4⁺)."""
    path = str(fonts.sans.path)
    if all(entry.fname != path for entry in fontManager.ttflist):
        fontManager.addfont(path)
    family = next(entry.name for entry in fontManager.ttflist if entry.fname == path)
    return FontProperties(family=[family, "DejaVu Sans"], size=9)


def _draw_series(
    axes: Any, chart: Chart, position: int, resolved: ResolvedDocument, style: Style, font: FontProperties
) -> None:
    series = chart.series[position]
    values = [plotted(point, resolved, style) for point in series.points]
    heights = [float("nan") if value is None else value for value in values]
    shade = sum(not earlier.muted for earlier in chart.series[:position])
    ink = _MUTED if series.muted else _INKS[shade % len(_INKS)]
    places = [float(place) for place in range(len(values))]
    if chart.kind is ChartKind.BAR:
        width = 0.75 / len(chart.series)
        places = [place + (position - (len(chart.series) - 1) / 2) * width for place in places]
        hatch = "" if series.muted else _HATCHES[shade % len(_HATCHES)]
        axes.bar(
            places,
            heights,
            width * 0.92,
            color=ink,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.4,
            label=_plain(series.name),
        )
    else:
        marker = None if series.muted else _MARKERS[shade % len(_MARKERS)]
        axes.plot(places, heights, color=ink, linewidth=1.6, marker=marker, markersize=4, label=_plain(series.name))
    few = not series.muted and len(values) * sum(not each.muted for each in chart.series) <= _MOST_LABELS
    for place, value, point in zip(places, values, series.points, strict=True):
        figure = resolved.figures[point]
        label = {"textcoords": "offset points", "ha": "center", "fontproperties": font, "size": 8}
        if value is None:
            mark = SUPPRESSED_MARK if figure.value.state is FigureState.SUPPRESSED else "缺"
            axes.annotate(mark, (place, 0), (0, 3), xycoords=axes.get_xaxis_transform(), **label)
        elif few:
            axes.annotate(point_label(point, resolved, style), (place, value), (0, 3), **label)


def plotted(point: FigureRef | Gap, resolved: ResolvedDocument, style: Style) -> float | None:
    """The height of a point in the chart's unit; None for a gap or a suppressed figure, which leave an empty place."""
    value = resolved.figures[point].value
    return None if value.value is None else float(style.scaled(value.value, value.unit))


def point_label(point: FigureRef | Gap, resolved: ResolvedDocument, style: Style) -> str:
    """The bare number beside a point, in the scale of the axis also where a sentence would write it out."""
    value = resolved.figures[point].value
    own = style_for(point.style, value.unit) if isinstance(point, FigureRef) else style
    return "" if value.value is None else replace(own, scale=style.scale).number(value.value, value.unit)


def _plain(text: str) -> str:
    """Text that matplotlib does not take for a formula."""
    return text.replace("$", r"\$")
