"""How a figure is printed: the documents' own style in Chinese (1297.5万人次), plain numbers in English."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from weijian.kernel.quantities.rounding import Number, exact, round_half_up

Scale = Literal["none", "wan", "yi", "auto"]

WAN, YI = 10**4, 10**8
_FACTORS: dict[str, tuple[int, str]] = {"none": (1, ""), "wan": (WAN, "万"), "yi": (YI, "亿")}
# Signs that follow the number without a blank in every language.
_CLOSE_UNITS = ("%", "‰", "/")


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """Unit and precision of a printed figure.

    ``decimals`` counts places after the point of the *scaled* number (1297.5万 has one). ``scale="auto"``
    takes 亿 from 1 亿, 万 from 1 万. ``trim`` drops trailing zeros (20.00万 → 20万). ``grouping`` puts
    thousands separators into Chinese print; English always has them and never uses 万 or 亿.
    """

    unit: str = ""
    unit_en: str = ""
    scale: Scale = "none"
    decimals: int = 0
    trim: bool = False
    grouping: bool = False

    def format(self, value: Number | None, lang: str = "zh") -> str:
        """The printed figure, an em dash for an absent one; ``value`` is in the unit (82.27 for 82.27%)."""
        if value is None:
            return "—"
        return self._format_zh(exact(value)) if lang.startswith("zh") else self._format_en(exact(value))

    def rounded(self, value: Number) -> Decimal:
        """The value that the print stands for (1297.5万 → 12975000)."""
        factor, _ = self._scale_of(exact(value))
        return round_half_up(exact(value) / factor, self.decimals) * factor

    def half_unit(self, value: Number) -> Decimal:
        """Half a unit of the last digit printed for ``value`` (1297.5万 → 500)."""
        factor, _ = self._scale_of(exact(value))
        return Decimal(factor) / 2 * Decimal(1).scaleb(-self.decimals)

    def _format_zh(self, value: Fraction) -> str:
        factor, word = self._scale_of(value)
        return self._digits(round_half_up(value / factor, self.decimals), self.grouping) + word + self.unit

    def _format_en(self, value: Fraction) -> str:
        factor, _ = self._scale_of(value)
        # 1297.5万 → 12,975,000: the places after the point that the scale takes up are no places any more.
        places = max(self.decimals - len(str(factor)) + 1, 0)
        shown = self._digits(round_half_up(self.rounded(value), places), grouping=True)
        unit = self.unit_en or (self.unit if self.unit.startswith(_CLOSE_UNITS) else "")
        blank = "" if not unit or unit.startswith(_CLOSE_UNITS) else " "
        return shown + blank + unit

    def _scale_of(self, value: Fraction) -> tuple[int, str]:
        if self.scale != "auto":
            return _FACTORS[self.scale]
        # Decided on the rounded number, else 99,999,999 would print as 10000万.
        for name, limit in (("none", WAN), ("wan", YI)):
            factor, word = _FACTORS[name]
            if abs(round_half_up(value / factor, self.decimals)) * factor < limit:
                return factor, word
        return _FACTORS["yi"]

    def _digits(self, number: Decimal, grouping: bool) -> str:
        text = f"{number:,f}" if grouping else f"{number:f}"
        return text.rstrip("0").rstrip(".") if self.trim and "." in text else text


PERCENT = NumberStyle("%", "%", decimals=2)
PER_MILLE = NumberStyle("‰", "‰", decimals=2)
PER_100_000 = NumberStyle("/10万", "/100,000", decimals=2)
