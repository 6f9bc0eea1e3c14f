"""Values behind a number on a page: the figure itself, its change, its traffic light, its caption, its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from weijian.foundation.ui.components.text import Text
from weijian.kernel.quantities import PER_100_000, PER_MILLE, PERCENT, Number, NumberStyle, round_half_up

# A whole number with thousands separators and no unit.
PLAIN = NumberStyle(grouping=True)

Level = Literal["good", "warn", "bad", "none"]
Better = Literal["up", "down", "neither"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One computed number. ``value`` None means not computed (shown as “—”); 0 is a zero and shown as 0.

    ``value`` is in the unit of ``style`` (82.27 for 82.27 %). Numerator and denominator are shown on hover and in
    tables. ``trace_url`` opens definition, snapshot and records. ``reason`` says why a figure is missing or
    suppressed. Counts, rates and money have constructors below.
    """

    value: Number | None
    style: NumberStyle = PLAIN
    numerator: Number | None = None
    denominator: Number | None = None
    numerator_label: Text = ""
    denominator_label: Text = ""
    trace_url: str = ""
    reason: Text = ""
    suppressed: bool = False

    @classmethod
    def count(cls, value: int | None, unit: str = "", unit_en: str = "", trace_url: str = "") -> Figure:
        """A whole number; cards print it in 万 or 亿 from 1 万 on, tables in full."""
        return cls(value, NumberStyle(unit, unit_en, "auto", 2, trim=True), trace_url=trace_url)

    @classmethod
    def rate(
        cls,
        value: Number | None,
        numerator: Number | None = None,
        denominator: Number | None = None,
        *,
        per: Literal[100, 1000, 100_000] = 100,
        trace_url: str = "",
    ) -> Figure:
        """A rate in %, ‰ or per 100,000 with what it was divided from."""
        style = {100: PERCENT, 1000: PER_MILLE, 100_000: PER_100_000}[per]
        return cls(value, style, numerator, denominator, trace_url=trace_url)

    @classmethod
    def money(cls, fen: int | None, trace_url: str = "") -> Figure:
        """An amount in 分, shown in 元 with two places (万元 from 1 万 on in cards)."""
        style = NumberStyle("元", "CNY", "auto", 2)
        return cls(None if fen is None else Decimal(fen) / 100, style, trace_url=trace_url)

    @classmethod
    def withheld(cls, rule: Text) -> Figure:
        """A figure that the small-number rule keeps back; it carries no value at all."""
        return cls(None, reason=rule, suppressed=True)

    @property
    def state(self) -> Literal["computed", "missing", "suppressed"]:
        """``suppressed`` wins over a value, so that a suppressed count can never be printed by mistake."""
        if self.suppressed:
            return "suppressed"
        return "missing" if self.value is None else "computed"


@dataclass(frozen=True, slots=True)
class Change:
    """Difference against a former period. ``amount`` in ``unit`` (% or 个百分点 …), None when not comparable.

    ``better`` is the direction in which the indicator improves; it decides good or bad, not the sign.
    """

    amount: Decimal | None
    unit: str = "%"
    better: Better = "neither"
    basis: Text = ""
    places: int = 2

    @property
    def direction(self) -> Literal["up", "down", "flat", "none"]:
        """Which way the figure moved as printed; ``none`` when there is nothing to compare with."""
        if self.amount is None:
            return "none"
        shown = round_half_up(self.amount, self.places)
        if shown == 0:
            return "flat"
        return "up" if shown > 0 else "down"

    @property
    def tone(self) -> Literal["good", "bad", "flat", "plain"]:
        """Whether the movement is an improvement, judged by ``better``."""
        if self.direction in ("flat", "none"):
            return "flat"
        if self.better == "neither":
            return "plain"
        return "good" if self.direction == self.better else "bad"


@dataclass(frozen=True, slots=True)
class Light:
    """A traffic light with the rule that set it. Shape and word tell the level as well as the colour."""

    level: Level
    label: Text = ""
    rule: Text = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """What a figure, chart or table stands on; every part that is empty is left out."""

    population_basis: Text = ""
    date_basis: Text = ""
    snapshot: Text = ""
    snapshot_url: str = ""
    source: Text = ""
    note: Text = ""
    suppression: Text = ""


@dataclass(frozen=True, slots=True)
class StatCard:
    """A number with its unit, what it counts, its change and its light."""

    label: Text
    figure: Figure
    counts: Text = ""
    change: Change | None = None
    light: Light | None = None
    target: Figure | None = None
    trend: Sequence[float] = field(default_factory=tuple)
    href: str = ""

    @property
    def trend_points(self) -> str:
        """``points`` of an SVG polyline 96 × 24 through the trend, empty with fewer than two values."""
        values = list(self.trend)
        if len(values) < 2:
            return ""
        low, high = min(values), max(values)
        span = (high - low) or 1.0
        step = 96 / (len(values) - 1)
        return " ".join(f"{i * step:.1f},{22 - 20 * (v - low) / span:.1f}" for i, v in enumerate(values))

    @property
    def trend_end(self) -> tuple[str, str]:
        """x and y of the last point of the trend, for the dot that marks the present."""
        x, y = self.trend_points.rsplit(" ", 1)[-1].split(",") if self.trend_points else ("", "")
        return x, y
