"""The comparison as a figure: sensitivity against false alarms, delay as colour, the recommended setting ringed."""

from __future__ import annotations

from pathlib import Path

from weijian.engines.detection.backtest.replay import Comparison


def plot_comparison(comparison: Comparison, path: Path | str, *, language: str = "zh") -> Path:
    """Draw every setting as a numbered point with a key; the suffix of ``path`` decides the format."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from weijian.engines.detection.plot import set_fonts

    chinese = language == "zh"
    figure = Figure(figsize=(9, 4.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    rows = comparison.rows
    x = [row.scores.false_episodes_per_year for row in rows]
    y = [row.scores.sensitivity for row in rows]
    late = [0.0 if row.scores.timeliness != row.scores.timeliness else row.scores.timeliness for row in rows]
    points = axes.scatter(x, y, c=late, cmap="viridis_r", s=70, zorder=3)
    for number, (a, b) in enumerate(zip(x, y, strict=True), start=1):
        axes.annotate(str(number), (a, b), textcoords="offset points", xytext=(6, 4), fontsize=8)
    best = comparison.recommended
    if best is not None:
        at = rows.index(best)
        axes.scatter([x[at]], [y[at]], s=190, facecolors="none", edgecolors="#b5482f", lw=1.6, zorder=4)
    axes.set_xlabel("每序列每年误报段数" if chinese else "false alarm runs per series-year")
    axes.set_ylabel("暴发检出率" if chinese else "share of outbreaks found")
    axes.set_ylim(-0.03, 1.05)
    axes.set_xlim(left=0)
    axes.grid(alpha=0.25)
    figure.colorbar(points, ax=axes, label="平均延迟（期）" if chinese else "mean delay (times)")
    key = "\n".join(f"{number}  {row.label}" for number, row in enumerate(rows, start=1))
    figure.text(1.01, 0.97, key, va="top", fontsize=8)
    set_fonts(figure)
    target = Path(path)
    figure.savefig(target, bbox_inches="tight", metadata={"Date": None} if target.suffix == ".svg" else None)
    return target
