"""Each alarm as data and as one plain sentence in Chinese and English, with what the decision rested on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from weijian.engines.detection.reasons import Reason, reason_code, reason_text
from weijian.engines.detection.registry import ALGORITHMS
from weijian.engines.detection.result import Detection

_LEFT_OUT = {
    "outbreak": ("已标记暴发", "marked outbreak"),
    "missing": ("缺报", "not reported"),
    "recent": ("最近期，可能已受本次影响", "too recent"),
}
_UNIT = {52: ("周", "week"), 12: ("月", "month"), 365: ("日", "day")}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One decision. ``left_out`` maps a cause to the epochs; ``score`` and ``pvalue`` are None where the detector
    has none.
    """

    series: str
    epoch: str
    algorithm: str
    observed: float
    expected: float | None
    upperbound: float | None
    excess: float | None
    alarm: bool
    reason: str
    score: float | None
    pvalue: float | None
    used: tuple[str, ...]
    left_out: dict[str, tuple[str, ...]]
    zh: str
    en: str

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return asdict(self)


def explain(found: Detection, series: int, position: int) -> Explanation:
    """The decision on one series (row) at one position of ``found.times``."""
    column = int(found.times[position])
    batch = found.batch
    observed = float(batch.observed[series, column])
    expected, bound = _known(found.expected[series, position]), _known(found.upperbound[series, position])
    use = found.baseline(series, position) if found.baseline else None
    used = tuple(batch.epoch_label(int(c)) for c in use.used) if use else ()
    left_out = {c: tuple(batch.epoch_label(int(i)) for i in at) for c, at in use.left_out.items()} if use else {}
    reason = int(found.reason[series, position])
    epoch, alarm = batch.epoch_label(column), bool(found.alarm[series, position])
    fields: dict[str, Any] = {
        "series": batch.names[series], "epoch": epoch, "observed": observed, "expected": expected,
        "bound": bound, "alarm": alarm, "reason": reason, "used": len(used),
        "left_out": {cause: len(epochs) for cause, epochs in left_out.items()}, "unit": _UNIT[batch.freq],
        "name": ALGORITHMS.get(found.algorithm), "algorithm": found.algorithm,
    }  # fmt: skip
    return Explanation(
        series=batch.names[series], epoch=epoch, algorithm=found.algorithm, observed=observed,
        expected=expected, upperbound=bound, excess=None if expected is None else observed - expected,
        alarm=alarm, reason=reason_code(reason), score=_detail(found, "score", series, position),
        pvalue=_detail(found, "pvalue", series, position), used=used, left_out=left_out,
        zh=_sentence(fields, 0), en=_sentence(fields, 1),
    )  # fmt: skip


def explain_alarms(found: Detection) -> Iterator[Explanation]:
    """Every alarm of a detection, series by series."""
    for series, position in np.argwhere(found.alarm):
        yield explain(found, int(series), int(position))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _detail(found: Detection, name: str, series: int, position: int) -> float | None:
    return _known(found.detail[name][series, position]) if name in found.detail else None


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def _sentence(f: dict[str, Any], language: int) -> str:
    name = (f["name"].zh if language == 0 else f["name"].en) if f["name"] else f["algorithm"]
    reason = reason_text(f["reason"], "zh" if language == 0 else "en") if f["reason"] != Reason.NONE else ""
    if np.isnan(f["observed"]):
        return f"{f['series']} {f['epoch']}：缺少报告数，{name}不作判定。" if language == 0 else (
            f"{f['series']} {f['epoch']}: no count was reported, {name} decides nothing."
        )  # fmt: skip
    count, expected, bound = _number(f["observed"]), _number(f["expected"]), _number(f["bound"])
    if language == 0:
        verdict = "发出预警" if f["alarm"] else "未达预警"
        basis = _basis_zh(f)
        middle = f"期望 {expected}，界值 {bound}，" if f["bound"] is not None else "无界值，"
        tail = f"（{reason}）" if reason else ""
        return f"{f['series']} {f['epoch']} 报告 {count} 例，{middle}{name}{verdict}{tail}{basis}。"
    verdict = "raises an alarm" if f["alarm"] else "raises no alarm"
    middle = f"expected {expected}, bound {bound}" if f["bound"] is not None else "no bound"
    tail = f" ({reason})" if reason else ""
    return f"{f['series']} {f['epoch']}: {count} cases, {middle}; {name} {verdict}{tail}{_basis_en(f)}."


def _basis_zh(f: dict[str, Any]) -> str:
    if not f["used"]:
        return ""
    out = "，".join(f"{_LEFT_OUT[c][0]} {n} {f['unit'][0]}" for c, n in f["left_out"].items())
    return f"；依据 {f['used']} 个历史{f['unit'][0]}" + (f"，排除{out}" if out else "")


def _basis_en(f: dict[str, Any]) -> str:
    if not f["used"]:
        return ""
    out = ", ".join(f"{n} {_LEFT_OUT[c][1]}" for c, n in f["left_out"].items())
    return f"; based on {f['used']} past {f['unit'][1]}s" + (f", left out: {out}" if out else "")
