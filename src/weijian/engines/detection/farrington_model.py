"""The regression step that both Farrington detectors share: rows are (series, time) pairs, those whose baselines
have the same shape are fitted together in chunks, the trend is tested, and the present is predicted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import special

from weijian.engines.detection.blas import one_blas_thread
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import BaselineUse
from weijian.engines.detection.reweighting import RobustFit, fit_robust
from weijian.engines.detection.series import BoolArray, FloatArray, IntArray, SeriesBatch
from weijian.engines.detection.solver import FactorTrendDesign, PreparedCounts, prepare_counts

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
class FarringtonBaseline:
    """Columns relative to the present (negative), and the design they make; time 0 is the present."""

    lag: IntArray
    design: FactorTrendDesign

    @property
    def key(self) -> bytes:
        """Equal for two decisions with the same relative baseline, so that they are fitted together."""
        return self.lag.tobytes() + self.design.group.tobytes() + self.design.time.tobytes()


@dataclass(frozen=True, slots=True)
class FarringtonSettings:
    """What decides the model. ``group`` is the seasonal group of the present.

    ``flexible`` selects R's ``farringtonFlexible`` where it differs from R's ``farrington``: there the trend test
    and the standard error use squared working residuals weighted by the prior weights (the fit function overwrites
    the working weights before ``summary`` and ``predict`` read them), and a model that does not converge gives no
    result.
    """

    trend: bool
    b: int
    reweight: bool
    weightsThreshold: float
    pThresholdTrend: float
    populationOffset: bool
    group: int
    flexible: bool


@dataclass(frozen=True, slots=True)
class _Rows:
    """Data of a chunk: the baseline counts ``(r, n)``, and the present's exposure and time."""

    data: PreparedCounts
    exposure_now: FloatArray
    time_now: FloatArray

    def take(self, index: IntArray) -> _Rows:
        if index.size == self.exposure_now.size:
            return self
        return _Rows(self.data.take(index), self.exposure_now[index], self.time_now[index])


def predict_chunks(
    batch: SeriesBatch,
    columns: IntArray,
    baselines: dict[int, FarringtonBaseline],
    settings: FarringtonSettings,
    threads: int = 1,
) -> Iterator[Predictions]:
    """Predictions of every (series, position in ``columns``) that has a baseline, in a fixed order."""
    shapes: dict[bytes, list[int]] = defaultdict(list)
    for position, baseline in baselines.items():
        shapes[baseline.key].append(position)
    work: list[tuple[FarringtonBaseline, IntArray, IntArray]] = []
    for positions in shapes.values():
        pairs_series = np.repeat(np.arange(batch.size), len(positions))
        pairs_position = np.tile(np.array(positions), batch.size)
        for start in range(0, pairs_series.size, CHUNK):
            part = slice(start, start + CHUNK)
            work.append((baselines[positions[0]], pairs_series[part], pairs_position[part]))

    def run(job: tuple[FarringtonBaseline, IntArray, IntArray]) -> Predictions:
        return _predict(batch, columns, *job, settings)

    with one_blas_thread():
        if threads > 1 and len(work) > 1:
            with ThreadPoolExecutor(threads) as pool:
                yield from pool.map(run, work)
        else:
            yield from map(run, work)


def _gather(
    batch: SeriesBatch,
    columns: IntArray,
    baseline: FarringtonBaseline,
    series: IntArray,
    position: IntArray,
    offset: bool,
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
    return _Rows(prepare_counts(counts, used, exposure), exposure_now, time_now), reason


def _predict(
    batch: SeriesBatch,
    columns: IntArray,
    baseline: FarringtonBaseline,
    series: IntArray,
    position: IntArray,
    s: FarringtonSettings,
) -> Predictions:
    rows, reason = _gather(batch, columns, baseline, series, position, s.populationOffset)
    design = baseline.design
    n = series.size
    out = Predictions(
        series, position, np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, bool),
        np.full(n, np.nan), reason,
    )  # fmt: skip
    usable = np.flatnonzero(reason == Reason.NONE)
    first, repeated = _all_zero_rows(rows, usable)
    usable = np.setdiff1d(usable, repeated, assume_unique=True)
    plain = usable
    if s.trend:
        chosen = rows.take(usable)
        fit = fit_robust(chosen.data, design, trend=True, reweight=s.reweight, threshold=s.weightsThreshold)
        kept = _trend_kept(fit, chosen, s)
        _store(out, usable, kept, fit, rows, s)
        plain = usable[~kept]
    if plain.size:
        fit = fit_robust(rows.take(plain).data, design, trend=False, reweight=s.reweight, threshold=s.weightsThreshold)
        _store(out, plain, np.ones(plain.size, bool), fit, rows, s)
        failed = plain[~fit.first_converged]
        out.reason[failed] = Reason.NO_CONVERGENCE
        if s.flexible:
            out.eta[failed] = np.nan
    _remark(out, rows, usable)
    if repeated.size:
        for values in (out.eta, out.se, out.phi, out.trend, out.slope, out.reason):
            values[repeated] = values[first]
    return out


def _all_zero_rows(rows: _Rows, usable: IntArray) -> tuple[int, IntArray]:
    """One row without any case, and the others: same counts, same fit, and most rows of a rare disease are such."""
    if rows.data.used is not None or rows.data.exposure is not None:
        return 0, np.array([], np.int64)
    empty = usable[rows.data.counts[usable].max(axis=1, initial=0.0) == 0]
    return (int(empty[0]) if empty.size else 0), empty[1:]


def _trend_kept(robust: RobustFit, rows: _Rows, s: FarringtonSettings) -> BoolArray:
    """Significant, at least three years, and no prediction above the largest baseline count."""
    fit = robust.fit
    with np.errstate(all="ignore"):
        dispersion = robust.prior_dispersion if s.flexible else robust.dispersion
        error = np.sqrt(dispersion / fit.slope_information)
        pvalue = 2 * special.stdtr(fit.residual_df, -np.abs(fit.slope / error))
        mean = np.exp(fit.linear_predictor(s.group, rows.time_now)) * rows.exposure_now
        kept = (pvalue < s.pThresholdTrend) & (mean <= rows.data.counts.max(axis=1)) & (s.b >= 3)
    return np.asarray(kept & robust.first_converged & ~fit.singular)


def _store(
    out: Predictions, index: IntArray, where: BoolArray, robust: RobustFit, rows: _Rows, s: FarringtonSettings
) -> None:
    """Write the prediction of the rows ``index[where]`` from a fit of the rows ``index``."""
    fit, at = robust.fit, index[where]
    with np.errstate(all="ignore"):
        eta = fit.linear_predictor(s.group, rows.time_now[index]) + np.log(rows.exposure_now[index])
        dispersion = robust.prior_dispersion if s.flexible else robust.phi
        se = np.sqrt(dispersion * fit.unscaled_variance(s.group, rows.time_now[index]))
    out.eta[at], out.se[at], out.phi[at] = eta[where], se[where], robust.phi[where]
    out.trend[at] = fit.trend
    out.slope[at] = fit.slope[where] if fit.trend else np.nan
    lost = where & ~(fit.residual_df > 0)
    out.reason[index[lost]] = Reason.NO_DEGREES_OF_FREEDOM
    absent = where & (fit.weight_sum[:, s.group] <= 0)
    out.reason[index[absent]] = Reason.NO_REFERENCE
    out.eta[index[absent]] = np.nan


def _remark(out: Predictions, rows: _Rows, usable: IntArray) -> None:
    """Say so where the whole baseline is zero: the number stands, but it rests on nothing."""
    empty = usable[rows.data.counts[usable].sum(axis=1) == 0]
    out.reason[empty[out.reason[empty] == Reason.NONE]] = Reason.ALL_ZERO


def baseline_use(
    batch: SeriesBatch, series: int, column: int, baseline: FarringtonBaseline | None, past: int
) -> BaselineUse:
    """Which columns the model of one decision used, and which it left out: outbreaks, missing counts, the last
    weeks.
    """
    if baseline is None:
        return BaselineUse(np.array([], np.int64), {})
    chosen = baseline.lag + column
    outbreak = batch.state[series, chosen] & batch.exclude_outbreaks
    missing = np.isnan(batch.observed[series, chosen]) & ~outbreak
    recent = np.arange(max(column - past, 0), column, dtype=np.int64)
    left_out = {"outbreak": chosen[outbreak], "missing": chosen[missing], "recent": recent}
    return BaselineUse(chosen[~outbreak & ~missing], {k: v for k, v in left_out.items() if v.size})
