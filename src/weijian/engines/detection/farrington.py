"""Farrington 1996: quasi-Poisson regression on the same weeks of past years, numbers as in R's ``farrington``.

Baseline: ``w`` times to either side of the same time in each of ``b`` past years. Model: log-linear with trend,
reweighted once (Anscombe residual above 1). The trend stays if ``b >= 3``, p < 0.05 and the prediction is not above
the largest baseline count. Bound (two-thirds power): ``mu (1 + 2/3 z sqrt(tau / mu))^(3/2)`` with ``tau = phi +
Var(mu)/mu``, ``z = z(1 - alpha/2)``. Farrington, Andrews, Beale & Catchpole, JRSS A 159 (1996) 547-563.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from weijian.engines.detection.calendar_years import civil_date, months_on, years_back
from weijian.engines.detection.farrington_model import (
    FarringtonBaseline,
    FarringtonSettings,
    baseline_use,
    predict_chunks,
)
from weijian.engines.detection.farrington_thresholds import farrington_bound
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.recent import enough_cases
from weijian.engines.detection.result import BaselineUse, Detection, ReasonArray, empty_matrices, resolve_times
from weijian.engines.detection.series import DetectionError, IntArray, SeriesBatch
from weijian.engines.detection.solver import FactorTrendDesign

_FITS = ("algo.farrington.fitGLM.fast", "algo.farrington.fitGLM", "algo.farrington.fitGLM.populationOffset")


def farrington(
    batch: SeriesBatch,
    *,
    times: IntArray | None = None,
    b: int = 5,
    w: int = 3,
    reweight: bool = True,
    alpha: float = 0.05,
    trend: bool = True,
    limit54: Sequence[float] = (5, 4),
    powertrans: str = "2/3",
    fitFun: str = "algo.farrington.fitGLM.fast",
    threads: int = 1,
) -> Detection:
    """Decide every series at ``times`` (columns; default from ``freq * b - w - 1`` on, as in R).

    Parameters carry R's names and defaults. As in R the bound is two-sided in ``alpha`` and is 0 where ``limit54``
    keeps the detector silent (``reason`` says so). ``detail``: ``score``, ``probability``, ``phi``, ``trend``,
    ``slope``, ``se``.
    """
    if fitFun not in _FITS:
        raise DetectionError(
            "detection.fit_fun", f"fitFun={fitFun!r} is not known", "fitFun", "use " + ", ".join(_FITS)
        )
    columns = resolve_times(batch, times, max(batch.freq * b - w - 1, 0))
    expected, upper, alarm, reason = empty_matrices(batch.size, columns.size)
    baselines = _baselines(batch, columns, b, w, trend, reason)
    settings = FarringtonSettings(trend, b, reweight, 1.0, 0.05, fitFun.endswith("populationOffset"), 0, flexible=False)
    detail = {name: np.full(expected.shape, np.nan) for name in ("score", "probability", "phi", "trend", "slope", "se")}
    for p in predict_chunks(batch, columns, baselines, settings, threads):
        at = (p.series, p.position)
        bounds = farrington_bound(
            p.eta, p.se, p.phi, batch.observed[p.series, columns[p.position]], powertrans, alpha / 2
        )
        upper[at], expected[at] = bounds.upper, bounds.expected
        reason[at] = np.where((p.reason == Reason.NONE) & np.isnan(bounds.upper), Reason.BOUND_UNDEFINED, p.reason)
        values = (bounds.score, 1 - bounds.probability, p.phi, p.trend.astype(float), p.slope, p.se)
        for name, value in zip(detail, values, strict=True):
            detail[name][at] = value
    with np.errstate(invalid="ignore"):
        alarm[:] = detail["score"] > 1
    enough, known = enough_cases(batch.observed, columns, limit54)
    silent = known & ~enough & (reason != Reason.TOO_SHORT)
    upper[silent], alarm[silent], reason[silent] = 0.0, False, Reason.FEW_CASES
    upper[~known], alarm[~known], reason[~known] = np.nan, False, Reason.NOT_OBSERVED

    def used(series: int, k: int) -> BaselineUse:
        return baseline_use(batch, series, int(columns[k]), baselines.get(k), 0)

    parameters = {
        "b": b, "w": w, "reweight": reweight, "alpha": alpha, "trend": trend, "limit54": tuple(limit54),
        "powertrans": powertrans, "fitFun": fitFun,
    }  # fmt: skip
    return Detection("farrington", parameters, batch, columns, expected, upper, alarm, reason, detail, used)


def _baselines(
    batch: SeriesBatch, columns: IntArray, b: int, w: int, trend: bool, reason: ReasonArray
) -> dict[int, FarringtonBaseline]:
    """The baseline of each position that has one; the others get their reason."""
    baselines: dict[int, FarringtonBaseline] = {}
    for k, column in enumerate(columns):
        chosen = reference_columns(batch, int(column), b, w)
        if chosen.size > (2 if trend else 1):
            lag = chosen - int(column)
            design = FactorTrendDesign(np.zeros(chosen.size, np.int64), lag.astype(np.float64), 1)
            baselines[k] = FarringtonBaseline(lag, design)
        else:
            reason[:, k] = Reason.TOO_SHORT
    return baselines


def reference_columns(batch: SeriesBatch, column: int, b: int, w: int) -> IntArray:
    """Existing columns within ``w`` times of the same time in each of the ``b`` past years, ascending."""
    if batch.dates is None:
        wanted = [column - batch.freq * year + step for year in range(b, 0, -1) for step in range(-w, w + 1)]
        return np.array(sorted({c for c in wanted if c >= 0}), np.int64)
    present = int(batch.dates[column])
    days = [
        _aligned(_moved(years_back(present, year), step, batch.freq), present, batch.freq)
        for year in range(1, b + 1)
        for step in range(-w, w + 1)
    ]
    position = np.searchsorted(batch.dates, days)
    found = {
        int(at) for at, day in zip(position, days, strict=True) if at < batch.length and int(batch.dates[at]) == day
    }
    return np.array(sorted(found), np.int64)


def _moved(day: int, steps: int, freq: int) -> int:
    if freq == 12:
        return months_on(day, steps)
    return day + steps * (7 if freq == 52 else 1)


def _aligned(day: int, present: int, freq: int) -> int:
    """The day moved to the weekday (weekly data) or day of the month (monthly data) of the present."""
    if freq == 52:
        forward, backward = (present - day) % 7, (day - present) % 7
        return day + (forward if forward < backward else -backward)
    if freq == 12:
        return day - (civil_date(day).day - civil_date(present).day)
    return day
