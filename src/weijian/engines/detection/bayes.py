"""Bayes detector: the present count against its predictive distribution given the same period, as in R's ``bayes``.

With a Gamma(1/2, 0) prior (Jeffreys) for the Poisson mean and ``m`` baseline counts summing to ``s`` the next count is
negative binomial with size ``s + 1/2`` and probability ``m / (m + 1)``; the bound is its ``1 - alpha`` quantile.
Riebler, Empirischer Vergleich von statistischen Methoden (LMU München, 2004); Höhle, Comput. Stat. 22 (2007) 571-582.
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.ears import window_use
from weijian.engines.detection.quantiles import negative_binomial_quantile
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import BaselineUse, Detection, resolve_times
from weijian.engines.detection.same_period import gather, reference_lags
from weijian.engines.detection.series import DetectionError, IntArray, SeriesBatch


def bayes(
    batch: SeriesBatch,
    *,
    times: IntArray | None = None,
    b: int = 0,
    w: int = 6,
    actY: bool = True,
    alpha: float = 0.05,
) -> Detection:
    """Decide every series at ``times`` (columns; default: all with a full baseline). Parameters carry R's names.

    Baseline: the ``w`` times before the present (``actY``) and ``2 w + 1`` around the same time in ``b`` past
    years; missing counts are left out. ``bayes1``, ``bayes2``, ``bayes3`` of R are (b, w, actY) = (0, 6, True), (1,
    6, True), (2, 4, False).
    """
    lags = reference_lags(batch.freq, b, w, actY)
    if not lags.size:
        raise DetectionError("detection.no_baseline", "b=0 and actY=False leave no baseline", "b", "set actY or b >= 1")
    deepest = b * batch.freq + w
    columns = resolve_times(batch, times, deepest)
    values, reason = gather(batch, columns, lags, deepest)
    known = ~np.isnan(values)
    size, total = known.sum(axis=2).astype(float), np.where(known, values, 0.0).sum(axis=2)
    usable = (reason == 0) & (size > 0)
    reason[(reason == 0) & (size == 0)] = Reason.GAP_IN_BASELINE
    upper, expected = np.full(total.shape, np.nan), np.full(total.shape, np.nan)
    m, s = size[usable], total[usable]
    upper[usable] = negative_binomial_quantile(1 - alpha, s + 0.5, m / (m + 1))
    expected[usable] = (s + 0.5) / m
    observed = batch.observed[:, columns]
    with np.errstate(invalid="ignore"):
        alarm = observed > upper
    reason[(reason == 0) & np.isnan(observed)] = Reason.NOT_OBSERVED
    reason[(reason == 0) & (total == 0)] = Reason.ALL_ZERO

    def used(series: int, k: int) -> BaselineUse:
        return window_use(batch, series, int(columns[k]) + lags)

    parameters = {"b": b, "w": w, "actY": actY, "alpha": alpha}
    return Detection("bayes", parameters, batch, columns, expected, upper, alarm, reason, {"baseline_sum": total}, used)
