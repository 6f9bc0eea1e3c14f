"""Fixed rules: so many cases within so many days, and the rule that a single case is an event (cholera, plague,
measles …).
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.ears import window_use
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import BaselineUse, Detection, empty_matrices, resolve_times
from weijian.engines.detection.series import DetectionError, IntArray, SeriesBatch


def fixed_threshold(
    batch: SeriesBatch, *, times: IntArray | None = None, threshold: float = 5, window: int = 1
) -> Detection:
    """Alarm when at least ``threshold`` cases were counted in the last ``window`` times, the present one included.

    ``upperbound`` is the largest present count that would not alarm, given the earlier counts of the window: it is
    ``threshold - 1`` for a window of one. ``expected`` is ``nan``: a rule expects nothing. ``detail``: ``total``.
    """
    if window < 1 or threshold <= 0:
        raise DetectionError(
            "detection.rule", "threshold and window must be above 0", "threshold", "for example 5 and 7"
        )
    columns = resolve_times(batch, times, window - 1)
    expected, upper, alarm, reason = empty_matrices(batch.size, columns.size)
    total = np.zeros_like(upper)
    for back in range(window):
        at = columns - back
        total += np.where(at >= 0, batch.observed[:, np.maximum(at, 0)], 0.0)
    known = ~np.isnan(total)
    reason[~known] = Reason.NOT_OBSERVED
    upper = np.where(known, threshold - 1 - (total - batch.observed[:, columns]), np.nan)
    upper = np.maximum(upper, -1.0)
    alarm[known] = total[known] >= threshold

    def used(series: int, k: int) -> BaselineUse:
        return window_use(batch, series, np.arange(int(columns[k]) - window + 1, int(columns[k]), dtype=np.int64))

    parameters = {"threshold": threshold, "window": window}
    return Detection(
        "fixed-threshold", parameters, batch, columns, expected, upper, alarm, reason, {"total": total}, used
    )


def one_case(batch: SeriesBatch, *, times: IntArray | None = None) -> Detection:
    """Alarm at every case."""
    found = fixed_threshold(batch, times=times, threshold=1, window=1)
    return Detection(
        "one-case", {}, batch, found.times, found.expected, found.upperbound, found.alarm, found.reason, found.detail
    )
