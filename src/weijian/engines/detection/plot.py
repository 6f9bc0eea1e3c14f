"""A series with its bound, alarms and marked outbreaks as a figure (SVG or PNG), drawn without a display."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from weijian.engines.detection.result import Detection

_CHINESE_FONTS = (
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "SimHei",
    "Microsoft YaHei",
    "DejaVu Sans",
)


def plot_detection(
    found: Detection, series: int, path: Path | str, *, language: str = "zh", logarithmic: bool = False
) -> Path:
    """Draw one series of a detection; the suffix of ``path`` decides the format. Returns the path.

    Bars: counts; line: upper bound; triangles: alarms; shaded: marked outbreaks. ``logarithmic`` shows series that
    grow a hundredfold (linear below 10).
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    words = _WORDS["zh" if language == "zh" else "en"]
    batch, figure = found.batch, Figure(figsize=(9, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    x = _positions(found)
    counts = batch.observed[series]
    width = 0.9 * float(np.diff(x).min()) if x.size > 1 else 0.9
    axes.bar(x, counts, width=width, color="#9db4c8", label=words["observed"])
    for begin, end in _spells(batch.state[series]):
        axes.axvspan(x[begin] - width / 2, x[end] + width / 2, color="#f2d7a0", alpha=0.6, lw=0)
    at = x[found.times]
    axes.step(at, found.upperbound[series], where="mid", color="#b5482f", lw=1.2, label=words["bound"])
    fired = np.flatnonzero(found.alarm[series])
    if fired.size:
        axes.plot(at[fired], counts[found.times[fired]], "v", color="#b5482f", ms=5, label=words["alarm"])
    if batch.dates is not None:
        axes.xaxis_date()
    axes.set_xlim(x[0] - width, x[-1] + width)
    if logarithmic:
        axes.set_yscale("symlog", linthresh=10)
        axes.yaxis.set_major_formatter("{x:g}")
    axes.set_ylim(bottom=0, top=(4 if logarithmic else 1.15) * _top(found, series))
    axes.set_ylabel(words["cases"])
    axes.set_title(f"{batch.names[series]} · {found.algorithm}", fontsize=10, loc="left")
    axes.legend(loc="upper left", fontsize=8, frameon=False, ncols=3)
    set_fonts(figure)
    target = Path(path)
    figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)
    return target


_WORDS = {
    "zh": {"observed": "报告数", "bound": "界值", "alarm": "预警", "cases": "病例数"},
    "en": {"observed": "observed", "bound": "upper bound", "alarm": "alarm", "cases": "cases"},
}


def _positions(found: Detection) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    batch = found.batch
    return np.asarray(batch.t if batch.dates is None else batch.dates, dtype=np.float64)


def _top(found: Detection, series: int) -> float:
    """Height of the figure: counts decide; a bound far above them is cut."""
    largest = float(np.nanmax(np.append(found.batch.observed[series], 1.0)))
    bound = found.upperbound[series]
    known = bound[np.isfinite(bound)]
    return max(largest, min(float(known.max(initial=0.0)), 2 * largest))


def _spells(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """First and last index of each run of true."""
    padded = np.r_[False, flags, False].astype(int)
    edges = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def set_fonts(figure: object) -> None:
    """Use an installed font that has Chinese characters for every text of the figure."""
    from matplotlib import font_manager
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    assert isinstance(figure, Figure)
    installed = {font.name for font in font_manager.fontManager.ttflist}
    family = [name for name in _CHINESE_FONTS if name in installed] or ["sans-serif"]
    for text in figure.findobj(Text):
        text.set_fontfamily(family)
