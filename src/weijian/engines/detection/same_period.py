"""Counts around the same time in past years, reckoned by frequency (52, 12, 365), as the RKI and Bayes detectors of
R do.
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import ReasonArray
from weijian.engines.detection.series import FloatArray, IntArray, SeriesBatch


def reference_lags(freq: int, b: int, w: int, act_y: bool) -> IntArray:
    """Lags of the ``w`` times before the present (``act_y``) and of ``2 w + 1`` times in each of ``b`` past years."""
    lags = list(range(-w, 0)) if act_y else []
    for year in range(1, b + 1):
        lags += [-year * freq + step for step in range(-w, w + 1)]
    return np.array(lags, np.int64)


def gather(batch: SeriesBatch, columns: IntArray, lags: IntArray, deepest: int) -> tuple[FloatArray, ReasonArray]:
    """Baseline counts ``(n, k, len(lags))``, ``nan`` where left out or missing; ``TOO_SHORT`` where ``deepest``
    lags reach before the start.
    """
    reason = np.zeros((batch.size, columns.size), np.uint8)
    reason[:, columns < deepest] = Reason.TOO_SHORT
    at = np.clip(columns[:, None] + lags[None, :], 0, batch.length - 1)
    return batch.baseline[:, at], reason
