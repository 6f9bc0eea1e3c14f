"""EWMA chart: an exponentially weighted mean of the counts against a limit that allows for its own variance.

``E(t) = lambda x(t) + (1 - lambda) E(t-1)``, ``E(0) = m``; limit ``m + L s sqrt(lambda / (2 - lambda) (1 - (1 -
lambda)^(2t)))`` with in-control mean ``m`` and deviation ``s``. Roberts, Technometrics 1 (1959) 239-250;
Montgomery, Introduction to Statistical Quality Control, chapter 9.
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import Detection, empty_matrices, resolve_times
from weijian.engines.detection.series import DetectionError, IntArray, SeriesBatch


def ewma(
    batch: SeriesBatch,
    *,
    times: IntArray | None = None,
    lambda_: float = 0.3,
    L: float = 3.0,
    m: float | None = None,
    s: float | None = None,
) -> Detection:
    """Chart every series over consecutive ``times`` (default: from the second year on).

    ``m`` and ``s`` default to mean and standard deviation of the counts before the first charted time, where ``s``
    is at least ``sqrt(m)``: a count varies at least as a Poisson count. ``upperbound`` is the count at which the
    mean would cross its limit. A missing count leaves the mean as it was. ``detail``: ``ewma``, ``limit``.
    """
    if not 0 < lambda_ <= 1:
        raise DetectionError("detection.lambda", f"lambda={lambda_} is not in (0, 1]", "lambda", "use 0.1 to 0.4")
    columns = resolve_times(batch, times, min(batch.freq, max(batch.length - 1, 1)))
    if columns.size and (np.diff(columns) != 1).any():
        raise DetectionError("detection.range", "an EWMA chart needs consecutive times", "times", "give one range")
    _, upper, alarm, reason = empty_matrices(batch.size, columns.size)
    first = int(columns[0]) if columns.size else 0
    training = batch.baseline[:, :first]
    size = (~np.isnan(training)).sum(axis=1)
    with np.errstate(all="ignore"):
        mean = np.nansum(training, axis=1) / size if m is None else np.full(batch.size, float(m))
        spread = np.sqrt(np.nansum((training - mean[:, None]) ** 2, axis=1) / (size - 1))
    deviation = np.maximum(spread, np.sqrt(mean)) if s is None else np.full(batch.size, float(s))
    if m is None or s is None:
        reason[size < 2] = Reason.TOO_SHORT
    observed = batch.observed[:, columns]
    chart, limits = np.full(observed.shape, np.nan), np.full(observed.shape, np.nan)
    state = mean.copy()
    for k in range(columns.size):
        factor = lambda_ / (2 - lambda_) * (1 - (1 - lambda_) ** (2 * (k + 1)))
        limits[:, k] = mean + L * deviation * np.sqrt(factor)
        upper[:, k] = np.maximum(0.0, (limits[:, k] - (1 - lambda_) * state) / lambda_)
        x = observed[:, k]
        state = np.where(np.isnan(x), state, lambda_ * x + (1 - lambda_) * state)
        chart[:, k] = state
    with np.errstate(invalid="ignore"):
        alarm = (chart > limits) & ~np.isnan(observed)
    reason[(reason == 0) & np.isnan(observed)] = Reason.NOT_OBSERVED
    reason[(reason == 0) & (mean == 0)[:, None]] = Reason.ZERO_MEAN
    bad = np.isin(reason, (Reason.TOO_SHORT, Reason.ZERO_MEAN))
    upper[bad], alarm[bad] = np.nan, False
    expected = np.broadcast_to(mean[:, None], observed.shape).copy()
    parameters = {"lambda_": lambda_, "L": L, "m": m, "s": s}
    return Detection(
        "ewma", parameters, batch, columns, expected, upper, alarm, reason, {"ewma": chart, "limit": limits}
    )
