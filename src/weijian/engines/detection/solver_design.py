"""The two fixed sides of the batched regression: a design shared by all rows, and counts with their logarithms
taken once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from weijian.engines.detection.series import BoolArray, FloatArray, IntArray
from weijian.engines.detection.solver_reference import START_SHIFT

_FINE = 16
_LARGEST_TABLE = 1 << 16


@dataclass(frozen=True)
class FactorTrendDesign:
    """Baseline of ``n`` observations in ``groups`` seasonal groups (0-based) at times ``time``; the same for every
    row.
    """

    group: IntArray
    time: FloatArray
    groups: int

    @cached_property
    def centre(self) -> float:
        """Time that is subtracted before fitting; any constant gives the same model, the mean loses fewest digits."""
        return float(self.time.mean())

    @cached_property
    def centred(self) -> FloatArray:
        """``(n,)`` time less its mean."""
        return np.asarray(self.time - self.centre)

    @cached_property
    def consecutive(self) -> bool:
        """Whether the times follow each other by 1, so that powers can be shared."""
        return self.time.size > 2 * _FINE and bool((np.diff(self.time) == 1).all())

    @cached_property
    def width(self) -> int:
        """Columns of the working buffers: ``n``, or the next multiple of 16 for consecutive times."""
        n = self.time.size
        return -(-n // _FINE) * _FINE if self.consecutive else n

    @cached_property
    def indicator(self) -> FloatArray:
        """``(groups, n)``: 1 where the observation belongs to the group."""
        return np.ascontiguousarray((np.arange(self.groups)[:, None] == self.group).astype(np.float64))

    @cached_property
    def columns(self) -> FloatArray:
        """``(width, 3 * groups)``: group indicators, those times t, those times t squared; zero in the padding."""
        plain = self.indicator.T
        time = self.centred[:, None]
        padded = np.zeros((self.width, 3 * self.groups))
        padded[: self.time.size] = np.hstack([plain, plain * time, plain * time**2])
        return padded

    def growth(self, slope: FloatArray) -> FloatArray:
        """``exp(slope * t)`` as ``(r, width)``. On consecutive times 16 + n/16 exponentials a row make all n of
        them.
        """
        if not self.consecutive:
            return np.asarray(np.exp(slope[:, None] * self.centred))
        coarse = np.exp(slope[:, None] * (self.centred[0] + _FINE * np.arange(self.width // _FINE)))
        fine = np.exp(slope[:, None] * np.arange(_FINE))
        return np.asarray((coarse[:, :, None] * fine[:, None, :]).reshape(slope.size, self.width))

    def surface(self, level: FloatArray, slope: FloatArray | None, power: float = 1.0) -> FloatArray:
        """``exp(power * (level[group] + slope * t))`` as ``(r, n)``."""
        scale = np.exp(power * level) @ self.indicator
        if slope is not None:
            scale *= self.growth(power * slope)[:, : self.time.size]
        return np.asarray(scale)


@dataclass(frozen=True, slots=True)
class PreparedCounts:
    """Counts ``(r, n)`` and what Fisher scoring needs of them, computed once for the several fits of a detector.

    ``log_likelihood`` is ``y log y - y``; ``start_gap`` half the deviance of ``y`` against ``y + 0.1``;
    ``start_response`` the working weight ``y + 0.1`` times the working response (without offset); ``two_thirds`` is
    ``y ** (2/3)``. ``used`` false leaves an observation out; ``exposure`` multiplies the mean.
    """

    counts: FloatArray
    log_likelihood: FloatArray
    start_gap: FloatArray
    start_response: FloatArray
    two_thirds: FloatArray
    used: BoolArray | None
    exposure: FloatArray | None

    def take(self, rows: IntArray) -> PreparedCounts:
        """The same for some of the rows."""
        return PreparedCounts(
            self.counts[rows],
            self.log_likelihood[rows],
            self.start_gap[rows],
            self.start_response[rows],
            self.two_thirds[rows],
            None if self.used is None else self.used[rows],
            None if self.exposure is None else self.exposure[rows],
        )


def prepare_counts(
    counts: FloatArray, used: BoolArray | None = None, exposure: FloatArray | None = None
) -> PreparedCounts:
    """Take logarithms by table where the counts are small whole numbers, otherwise one by one.

    Unused observations must be finite (0 will do).
    """
    if exposure is not None:
        values = _values(counts)
        response = values[2] - (counts + START_SHIFT) * np.log(exposure)
        likelihood = values[0] - counts * np.log(exposure)
        return PreparedCounts(counts, likelihood, values[1], response, values[3], used, exposure)
    largest = counts.max(initial=0.0)
    index = counts.astype(np.intp)
    if largest < _LARGEST_TABLE and (index == counts).all():
        likelihood, gap, response, power = (column[index] for column in _values(np.arange(largest + 1.0)))
        return PreparedCounts(counts, likelihood, gap, response, power, used, exposure)
    return PreparedCounts(counts, *_values(counts), used, exposure)


def _values(y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    log_y = np.log(np.maximum(y, 1e-300))
    shifted = y + START_SHIFT
    log_shifted = np.log(shifted)
    return (
        np.where(y > 0, y * log_y, 0.0) - y,
        np.where(y > 0, y * (log_y - log_shifted), 0.0) + START_SHIFT,
        shifted * log_shifted - START_SHIFT,
        np.cbrt(y) ** 2,
    )
