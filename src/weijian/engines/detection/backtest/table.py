"""The comparison as a table for people."""

from __future__ import annotations

from weijian.engines.detection.backtest.replay import Comparison

_HEAD = {
    "zh": ("方法与参数", "暴发", "检出", "灵敏度", "特异度", "阳性预测值", "及时性(期)", "误报/年", "未判定", "损失"),
    "en": (
        "method",
        "outbreaks",
        "found",
        "sensitivity",
        "specificity",
        "PPV",
        "delay",
        "false/year",
        "undecided",
        "loss",
    ),
}


def comparison_table(comparison: Comparison, language: str = "zh") -> str:
    """Fixed-width text, one row per setting, the recommended one marked; false alarms are runs per series-year."""
    head = _HEAD["zh" if language == "zh" else "en"]
    best = comparison.recommended
    rows = [head]
    for row in comparison.rows:
        s = row.scores
        rows.append(
            (
                ("* " if row is best else "") + row.label,
                str(s.outbreaks),
                str(s.found),
                _text(s.sensitivity, 3),
                _text(s.specificity, 4),
                _text(s.ppv, 3),
                _text(s.timeliness, 2),
                _text(s.false_episodes_per_year, 2),
                _text(s.undecided, 3),
                _text(row.loss, 2),
            )
        )
    widths = [max(_width(r[i]) for r in rows) for i in range(len(head))]
    lines = [
        "  ".join(_pad(cell, width, i == 0) for i, (cell, width) in enumerate(zip(r, widths, strict=True)))
        for r in rows
    ]
    cost = comparison.loss
    words = (
        f"损失 = {cost.missed:g}×漏检率 + {cost.delay:g}×检出率×平均延迟 + {cost.false:g}×每序列年误报段数；* 为推荐"
        if language == "zh"
        else f"loss = {cost.missed:g} x missed share + {cost.delay:g} x found share x mean delay + "
        f"{cost.false:g} x false runs per series-year; * recommended"
    )
    return "\n".join([*lines, words])


def _text(value: float, digits: int) -> str:
    return "—" if value != value else f"{value:.{digits}f}"


def _width(text: str) -> int:
    return sum(2 if ord(ch) > 0x2E80 else 1 for ch in text)


def _pad(text: str, width: int, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
