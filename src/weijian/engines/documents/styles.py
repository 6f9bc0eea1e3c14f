"""How a figure is printed, in the documents' own way: 1297.5万人次, 82.27%, 6.18‰, 同比下降10.77%, 连续4年.

A style is a small number pattern that office staff know from Excel: ``0.00%``, ``0.0万人次``, ``#,##0元``,
``同比0.00%``, ``连续0年``. ``#`` after the point prints only where needed. Without digits a style takes the usual
ones: ``%`` is ``0.00%``, ``万人次`` is ``0.##万人次``, ``宗`` is ``0宗``, ``同比`` is ``同比0.##%``. In a sentence 万 and
亿 fall away where there is not one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from weijian.engines.documents.figures import Change
from weijian.kernel.errors import WeijianError
from weijian.kernel.quantities import exact, round_half_up

_PATTERN = re.compile(
    r"(?P<prefix>同比|环比|连续)?"
    r"(?P<digits>(?:#,##)?0(?:\.(?P<fixed>0*)(?P<optional>#*))?)?"
    r"(?P<scale>[万亿])?"
    r"(?P<unit>%|‰|/万|/10万|个百分点|[^\d#.,%‰|{}\s]{0,8})"
)
#: How many of the unit make one, for units that are shares.
_SHARES = {
    "1": 1,
    "%": 100,
    "个百分点": 100,
    "‰": 1_000,
    "/万": 10_000,
    "1/万": 10_000,
    "/10万": 100_000,
    "1/10万": 100_000,
}
_SCALES = {"": 1, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True)
class Style:
    """A parsed style."""

    prefix: str
    grouped: bool
    fixed: int
    optional: int
    scale: str
    unit: str

    @property
    def change(self) -> Change:
        """What the style asks of the measure: the figure, or its change as a rate or a difference."""
        if self.prefix not in ("同比", "环比"):
            return Change.NONE
        if self.unit == "%":
            return Change.YEAR_RATE if self.prefix == "同比" else Change.PERIOD_RATE
        return Change.YEAR_DIFFERENCE if self.prefix == "同比" else Change.PERIOD_DIFFERENCE

    def scaled(self, value: Decimal, unit: str) -> Fraction:
        """The exact value in the style's own unit and scale."""
        return _convert(exact(value), unit, self.unit) / _SCALES[self.scale]

    def number(self, value: Decimal, unit: str) -> str:
        """The bare number, rounded half up, without prefix and unit."""
        rounded = round_half_up(self.scaled(value, unit), self.fixed + self.optional)
        text = f"{rounded:,f}" if self.grouped else f"{rounded:f}"
        for _ in range(self.optional):
            text = text.removesuffix("0")
        return text.removesuffix(".")

    def format(self, value: Decimal, unit: str) -> str:
        """The words that stand in the sentence; less than one 万 or 亿 is written out (413人, not 0.04万人)."""
        if self.scale and abs(self.scaled(value, unit)) < 1:
            return replace(self, scale="", fixed=0, optional=2).format(value, unit)
        if not self.change:
            return f"{self.prefix}{self.number(value, unit)}{self.scale}{self.unit}"
        number = self.number(abs(value), unit)
        if not number.strip("0."):
            return f"{self.prefix}持平"
        words = {"%": ("增长", "下降"), "‰": ("上升", "下降"), "个百分点": ("上升", "下降")}.get(
            self.unit, ("增加", "减少")
        )
        return f"{self.prefix}{words[value < 0]}{number}{self.scale}{self.unit}"

    def excel_format(self) -> str:
        """The format of an Excel cell that holds what :meth:`number` gives (scaled, without unit)."""
        decimals = "0" * self.fixed + "#" * self.optional
        return ("#,##0" if self.grouped else "0") + (f".{decimals}" if decimals else "")


def _convert(value: Fraction, given: str, wanted: str) -> Fraction:
    if given == "分" and wanted == "元":
        return value / 100
    if given in _SHARES and wanted in _SHARES:
        return value * _SHARES[wanted] / _SHARES[given]
    return value  # counting words differ by custom (宗, 件, 例): the number does not


@lru_cache(maxsize=4096)
def parse_style(text: str) -> Style:
    """The style of a pattern. Raises ``document.bad_style``."""
    match = _PATTERN.fullmatch(text)
    if not match or not text:
        raise WeijianError(
            "document.bad_style",
            f"“{text}” is no figure style.",
            "",
            "Write one like 0.00%, 0.0万人次, #,##0元, 同比0.00%, 环比, 连续0年, 宗.",
        )
    prefix, scale, unit = match["prefix"] or "", match["scale"] or "", match["unit"]
    changes = prefix in ("同比", "环比")
    if changes and not (scale or unit):
        unit = "%"
    fixed, optional = len(match["fixed"] or ""), len(match["optional"] or "")
    if not match["digits"]:
        share = unit in _SHARES and not scale
        fixed, optional = (2, 0) if share and not changes else (0, 2 if scale or changes else 0)
    return Style(prefix, "#,##" in (match["digits"] or ""), fixed, optional, scale, unit)


def style_for(text: str, unit: str) -> Style:
    """The style of a reference; an empty one is the usual style of the value's own unit."""
    if text:
        return parse_style(text)
    usual = {"1": "0.00%", "分": "0.00元", "元": "0.00元", "1/万": "/万", "1/10万": "/10万"}.get(unit)
    if usual or unit in _SHARES:
        return parse_style(usual or unit)
    return Style("", False, 0, 2, "", unit)
