"""Farrington flexible over thousands of series: baselines grouped by shape, fitted in chunks, bounds for all at
once.

For each series and time: quasi-Poisson regression of the baseline counts on trend and seasonal factor, reweighted;
the trend is kept when ``b >= 3``, its p-value is below ``pThresholdTrend`` and the predicted mean does not exceed
the largest baseline count; the bound is the upper quantile of the predicted count. Noufaily et al., Stat. Med. 32
(2013) 1206-1222.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weijian.engines.detection.farrington_flexible.baseline import flexible_baseline
from weijian.engines.detection.farrington_model import (
    FarringtonBaseline,
    FarringtonSettings,
    Predictions,
    baseline_use,
    predict_chunks,
)
from weijian.engines.detection.farrington_thresholds import Bounds, farrington_bound, negative_binomial_bound
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.recent import enough_cases
from weijian.engines.detection.result import BaselineUse, Detection, ReasonArray, empty_matrices, resolve_times
from weijian.engines.detection.series import BoolArray, DetectionError, FloatArray, IntArray, SeriesBatch


def farrington_flexible(
    batch: SeriesBatch,
    *,
    times: IntArray | None = None,
    b: int = 5,
    w: int = 3,
    reweight: bool = True,
    weightsThreshold: float = 2.58,
    alpha: float = 0.05,
    trend: bool = True,
    pThresholdTrend: float = 0.05,
    limit54: Sequence[float] = (5, 4),
    powertrans: str = "2/3",
    fitFun: str = "algo.farrington.fitGLM.flexible",
    populationOffset: bool = False,
    noPeriods: int = 1,
    pastWeeksNotIncluded: int | None = None,
    thresholdMethod: str = "delta",
    threads: int = 1,
) -> Detection:
    """Decide every series of the batch at ``times`` (columns; default from ``freq * b + w`` on, as in R).

    Parameters carry R's names and defaults. ``upperbound`` is the ``1 - alpha`` quantile of the count; an alarm is
    a count above it. Where fewer than ``limit54[0]`` cases were seen in the last ``limit54[1]`` times there is no
    bound. ``threads`` splits the work over cores and changes no digit. ``detail`` has ``score``, ``pvalue``,
    ``phi``, ``trend`` (kept or not), ``slope`` (per time unit, ``nan`` without trend) and ``se`` (of the predicted
    log mean).
    """
    if fitFun != "algo.farrington.fitGLM.flexible":
        raise DetectionError("detection.fit_fun", f"fitFun={fitFun!r} is not known", "fitFun", "leave fitFun out")
    past = w if pastWeeksNotIncluded is None else pastWeeksNotIncluded
    columns = resolve_times(batch, times, batch.freq * b + w)
    expected, upper, alarm, reason = empty_matrices(batch.size, columns.size)
    baselines = _baselines(batch, columns, (b, w, noPeriods, past), reason)
    names = ("score", "pvalue", "phi", "trend", "slope", "se")
    detail = {name: np.full(expected.shape, np.nan) for name in names}
    settings = FarringtonSettings(
        trend, b, reweight, weightsThreshold, pThresholdTrend, populationOffset, noPeriods - 1, flexible=True
    )
    for predictions in predict_chunks(batch, columns, baselines, settings, threads):
        _decide(batch, columns, predictions, expected, upper, alarm, reason, detail, alpha, powertrans, thresholdMethod)
    enough, known = enough_cases(batch.observed, columns, limit54)
    undecided = ~(enough & known)
    expected[undecided], upper[undecided], alarm[undecided] = np.nan, np.nan, False
    reason[~known] = Reason.NOT_OBSERVED
    reason[known & ~enough & (reason != Reason.TOO_SHORT) & (reason != Reason.DATES)] = Reason.FEW_CASES

    def used(series: int, k: int) -> BaselineUse:
        return baseline_use(batch, series, int(columns[k]), baselines.get(k), past)

    parameters = {
        "b": b, "w": w, "reweight": reweight, "weightsThreshold": weightsThreshold, "alpha": alpha, "trend": trend,
        "pThresholdTrend": pThresholdTrend, "limit54": tuple(limit54), "powertrans": powertrans, "fitFun": fitFun,
        "populationOffset": populationOffset, "noPeriods": noPeriods, "pastWeeksNotIncluded": past,
        "thresholdMethod": thresholdMethod,
    }  # fmt: skip
    return Detection("farrington-flexible", parameters, batch, columns, expected, upper, alarm, reason, detail, used)


def _baselines(
    batch: SeriesBatch, columns: IntArray, settings: tuple[int, int, int, int], reason: ReasonArray
) -> dict[int, FarringtonBaseline]:
    """The baseline of each position that has one; the others get their reason. Settings: b, w, noPeriods, past."""
    b, w, no_periods, past = settings
    baselines: dict[int, FarringtonBaseline] = {}
    for k, column in enumerate(columns):
        found = flexible_baseline(batch, int(column), b=b, w=w, no_periods=no_periods, past_not_included=past)
        if isinstance(found, Reason):
            reason[:, k] = found
        else:
            baselines[k] = found
    return baselines


def _decide(
    batch: SeriesBatch,
    columns: IntArray,
    p: Predictions,
    expected: FloatArray,
    upper: FloatArray,
    alarm: BoolArray,
    reason: ReasonArray,
    detail: dict[str, FloatArray],
    alpha: float,
    powertrans: str,
    method: str,
) -> None:
    """Bounds of one chunk, written into the matrices at (series, position)."""
    observed = batch.observed[p.series, columns[p.position]]
    if method == "delta":
        bounds: Bounds = farrington_bound(p.eta, p.se, p.phi, observed, powertrans, alpha)
    else:
        bounds = negative_binomial_bound(p.eta, p.se, p.phi, observed, alpha, plug_in=method == "nbPlugin")
    at = (p.series, p.position)
    with np.errstate(invalid="ignore"):
        alarm[at] = (bounds.score > 1) & (observed != 0)
    defined = ~np.isnan(bounds.upper)
    upper[at] = bounds.upper
    expected[at] = np.where(defined, bounds.expected, np.nan)
    reason[at] = np.where(p.reason != Reason.NONE, p.reason, np.where(defined, Reason.NONE, Reason.BOUND_UNDEFINED))
    values = (bounds.score, bounds.probability, p.phi, p.trend.astype(float), p.slope, p.se)
    for name, value in zip(("score", "pvalue", "phi", "trend", "slope", "se"), values, strict=True):
        detail[name][at] = value
