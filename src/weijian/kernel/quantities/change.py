"""Growth and decline in words: 同比下降10.77%, 与去年持平, and the same in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from weijian.kernel.quantities.rounding import Number, exact, round_half_up

Against = Literal["last_year", "previous", "target"]
Unit = Literal["percent", "points"]

_AGAINST: dict[str, tuple[str, str]] = {
    "last_year": ("同比", "year on year"),
    "previous": ("环比", "on the period before"),
    "target": ("较目标", "against target"),
}
_UNITS: dict[str, tuple[str, str]] = {"percent": ("%", "%"), "points": ("个百分点", " percentage points")}


@dataclass(frozen=True, slots=True)
class ChangeStyle:
    """How a change is worded; ``rise`` and ``fall`` are the Chinese verbs (增长/下降, 增加/减少)."""

    against: Against = "last_year"
    unit: Unit = "percent"
    decimals: int = 2
    trim: bool = False
    rise: str = "增长"
    fall: str = "下降"

    def format(self, change: Number | None, lang: str = "zh") -> str:
        """The wording of a change in per cent (or points); None, an undefined growth, prints as a dash."""
        if change is None:
            return "—"
        amount = round_half_up(exact(change), self.decimals)
        text = f"{abs(amount):f}"
        if self.trim and "." in text:
            text = text.rstrip("0").rstrip(".")
        zh = lang.startswith("zh")
        prefix, unit = _AGAINST[self.against][not zh], _UNITS[self.unit][not zh]
        word = direction_word(amount, lang, self.rise, self.fall)
        if zh:
            return f"{prefix}{word}" if amount == 0 else f"{prefix}{word}{text}{unit}"
        return f"{word} {prefix}" if amount == 0 else f"{word} {text}{unit} {prefix}"


def direction_word(change: Number, lang: str = "zh", rise: str = "上升", fall: str = "下降") -> str:
    """上升/下降/持平 in the language ``zh…``, else up/down/unchanged; round before: 0.001% is 持平."""
    value = exact(change)
    if value == 0:
        return "持平" if lang.startswith("zh") else "unchanged"
    if lang.startswith("zh"):
        return rise if value > 0 else fall
    return "up" if value > 0 else "down"
