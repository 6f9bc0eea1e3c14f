"""EARS C1, C2 and C3: a week or so of recent baseline, for series without history, numbers as in R's ``earsC``.

C1: ``mean + z(1-alpha) sd`` of the ``baseline`` times before the present. C2: the same, two times further back. C3:
with ``C2 = (y - mean) / sd``, alarm when ``max(0, C2(t)-1) + max(0, C2(t-1)-1) + max(0, C2(t-2)-1)`` is large,
expressed as a bound on the present count: ``y + sd (z - sum of the two past parts)``. Fricker, Hegler & Dunfee,
Stat. Med. 27 (2008) 3407-3429; Hutwagner et al., J. Urban Health 80 (2003) i89-i96.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import BaselineUse, Detection, ReasonArray, resolve_times
from weijian.engines.detection.series import DetectionError, FloatArray, IntArray, SeriesBatch
from weijian.engines.detection.windows import mean_and_sd

_EXTRA_LAG = {"C1": 0, "C2": 2, "C3": 4}


def ears(
    batch: SeriesBatch,
    *,
    times: IntArray | None = None,
    method: str = "C1",
    baseline: int = 7,
    minSigma: float = 0.0,
    alpha: float | None = None,
) -> Detection:
    """Decide every series at ``times`` (columns; default: all that have a full baseline).

    Parameters carry R's names; ``alpha`` defaults to 0.001, for C3 to 0.025. ``detail`` has ``mean``, ``sd`` and
    ``score`` (``(y - mean) / sd``). Where the baseline does not vary the bound is its mean and the reason says
    ``zero-variance``.
    """
    if method not in _EXTRA_LAG:
        raise DetectionError("detection.method", f"method={method!r} is not known", "method", "use C1, C2 or C3")
    level = (0.025 if method == "C3" else 0.001) if alpha is None else alpha
    z = float(special.ndtri(1 - level))
    first = baseline + _EXTRA_LAG[method]
    columns = resolve_times(batch, times, first)
    gap = 0 if method == "C1" else 2
    lags = np.arange(-baseline - gap, -gap, dtype=np.int64)
    mean, sd, reason = mean_and_sd(batch, columns, lags)
    spread = np.maximum(sd, minSigma)
    observed = batch.observed[:, columns]
    with np.errstate(all="ignore"):
        score = (observed - mean) / spread
        if method == "C3":
            upper, reason = _c3_bound(batch, columns, lags, observed, spread, reason, minSigma, z)
        else:
            upper = mean + z * spread
        alarm = observed > upper
    reason[(reason == 0) & np.isnan(observed)] = Reason.NOT_OBSERVED
    reason[(reason == 0) & np.isnan(upper)] = Reason.BOUND_UNDEFINED
    reason[(reason == 0) & (spread == 0)] = Reason.ZERO_VARIANCE

    def used(series: int, k: int) -> BaselineUse:
        return window_use(batch, series, int(columns[k]) + lags)

    parameters = {"method": method, "baseline": baseline, "minSigma": minSigma, "alpha": level}
    detail = {"mean": mean, "sd": sd, "score": score}
    name = f"ears-{method.lower()}"
    return Detection(name, parameters, batch, columns, mean, upper, alarm, reason, detail, used)


def _c3_bound(
    batch: SeriesBatch,
    columns: IntArray,
    lags: IntArray,
    observed: FloatArray,
    spread: FloatArray,
    reason: ReasonArray,
    min_sigma: float,
    z: float,
) -> tuple[FloatArray, ReasonArray]:
    past = np.zeros_like(observed)
    for back in (2, 1):
        mean, sd, why = mean_and_sd(batch, columns - back, lags)
        value = batch.observed[:, np.maximum(columns - back, 0)]
        past += np.maximum(0.0, (value - mean) / np.maximum(sd, min_sigma) - 1)
        reason = np.maximum(reason, why)
    upper = np.maximum(0.0, observed + spread * (z - past))
    upper[np.isin(reason, (Reason.TOO_SHORT, Reason.GAP_IN_BASELINE))] = np.nan
    return upper, reason


def window_use(batch: SeriesBatch, series: int, columns: IntArray) -> BaselineUse:
    """Which columns of a window were used, and which were left out as outbreak or missing."""
    chosen = columns[(columns >= 0) & (columns < batch.length)]
    outbreak = batch.state[series, chosen] & batch.exclude_outbreaks
    missing = np.isnan(batch.observed[series, chosen]) & ~outbreak
    left_out = {"outbreak": chosen[outbreak], "missing": chosen[missing]}
    return BaselineUse(chosen[~outbreak & ~missing], {k: v for k, v in left_out.items() if v.size})
