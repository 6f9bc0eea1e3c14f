"""Mean and standard deviation over moving baseline windows, for all series and times at once."""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import ReasonArray
from weijian.engines.detection.series import FloatArray, IntArray, SeriesBatch


def mean_and_sd(batch: SeriesBatch, columns: IntArray, lags: IntArray) -> tuple[FloatArray, FloatArray, ReasonArray]:
    """Mean and standard deviation (divisor m - 1) of the counts at ``columns + lags``, each ``(n, len(columns))``.

    Known outbreaks are left out when the batch says so. The reason is ``TOO_SHORT`` where the window leaves the series,
    ``GAP_IN_BASELINE`` where a count is missing or fewer than two are left; mean and deviation are ``nan`` there.
    Two-pass sums like R's ``mean`` and ``var``.
    """
    shape = (batch.size, columns.size)
    reason = np.zeros(shape, np.uint8)
    inside = columns + lags.min() >= 0
    reason[:, ~inside] = Reason.TOO_SHORT
    chosen = np.where(inside, columns, -int(lags.min()))
    if batch.length <= -int(lags.min()):
        reason[:] = Reason.TOO_SHORT
        return np.full(shape, np.nan), np.full(shape, np.nan), reason
    counts = batch.baseline
    if np.isnan(counts).any():
        mean, sd, few = _with_gaps(batch, counts, chosen, lags)
        reason[few & (reason == 0)] = Reason.GAP_IN_BASELINE
    else:
        mean, sd = _complete(counts, chosen, lags)
    mean[reason > 0], sd[reason > 0] = np.nan, np.nan
    return mean, sd, reason


def _complete(counts: FloatArray, columns: IntArray, lags: IntArray) -> tuple[FloatArray, FloatArray]:
    total = np.zeros((counts.shape[0], columns.size))
    for lag in lags:
        total += counts[:, columns + lag]
    mean = total / lags.size
    squares = np.zeros_like(mean)
    for lag in lags:
        away = counts[:, columns + lag]
        away -= mean
        away *= away
        squares += away
    return mean, np.sqrt(squares / (lags.size - 1))


def _with_gaps(
    batch: SeriesBatch, counts: FloatArray, columns: IntArray, lags: IntArray
) -> tuple[FloatArray, FloatArray, np.ndarray[tuple[int, int], np.dtype[np.bool_]]]:
    total = np.zeros((batch.size, columns.size))
    size, gap = np.zeros_like(total), np.zeros(total.shape, bool)
    for lag in lags:
        value = counts[:, columns + lag]
        known = ~np.isnan(value)
        total += np.where(known, value, 0.0)
        size += known
        gap |= np.isnan(batch.observed[:, columns + lag])
    with np.errstate(all="ignore"):
        mean = total / size
        squares = np.zeros_like(mean)
        for lag in lags:
            value = counts[:, columns + lag]
            squares += np.where(np.isnan(value), 0.0, (value - mean) ** 2)
        return mean, np.sqrt(squares / (size - 1)), gap | (size < 2)
