"""Moving percentile of the same period in past years: the rule of the Chinese automated early-warning system
(CIDARS).

The present count is compared with the chosen percentile of the counts within ``w`` times around the same time in
the past ``b`` years (system setting: 80th percentile, 3 to 5 years, two weeks to either side). Yang et al., J.
Public Health Policy 32 (2011) 339-351 (CIDARS); Zhang et al., PLOS ONE 9 (2014) e104213 on the choice of
percentile.
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.ears import window_use
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import BaselineUse, Detection, empty_matrices, resolve_times
from weijian.engines.detection.series import DetectionError, IntArray, SeriesBatch


def percentile(
    batch: SeriesBatch,
    *,
    times: IntArray | None = None,
    b: int = 5,
    w: int = 2,
    p: float = 0.8,
    minYears: int = 3,
    minCases: float = 1,
) -> Detection:
    """Decide every series at ``times`` (columns; default: where ``minYears`` past years exist).

    Bound: the ``p`` quantile (linear interpolation, R's type 7) of the known baseline counts; alarm: a count above
    it and not below ``minCases``. Years that lie before the start of the series are left out as long as
    ``minYears`` remain.
    """
    if not 0 < p < 1:
        raise DetectionError("detection.p", f"p={p} is not between 0 and 1", "p", "give p=0.8 for the 80th percentile")
    columns = resolve_times(batch, times, minYears * batch.freq + w)
    expected, upper, alarm, reason = empty_matrices(batch.size, columns.size)
    chosen: list[IntArray] = []
    for k, column in enumerate(columns):
        years = [
            column - batch.freq * year + np.arange(-w, w + 1, dtype=np.int64)
            for year in range(1, b + 1)
            if column - batch.freq * year - w >= 0
        ]
        chosen.append(np.concatenate(years) if years else np.array([], np.int64))
        if len(years) < minYears:
            reason[:, k] = Reason.TOO_SHORT
            continue
        values = batch.baseline[:, chosen[k]]
        enough = (~np.isnan(values)).sum(axis=1) >= minYears * (2 * w + 1) / 2
        reason[~enough, k] = Reason.GAP_IN_BASELINE
        if enough.any():
            quantile = np.nanquantile if np.isnan(values[enough]).any() else np.quantile
            upper[enough, k], expected[enough, k] = quantile(values[enough], [p, 0.5], axis=1)
    observed = batch.observed[:, columns]
    with np.errstate(invalid="ignore"):
        alarm = (observed > upper) & (observed >= minCases)
    reason[(reason == 0) & np.isnan(observed)] = Reason.NOT_OBSERVED

    def used(series: int, k: int) -> BaselineUse:
        return window_use(batch, series, chosen[k])

    parameters = {"b": b, "w": w, "p": p, "minYears": minYears, "minCases": minCases}
    return Detection("percentile", parameters, batch, columns, expected, upper, alarm, reason, {}, used)
