"""The rule that a detector stays silent when almost nothing happened lately (R's ``limit54``)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weijian.engines.detection.series import BoolArray, DetectionError, FloatArray, IntArray


def enough_cases(observed: FloatArray, columns: IntArray, limit54: Sequence[float]) -> tuple[BoolArray, BoolArray]:
    """Whether at least ``limit54[0]`` cases were seen in the last ``limit54[1]`` times, and whether all of them are
    known.

    Both are ``(n, len(columns))``. Times before the first are counted as no cases.
    """
    cases, period = float(limit54[0]), int(limit54[1])
    if cases < 0 or period <= 0:
        raise DetectionError("detection.limit54", "limit54 is out of bounds", "limit54", "cases >= 0 and period > 0")
    total = np.zeros((observed.shape[0], columns.size))
    for back in range(period):
        at = columns - back
        total += np.where(at >= 0, observed[:, np.maximum(at, 0)], 0.0)
    return np.nan_to_num(total) >= cases, ~np.isnan(total)
