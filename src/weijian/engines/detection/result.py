"""What every detector returns: expected value, bound, alarm and reason for each series and time, with the
detector's own details.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from weijian.engines.detection.series import BoolArray, FloatArray, IntArray, SeriesBatch

ReasonArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BaselineUse:
    """Columns of the batch that decided one alarm, and those of the window that were left out, by cause."""

    used: IntArray
    left_out: dict[str, IntArray]


@dataclass(frozen=True, slots=True)
class Detection:
    """The outcome for ``n`` series at ``k`` times; all matrices are ``(n, k)``.

    ``expected`` and ``upperbound`` are ``nan`` where the detector has no number; ``alarm`` is then false and ``reason``
    says why. ``detail`` holds matrices that only this detector has (``score``, ``pvalue``, ``phi``, ``trend``, …).
    """

    algorithm: str
    parameters: dict[str, Any]
    batch: SeriesBatch
    times: IntArray
    expected: FloatArray
    upperbound: FloatArray
    alarm: BoolArray
    reason: ReasonArray
    detail: dict[str, FloatArray] = field(default_factory=dict)
    baseline: Callable[[int, int], BaselineUse] | None = None

    @property
    def observed(self) -> FloatArray:
        """Counts at the decided times."""
        return self.batch.observed[:, self.times]


def empty_matrices(n: int, k: int) -> tuple[FloatArray, FloatArray, BoolArray, ReasonArray]:
    """``expected, upperbound, alarm, reason`` before anything is known."""
    return np.full((n, k), np.nan), np.full((n, k), np.nan), np.zeros((n, k), bool), np.zeros((n, k), np.uint8)


def resolve_times(batch: SeriesBatch, times: IntArray | None, first: int) -> IntArray:
    """Columns to decide: those given, otherwise every column from ``first`` (0-based) on."""
    if times is None:
        return np.arange(min(first, batch.length), batch.length, dtype=np.int64)
    return np.asarray(times, dtype=np.int64)
