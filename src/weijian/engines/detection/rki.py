"""RKI 1 to 3: mean plus two standard deviations of the same period, or a Poisson limit where counts are small; R's
``rki``.

For a baseline mean above 20 the bound is ``mean + 2 sd``; otherwise the upper 95 % limit of a Poisson mean whose
count is the whole part of the baseline mean. Those limits are the shortest-acceptance-region table of Crow &
Gardner, Biometrika 46 (1959) 441-453. Method: Altmann, Robert Koch-Institut (2003).
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.ears import window_use
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import BaselineUse, Detection, resolve_times
from weijian.engines.detection.same_period import gather, reference_lags
from weijian.engines.detection.series import DetectionError, IntArray, SeriesBatch

CROW_GARDNER_UPPER_95 = np.array(
    [
        3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633,
        19.050, 20.335, 21.364, 22.945, 23.762, 25.400, 26.306, 27.735, 28.966, 30.017,
    ]
)  # fmt: skip
"""Upper limits for counts 0 to 20."""


def rki(batch: SeriesBatch, *, times: IntArray | None = None, b: int = 2, w: int = 4, actY: bool = False) -> Detection:
    """Decide every series at ``times`` (columns; default: all with a full baseline). Parameters carry R's names.

    ``rki1``, ``rki2``, ``rki3`` of R are (b, w, actY) = (0, 6, True), (1, 6, True), (2, 4, False). A missing
    baseline count leaves no bound; a known outbreak that the batch excludes is left out of mean and deviation.
    """
    lags = reference_lags(batch.freq, b, w, actY)
    if not lags.size:
        raise DetectionError("detection.no_baseline", "b=0 and actY=False leave no baseline", "b", "set actY or b >= 1")
    deepest = b * batch.freq + w
    columns = resolve_times(batch, times, deepest)
    values, reason = gather(batch, columns, lags, deepest)
    at = np.clip(columns[:, None] + lags[None, :], 0, batch.length - 1)
    gap = np.isnan(batch.observed[:, at]).any(axis=2)
    with np.errstate(all="ignore"):
        size = (~np.isnan(values)).sum(axis=2)
        mean = np.nansum(values, axis=2) / size
        sd = np.sqrt(np.nansum((values - mean[:, :, None]) ** 2, axis=2) / (size - 1))
        small = np.clip(np.nan_to_num(np.floor(mean)), 0, 20).astype(int)
        upper = np.where(mean > 20, mean + 2 * sd, CROW_GARDNER_UPPER_95[small])
    reason[(reason == 0) & (gap | (size < 2))] = Reason.GAP_IN_BASELINE
    upper[reason > 0], mean[reason > 0] = np.nan, np.nan
    observed = batch.observed[:, columns]
    with np.errstate(invalid="ignore"):
        alarm = observed > upper
    reason[(reason == 0) & np.isnan(observed)] = Reason.NOT_OBSERVED
    reason[(reason == 0) & (mean == 0)] = Reason.ALL_ZERO

    def used(series: int, k: int) -> BaselineUse:
        return window_use(batch, series, int(columns[k]) + lags)

    parameters = {"b": b, "w": w, "actY": actY}
    return Detection("rki", parameters, batch, columns, mean, upper, alarm, reason, {"sd": sd}, used)
