"""Years lived in an interval by those who die in it (ₙaₓ): half of it, with published rules below age 5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from weijian.engines.lifetable.grid import AgeGrid

Floats = NDArray[np.float64]
Sex = Literal["male", "female", "both"]
RuleName = Literal["coale_demeny_west", "andreev_kingkade_2015", "midpoint"]

RULES: dict[RuleName, tuple[str, str]] = {
    "coale_demeny_west": (
        "Coale–Demeny西区模型，Preston等(2001)表3.3",
        "Coale–Demeny West, Preston et al. (2001), table 3.3",
    ),
    "andreev_kingkade_2015": (
        "Andreev–Kingkade (2015)；₄a₁按Coale–Demeny西区模型",
        "Andreev–Kingkade (2015); ₄a₁ by Coale–Demeny West",
    ),
    "midpoint": ("各年龄组中点", "the middle of every interval"),
}

# Preston, Heuveline, Guillot (2001), table 3.3: value from m0 = 0.107, below it intercept + slope × m0.
_CD_LIMIT = 0.107
_CD_A0 = {"male": (0.330, 0.045, 2.684), "female": (0.350, 0.053, 2.800)}
_CD_A1_4 = {"male": (1.352, 1.651, -2.816), "female": (1.361, 1.522, -1.518)}
# Andreev and Kingkade, Demographic Research 33 (2015) 13, by m0 as in the HMD Methods Protocol version 6:
# upper limit of m0, intercept, slope; the last value holds beyond the limits.
_AK_A0 = {
    "male": (((0.02300, 0.14929, -1.99545), (0.08307, 0.02832, 3.26021)), 0.29915),
    "female": (((0.01724, 0.14903, -2.05527), (0.06891, 0.04667, 3.88089)), 0.31411),
}


@dataclass(frozen=True, slots=True)
class Separation:
    """Rule that gives ₁a₀ and ₄a₁; ``a0``, ``a1_4`` (years) override it, ``both`` is the sexes' mean."""

    rule: RuleName = "coale_demeny_west"
    sex: Sex = "both"
    a0: float | None = None
    a1_4: float | None = None

    def __post_init__(self) -> None:
        if self.rule not in RULES or self.sex not in ("male", "female", "both"):
            raise ValueError(f"unknown rule {self.rule!r} or sex {self.sex!r}")
        for value, width in ((self.a0, 1), (self.a1_4, 4)):
            if value is not None and not 0 < value < width:
                raise ValueError(f"an overriding value must lie between 0 and {width} years")

    def years_lived(self, grid: AgeGrid, mx: Floats) -> Floats:
        """ₙaₓ of the closed intervals for rates ``mx`` of shape (populations, ages)."""
        widths = grid.widths
        ax = np.broadcast_to(widths / 2, (mx.shape[0], widths.size)).copy()
        if widths[0] == 1:
            infant = self._infant(mx[:, 0])
            ax[:, 0] = infant if self.a0 is None else self.a0
        if grid.lows[1:3] == (1, 5):
            child = self._child(mx[:, 0])
            ax[:, 1] = child if self.a1_4 is None else self.a1_4
        return ax

    def _sexes(self) -> tuple[str, ...]:
        return ("male", "female") if self.sex == "both" else (self.sex,)

    def _infant(self, m0: Floats) -> Floats:
        if self.rule == "midpoint":
            return np.full_like(m0, 0.5)
        rule = _coale_demeny_a0 if self.rule == "coale_demeny_west" else _andreev_kingkade_a0
        return _mean([rule(m0, sex) for sex in self._sexes()])

    def _child(self, m0: Floats) -> Floats:
        if self.rule == "midpoint":
            return np.full_like(m0, 2.0)
        return _mean([_linear_below(m0, *_CD_A1_4[sex]) for sex in self._sexes()])


def _mean(values: list[Floats]) -> Floats:
    return np.asarray(np.mean(values, axis=0), dtype=np.float64)


def _linear_below(m0: Floats, high: float, intercept: float, slope: float) -> Floats:
    return np.where(m0 >= _CD_LIMIT, high, intercept + slope * m0)


def _coale_demeny_a0(m0: Floats, sex: str) -> Floats:
    return _linear_below(m0, *_CD_A0[sex])


def _andreev_kingkade_a0(m0: Floats, sex: str) -> Floats:
    ((low, a, b), (middle, c, d)), high = _AK_A0[sex]
    return np.where(m0 < low, a + b * m0, np.where(m0 < middle, c + d * m0, high))
