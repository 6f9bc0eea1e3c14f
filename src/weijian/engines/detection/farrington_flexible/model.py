"""Fit and predict in chunks: rows are (series, time) pairs whose baselines have the same shape."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import special

from weijian.engines.detection.farrington_flexible.baseline import FlexibleBaseline
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.reweighting import RobustFit, fit_robust
from weijian.engines.detection.series import BoolArray, FloatArray, IntArray, SeriesBatch
from weijian.engines.detection.solver import FactorTrendDesign

CHUNK = 512
"""Rows fitted together: large enough to hide Python's cost per call, small enough for a core's cache."""


@dataclass(slots=True)
class Predictions:
    """One element per row: where it belongs, predicted log mean with standard error, dispersion, trend."""

    series: IntArray
    position: IntArray
    eta: FloatArray
    se: FloatArray
    phi: FloatArray
    trend: BoolArray
    slope: FloatArray
    reason: IntArray


@dataclass(frozen=True, slots=True)
class _Settings:
    trend: bool
    years: int
    reweight: bool
    threshold: float
    p_trend: float
    population_offset: bool
    last_group: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """Data of a chunk: counts ``(r, n)``, which are used, exposure, and the present's exposure and time."""

    counts: FloatArray
    used: BoolArray | None
    exposure: FloatArray | None
    exposure_now: FloatArray
    time_now: FloatArray


def predict_chunks(
    batch: SeriesBatch,
    columns: IntArray,
    baselines: dict[int, FlexibleBaseline],
    *,
    trend: bool,
    years: int,
    reweight: bool,
    threshold: float,
    p_trend: float,
    population_offset: bool,
    last_group: int,
    threads: int,
) -> Iterator[Predictions]:
    """Predictions of every (series, time) that has a baseline, in a fixed order."""
    settings = _Settings(trend, years, reweight, threshold, p_trend, population_offset, last_group)
    shapes: dict[bytes, list[int]] = defaultdict(list)
    for position, baseline in baselines.items():
        shapes[baseline.key].append(position)
    work: list[tuple[FlexibleBaseline, IntArray, IntArray]] = []
    for positions in shapes.values():
        pairs_series = np.repeat(np.arange(batch.size), len(positions))
        pairs_position = np.tile(np.array(positions), batch.size)
        for start in range(0, pairs_series.size, CHUNK):
            part = slice(start, start + CHUNK)
            work.append((baselines[positions[0]], pairs_series[part], pairs_position[part]))

    def run(job: tuple[FlexibleBaseline, IntArray, IntArray]) -> Predictions:
        return _predict(batch, columns, *job, settings)

    if threads > 1 and len(work) > 1:
        with ThreadPoolExecutor(threads) as pool:
            yield from pool.map(run, work)
    else:
        yield from map(run, work)


def _gather(
    batch: SeriesBatch, columns: IntArray, baseline: FlexibleBaseline, series: IntArray, position: IntArray, offset: bool
) -> tuple[_Rows, IntArray]:
    """Counts and exposure of a chunk, with the rows that cannot be fitted marked by a reason."""
    now = columns[position]
    at = now[:, None] + baseline.lag
    counts = batch.baseline[series[:, None], at]
    reason = np.zeros(series.size, np.int64)
    used: BoolArray | None = None
    time_now = np.zeros(series.size)
    missing = np.isnan(counts)
    if missing.any():
        used = ~missing
        counts = np.where(missing, 0.0, counts)
        reason[~used.any(axis=1)] = Reason.GAP_IN_BASELINE
        if batch.dates is not None:
            # R measures the present from the first row that is not NA, the baseline from the first row of the window.
            kept = ~np.isnan(batch.observed[series[:, None], at])
            first = np.argmax(kept, axis=1)
            time_now = baseline.design.time[0] - baseline.design.time[first]
    exposure: FloatArray | None = None
    exposure_now = np.ones(series.size)
    if offset:
        exposure = batch.population[series[:, None], at]
        exposure_now = batch.population[series, now]
        valid = exposure > 0
        bad = ~valid if used is None else ~valid & used
        reason[bad.any(axis=1) | ~(exposure_now > 0)] = Reason.POPULATION
        exposure = np.where(valid, exposure, 1.0)
    return _Rows(counts, used, exposure, exposure_now, time_now), reason


def _predict(
    batch: SeriesBatch,
    columns: IntArray,
    baseline: FlexibleBaseline,
    series: IntArray,
    position: IntArray,
    s: _Settings,
) -> Predictions:
    rows, reason = _gather(batch, columns, baseline, series, position, s.population_offset)
    design = baseline.design
    n = series.size
    out = Predictions(
        series, position, np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, bool),
        np.full(n, np.nan), reason,
    )  # fmt: skip
    usable = np.flatnonzero(reason == Reason.NONE)
    plain = usable
    if s.trend:
        fit = _fit(_subset(rows, usable), design, s, trend=True)
        kept = _trend_kept(fit, _subset(rows, usable), s)
        _store(out, usable, kept, fit, rows, s)
        plain = usable[~kept]
    if plain.size:
        fit = _fit(_subset(rows, plain), design, s, trend=False)
        _store(out, plain, np.ones(plain.size, bool), fit, rows, s)
        failed = plain[~fit.first_converged]
        out.reason[failed] = Reason.NO_CONVERGENCE
        out.eta[failed] = np.nan
    _remark(out, rows, usable)
    return out


def _subset(rows: _Rows, index: IntArray) -> _Rows:
    if index.size == rows.counts.shape[0]:
        return rows
    return _Rows(
        rows.counts[index],
        None if rows.used is None else rows.used[index],
        None if rows.exposure is None else rows.exposure[index],
        rows.exposure_now[index],
        rows.time_now[index],
    )


def _fit(rows: _Rows, design: FactorTrendDesign, s: _Settings, *, trend: bool) -> RobustFit:
    return fit_robust(
        rows.counts, design, trend=trend, used=rows.used, exposure=rows.exposure, reweight=s.reweight,
        threshold=s.threshold,
    )  # fmt: skip


def _trend_kept(robust: RobustFit, rows: _Rows, s: _Settings) -> BoolArray:
    """Significant, at least three years, and no prediction above the largest baseline count."""
    fit = robust.fit
    with np.errstate(all="ignore"):
        # R's summary() sees the prior weights here because the fit function has overwritten the working weights.
        error = np.sqrt(robust.prior_dispersion / fit.slope_information)
        pvalue = 2 * special.stdtr(fit.residual_df, -np.abs(fit.slope / error))
        mean = np.exp(fit.linear_predictor(s.last_group, rows.time_now)) * rows.exposure_now
        largest = (rows.counts if rows.used is None else np.where(rows.used, rows.counts, 0.0)).max(axis=1)
        kept = (pvalue < s.p_trend) & (mean <= largest) & (s.years >= 3)
    return np.asarray(kept & robust.first_converged & ~fit.singular)


def _store(out: Predictions, index: IntArray, where: BoolArray, robust: RobustFit, rows: _Rows, s: _Settings) -> None:
    """Write the prediction of the rows ``index[where]`` from a fit of the rows ``index``."""
    fit, at = robust.fit, index[where]
    with np.errstate(all="ignore"):
        eta = fit.linear_predictor(s.last_group, rows.time_now[index]) + np.log(rows.exposure_now[index])
        # R's predict() takes the dispersion from the same summary(), hence with prior weights, not phi.
        se = np.sqrt(robust.prior_dispersion * fit.unscaled_variance(s.last_group, rows.time_now[index]))
    out.eta[at], out.se[at], out.phi[at] = eta[where], se[where], robust.phi[where]
    out.trend[at] = fit.trend
    out.slope[at] = fit.slope[where] if fit.trend else np.nan
    lost = where & ~(fit.residual_df > 0)
    out.reason[index[lost]] = Reason.NO_DEGREES_OF_FREEDOM
    absent = where & (fit.weight_sum[:, s.last_group] <= 0)
    out.reason[index[absent]] = Reason.SINGULAR
    out.eta[index[absent]] = np.nan


def _remark(out: Predictions, rows: _Rows, usable: IntArray) -> None:
    """Say so where the whole baseline is zero: the number stands, but it rests on nothing."""
    empty = usable[rows.counts[usable].sum(axis=1) == 0]
    out.reason[empty[out.reason[empty] == Reason.NONE]] = Reason.ALL_ZERO
