"""The age intervals of a life table: complete (0, 1, 2 …) or abridged (0, 1–4, 5–9 …), the last one open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from weijian.kernel.text import to_half_width

_RANGE = r"(?P<low>[0-9]{1,3})(?:\s*(?:-|–|—|~|至|到)\s*(?P<high>[0-9]{1,3}))?"
_OPEN = r"(?P<open>\+|及以上|以上| and over| and older)?"
_AGE = re.compile(_RANGE + r"\s*岁?\s*" + _OPEN)


@dataclass(frozen=True, slots=True)
class AgeLabel:
    """One age as written: its lower bound, the upper one where stated, and whether it is marked as open."""

    low: int
    high: int | None = None
    is_open: bool = False


def parse_age(text: str) -> AgeLabel | None:
    """``0``, ``1-4``, ``5–9岁``, ``85+``, ``85岁及以上`` as a label; None for other text."""
    match = _AGE.fullmatch(to_half_width(text).strip())
    if match is None or (match["high"] and match["open"]):
        return None
    high = int(match["high"]) if match["high"] else None
    return AgeLabel(int(match["low"]), high, bool(match["open"]))


@dataclass(frozen=True, slots=True)
class AgeGrid:
    """Lower bounds of adjoining intervals in completed years, from 0; the last one has no upper bound."""

    lows: tuple[int, ...]

    def __post_init__(self) -> None:
        rising = all(low < following for low, following in pairwise(self.lows))
        if len(self.lows) < 2 or self.lows[0] != 0 or not rising:
            raise ValueError("ages must rise from 0 and end with an open interval")

    @classmethod
    def abridged(cls, open_age: int = 85) -> Self:
        """0, 1–4, 5–9 … with the open interval from ``open_age``, a multiple of five."""
        return cls((0, 1, *range(5, open_age + 1, 5)))

    @classmethod
    def complete(cls, open_age: int = 100) -> Self:
        """Single years with the open interval from ``open_age``."""
        return cls(tuple(range(open_age + 1)))

    def __len__(self) -> int:
        return len(self.lows)

    @property
    def widths(self) -> NDArray[np.float64]:
        """Years in each closed interval (one fewer than the ages)."""
        return np.diff(np.asarray(self.lows, dtype=np.float64))

    def label(self, index: int) -> str:
        """``0``, ``1–4`` or ``85+``."""
        low = self.lows[index]
        if index == len(self.lows) - 1:
            return f"{low}+"
        high = self.lows[index + 1] - 1
        return str(low) if high == low else f"{low}–{high}"


def missing_ages(lows: Sequence[int]) -> tuple[int, ...]:
    """Lower bounds that a rising list of plain ages should have and has not.

    A list with single years beyond age 1 is held against single years (up to the age from which it goes on in
    fives, where it does); any other against 0, 1, 5, 10 … up to its last age.
    """
    present, last = set(lows), max(lows)
    single = [low for low in present if low > 1 and low % 5]
    fives_from = max(single) // 5 * 5 + 5 if single else 5
    expected = {
        0,
        1,
        *range(2 if single else 5, min(fives_from, last)),
        *range(fives_from, last + 1, 5),
        last,
    }
    return tuple(sorted(expected - present))
