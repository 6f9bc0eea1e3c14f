"""The rule that sets a traffic light: actual against target or limit, at a distance that content states."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Level = Literal["good", "warn", "bad", "none"]

#: Content that says up to which share of its value (in %) a missed target or a passed limit is amber; more is red.
AMBER_SHARE = "thresholds.csv:governance.amber_share"


@dataclass(frozen=True)
class Judgement:
    """A light with the rule that set it and the distance to the target in the target's unit (positive = missing)."""

    level: Level
    rule_zh: str
    rule_en: str
    gap: Decimal | None


def judge(comparator: str, target: Decimal, actual: Decimal | None, amber: Decimal) -> Judgement:
    """Judge an actual value: ``>=`` and ``>`` are targets to reach, ``<=`` and ``<`` limits to keep, ``=`` is exact.

    ``amber`` is the share in % that :data:`AMBER_SHARE` names, as in force on the day of judging.
    """
    if actual is None:
        return Judgement("none", "尚无数据", "No data yet", None)
    gap = _gap(comparator, target, actual)
    allowed = abs(target) * amber / 100
    words = {">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "=": "等于"}[comparator]
    level: Level = "good" if gap <= 0 else ("warn" if gap <= allowed else "bad")
    return Judgement(
        level,
        f"{words}{target.normalize():f}为绿灯,差距在目标的{amber.normalize():f}%以内为黄灯,其余为红灯",
        f"Green when {comparator} {target.normalize():f}, amber within {amber.normalize():f} % of it, red otherwise",
        gap,
    )


def _gap(comparator: str, target: Decimal, actual: Decimal) -> Decimal:
    if comparator in (">=", ">"):
        missing = target - actual
        return missing if missing != 0 or comparator == ">=" else Decimal("0.0001")
    if comparator in ("<=", "<"):
        over = actual - target
        return over if over != 0 or comparator == "<=" else Decimal("0.0001")
    return abs(actual - target)


def met(comparator: str, target: Decimal, actual: Decimal | None) -> bool:
    """Whether the measurement closes what was asked."""
    return actual is not None and _gap(comparator, target, actual) <= 0
