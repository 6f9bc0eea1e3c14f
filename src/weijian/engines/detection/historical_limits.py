"""Historical limits: the cases of the last four weeks against fifteen four-week totals of past years (CDC's bar
chart).

``x0`` is the total of the last ``period`` times. The baseline holds, for each of ``b`` past years, the totals of
the same period, the one before and the one after: ``3 b`` values with mean ``m`` and deviation ``s``. Alarm when
``x0 > m + z s``. Stroup, Williamson, Herndon & Karon, Stat. Med. 8 (1989) 323-329.
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.ears import window_use
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import BaselineUse, Detection, empty_matrices, resolve_times
from weijian.engines.detection.series import FloatArray, IntArray, SeriesBatch


def historical_limits(
    batch: SeriesBatch, *, times: IntArray | None = None, b: int = 5, period: int = 4, z: float = 2.0
) -> Detection:
    """Decide every series at ``times`` (columns; default: where all years exist).

    ``upperbound`` and ``expected`` are put on the scale of the present count, given the rest of its period:
    ``max(0, bound of the total - cases earlier in the period)``. ``detail``: ``total``, ``ratio`` (total over mean),
    ``total_bound``, ``mean``, ``sd``.
    """
    deepest = b * batch.freq + 2 * period - 1
    columns = resolve_times(batch, times, deepest)
    expected, upper, alarm, reason = empty_matrices(batch.size, columns.size)
    lags = np.array([-batch.freq * year + shift * period for year in range(1, b + 1) for shift in (-1, 0, 1)], np.int64)
    possible = columns >= deepest
    reason[:, ~possible] = Reason.TOO_SHORT
    at = np.where(possible, columns, 0)
    now = _totals(batch.observed, at, period)
    totals = np.stack([_totals(batch.baseline, np.maximum(at + lag, 0), period) for lag in lags], axis=2)
    size = (~np.isnan(totals)).sum(axis=2)
    with np.errstate(all="ignore"):
        mean = np.nansum(totals, axis=2) / size
        sd = np.sqrt(np.nansum((totals - mean[:, :, None]) ** 2, axis=2) / (size - 1))
    bound = mean + z * sd
    reason[(reason == 0) & (size < 2 * b)] = Reason.GAP_IN_BASELINE
    reason[(reason == 0) & np.isnan(now)] = Reason.NOT_OBSERVED
    valid = reason == 0
    earlier = now - batch.observed[:, at]
    upper[valid] = np.maximum(0.0, bound - earlier)[valid]
    expected[valid] = np.maximum(0.0, mean - earlier)[valid]
    alarm[valid] = (now > bound)[valid]
    reason[valid & (sd == 0)] = Reason.ZERO_VARIANCE
    with np.errstate(all="ignore"):
        detail = {"total": now, "ratio": now / mean, "total_bound": bound, "mean": mean, "sd": sd}

    def used(series: int, k: int) -> BaselineUse:
        spans = [int(columns[k]) + lag - step for lag in lags for step in range(period)]
        return window_use(batch, series, np.array(sorted(set(spans)), np.int64))

    parameters = {"b": b, "period": period, "z": z}
    return Detection("historical-limits", parameters, batch, columns, expected, upper, alarm, reason, detail, used)


def _totals(counts: FloatArray, columns: IntArray, period: int) -> FloatArray:
    """Totals of the ``period`` times ending at each column; ``nan`` if one is missing."""
    total = np.zeros((counts.shape[0], columns.size))
    for back in range(period):
        total += counts[:, np.maximum(columns - back, 0)]
    return total
