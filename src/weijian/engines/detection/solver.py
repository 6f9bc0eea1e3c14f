"""Thousands of small quasi-Poisson regressions at once: seasonal factor plus linear trend, log link, solved in
closed form.

Farrington-type detectors fit, for every series and week, a log-linear model ``log mu = a[group] + b * t + offset``
to some 35 to 250 baseline counts, up to four times over. The normal matrix of that model is an arrow (diagonal in
the groups, one dense row for the trend), so each weighted least-squares step of Fisher scoring is a handful of
group sums and one division. All rows of a chunk take the step together; no matrix is ever factorised.

The order of operations is that of R's ``glm.fit`` because it decides digits: start at ``y + 0.1``, stop at a
relative change of deviance below 1e-8, at most 25 steps, and report standard errors and leverages with the working
weights of the *last step taken*, which belong to the estimate before it. ``solver_reference`` is the same algorithm
row by row with a dense QR; property tests hold the two equal, and rows that leave the floating range here are sent
there.

References: McCullagh & Nelder, Generalized Linear Models (1989), chapter 2.5; Farrington et al., JRSS A 159 (1996)
547-563.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from weijian.engines.detection.series import BoolArray, FloatArray, IntArray
from weijian.engines.detection.solver_design import FactorTrendDesign, PreparedCounts, prepare_counts
from weijian.engines.detection.solver_reference import (
    EPSILON,
    MAX_STEPS,
    SMALLEST_MEAN,
    START_SHIFT,
    fit_factor_trend_row,
)

__all__ = ["FactorTrendDesign", "FactorTrendFit", "PreparedCounts", "fit_factor_trend", "prepare_counts"]

LOWEST_ETA = -36.0
"""Below this R replaces exp(eta) by the machine epsilon; such rows are fitted again by the slower way that does the
same.
"""
ALIASED = 1e-12
"""Share of the trend's weighted sum of squares that must be left after the groups, else the trend is aliased."""


@dataclass(slots=True)
class FactorTrendFit:
    """Estimates of ``r`` rows. ``level`` ``(r, groups)`` and ``slope`` refer to centred time; ``slope`` is 0
    without trend.

    ``before_level`` and ``before_slope`` are the estimate before the last step. ``weight_sum``, ``weight_time``
    (per group) and ``slope_information`` are the normal matrix of the last step. ``steps`` counts steps,
    ``converged`` says whether the stopping rule was met, ``singular`` marks a trend aliased with the groups.
    """

    level: FloatArray
    slope: FloatArray
    before_level: FloatArray
    before_slope: FloatArray
    weight_sum: FloatArray
    weight_time: FloatArray
    slope_information: FloatArray
    steps: IntArray
    converged: BoolArray
    singular: BoolArray
    residual_df: FloatArray
    mean: FloatArray
    weight: FloatArray
    design: FactorTrendDesign
    trend: bool

    def unscaled_variance(self, group: int, time: float | FloatArray) -> FloatArray:
        """Variance of the linear predictor at (group, time) for dispersion 1; one value per row."""
        total = self.weight_sum[:, group]
        with np.errstate(divide="ignore", invalid="ignore"):
            value = 1.0 / total
            if self.trend:
                distance = (time - self.design.centre) - self.weight_time[:, group] / total
                value = value + distance**2 / self.slope_information
        return np.asarray(value)

    def linear_predictor(self, group: int, time: float | FloatArray) -> FloatArray:
        """``log mu`` without offset at (group, time); one value per row."""
        return np.asarray(self.level[:, group] + self.slope * (time - self.design.centre))

    def leverage(self) -> FloatArray:
        """Diagonal of the hat matrix, ``(r, n)``; exactly 1 where R's ``lm.influence`` rounds it to 1."""
        with np.errstate(divide="ignore", invalid="ignore"):
            unit = np.where(self.weight_sum > 0, 1.0 / self.weight_sum, 0.0)
            if self.trend:
                away = self.design.centred - (self.weight_time * unit) @ self.design.indicator
                away *= away
                away *= (1.0 / self.slope_information)[:, None]
                away += unit @ self.design.indicator
            else:
                away = unit @ self.design.indicator
        away *= self.weight
        away[away > 1 - 10 * np.finfo(float).eps] = 1.0
        return np.asarray(away)

    def replace_rows(self, rows: IntArray, other: FactorTrendFit) -> None:
        """Put the rows of another fit of the same design in the place of ``rows``."""
        for item in fields(self):
            mine = getattr(self, item.name)
            if isinstance(mine, np.ndarray):
                mine[rows] = getattr(other, item.name)


def fit_factor_trend(
    data: PreparedCounts, design: FactorTrendDesign, *, trend: bool, prior: FloatArray | None = None
) -> FactorTrendFit:
    """Fit every row to the design by Fisher scoring.

    ``prior`` are non-negative weights ``(r, n)``, 0 leaves an observation out; without them ``data.used`` decides.
    Groups without any weight keep level 0 and weight 0. Cost is linear in ``r * n``.
    """
    if prior is None and data.used is not None:
        prior = data.used.astype(np.float64)
    rows, groups = data.counts.shape[0], design.groups
    constants = _Constants.of(data, design, prior, trend)
    zero, empty = np.zeros(rows), np.zeros((rows, groups))
    freedom = constants.observations - constants.present.sum(axis=1) - float(trend)
    fit = FactorTrendFit(
        empty.copy(), zero.copy(), empty.copy(), zero.copy(), empty.copy(), empty.copy(), zero.copy(),
        np.zeros(rows, np.int64), np.zeros(rows, bool), np.zeros(rows, bool), freedom,
        np.empty((0, 0)), np.empty((0, 0)), design, trend,
    )  # fmt: skip
    with np.errstate(all="ignore"):
        strange = _iterate(fit, data, constants)
        _set_means(fit, data, prior)
        low = np.flatnonzero(strange & ~fit.singular)
        if low.size:
            _refit_floored(fit, data, constants, prior, low)
    return fit


@dataclass(slots=True)
class _Constants:
    """Sums that stay the same from step to step, compressed with the rows that are still moving."""

    count_sum: FloatArray
    count_time: FloatArray
    likelihood: FloatArray
    base: FloatArray | None
    base_sum: FloatArray
    present: BoolArray
    observations: FloatArray
    prior: FloatArray | None
    exposure: FloatArray | None
    weighted: FloatArray

    @staticmethod
    def of(data: PreparedCounts, design: FactorTrendDesign, prior: FloatArray | None, trend: bool) -> _Constants:
        rows, n, groups = data.counts.shape[0], design.time.size, design.groups
        columns = design.columns[:n]
        weighted = data.counts if prior is None else data.counts * prior
        sums = weighted @ columns[:, : (2 if trend else 1) * groups]
        base, observations = None, np.full(rows, float(n))
        base_sum = np.broadcast_to(design.indicator.sum(axis=1), (rows, groups))
        likelihood = data.log_likelihood.sum(axis=1) if prior is None else _dot(data.log_likelihood, prior)
        if prior is not None:
            observations = (prior > 0).sum(axis=1).astype(np.float64)
        if prior is not None or data.exposure is not None:
            base = np.zeros((rows, design.width))
            base[:, :n] = 1.0 if prior is None else prior
            if data.exposure is not None:
                base[:, :n] *= data.exposure
            base_sum = base[:, :n] @ columns[:, :groups]
        count_time = sums[:, groups:].sum(axis=1) if trend else np.zeros(rows)
        return _Constants(
            sums[:, :groups], count_time, likelihood, base, base_sum, base_sum > 0, observations, prior, data.exposure,
            weighted,
        )  # fmt: skip

    def keep(self, rows: BoolArray | IntArray) -> _Constants:
        """The same for some of the rows."""
        kept = (None if item is None else item[rows] for item in (self.base, self.prior, self.exposure))
        base, prior, exposure = kept
        return _Constants(
            self.count_sum[rows], self.count_time[rows], self.likelihood[rows], base, self.base_sum[rows],
            self.present, self.observations, prior, exposure, self.weighted[rows],
        )  # fmt: skip


def _dot(left: FloatArray, right: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ij,ij->i", left, right))


def _start(data: PreparedCounts, c: _Constants, design: FactorTrendDesign) -> tuple[FloatArray, ...]:
    """Deviance at the starting mean, and the sums of the first step: weights, and weights times working response."""
    n, groups = design.time.size, design.groups
    shifted, response = data.counts + START_SHIFT, data.start_response
    if c.prior is not None:
        shifted, response = shifted * c.prior, response * c.prior
        deviance = 2.0 * _dot(data.start_gap, c.prior)
    else:
        deviance = 2.0 * data.start_gap.sum(axis=1)
    scores = response @ design.columns[:n, : 2 * groups]
    return deviance, shifted @ design.columns[:n], scores[:, :groups], scores[:, groups:].sum(axis=1)


def _step(
    sums: FloatArray, score: FloatArray, score_time: FloatArray, groups: int, trend: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Solve the arrow system: changes of level and slope, and the information about the slope."""
    total = sums[:, :groups]
    safe = np.where(total > 0, total, 1.0)
    if not trend:
        return score / safe, np.zeros(total.shape[0]), np.zeros(total.shape[0])
    first = sums[:, groups : 2 * groups]
    centre = first / safe
    information = sums[:, 2 * groups :].sum(axis=1) - _dot(first, centre)
    slope = (score_time - _dot(centre, score)) / information
    return score / safe - centre * slope[:, None], slope, information


def _evaluate(
    design: FactorTrendDesign, c: _Constants, a: FloatArray, b: FloatArray, trend: bool
) -> tuple[FloatArray, FloatArray]:
    """Group sums of weight, weight x t and weight x t squared at the estimate, and the sum of count x log mean."""
    fitted = _dot(a, c.count_sum)
    scale = np.exp(a)
    if not trend:
        return scale * c.base_sum, fitted
    growth = design.growth(b)
    if c.base is not None:
        growth *= c.base
    sums = growth @ design.columns
    sums.reshape(a.shape[0], 3, -1)[...] *= scale[:, None, :]
    return sums, fitted + b * c.count_time


def _evaluate_floored(
    design: FactorTrendDesign, c: _Constants, a: FloatArray, b: FloatArray, trend: bool
) -> tuple[FloatArray, FloatArray]:
    """The same with every mean at least the machine epsilon, as R's log link has it; one exponential per
    observation.
    """
    n = design.time.size
    eta = a @ design.indicator + b[:, None] * design.centred
    mean = np.exp(eta)
    if c.exposure is not None:
        mean *= c.exposure
    np.maximum(mean, SMALLEST_MEAN, out=mean)
    log_mean = np.log(mean)
    if c.exposure is not None:
        log_mean -= np.log(c.exposure)
    fitted = _dot(c.weighted, log_mean)
    if c.prior is not None:
        mean *= c.prior
    width = (3 if trend else 1) * design.groups
    return mean @ design.columns[:n, :width], fitted


def _iterate(fit: FactorTrendFit, data: PreparedCounts, c: _Constants, *, floored: bool = False) -> BoolArray:
    """Fisher scoring of all rows together; a row is written down when it stops. Returns the rows that left the
    range.
    """
    design, trend, groups = fit.design, fit.trend, fit.design.groups
    evaluate = _evaluate_floored if floored else _evaluate
    strange = np.zeros(fit.slope.size, bool)
    old, sums, score, score_time = _start(data, c, design)
    a, b, info = _step(sums, score, score_time, groups, trend)
    if trend:
        fit.singular[:] = ~(info > ALIASED * sums[:, 2 * groups :].sum(axis=1))
    before_a, before_b = np.zeros_like(a), np.zeros_like(b)
    alive, moving = np.arange(a.shape[0]), np.ones(a.shape[0], bool)
    reach = (design.centred.min(), design.centred.max())
    for step in range(1, MAX_STEPS + 1):
        now, fitted = evaluate(design, c, a, b, trend)
        deviance = 2.0 * (c.likelihood - fitted + now[:, :groups].sum(axis=1))
        change = np.abs(deviance - old)
        # Sums of billions carry rounding above R's criterion; a change below that rounding is convergence too.
        rounding = 16 * np.finfo(float).eps * np.abs(fitted)
        done = (change < EPSILON * (0.1 + np.abs(deviance))) | (change < rounding)
        odd = ~np.isfinite(deviance)
        if not floored:
            lowest = a.min(axis=1)
            if trend:
                lowest = lowest + np.minimum(b * reach[0], b * reach[1])
            odd |= lowest < LOWEST_ETA
        stop = moving & (done | odd | (step == MAX_STEPS))
        if stop.any():
            index = alive[stop]
            fit.level[index], fit.slope[index] = a[stop], b[stop]
            fit.before_level[index], fit.before_slope[index] = before_a[stop], before_b[stop]
            fit.weight_sum[index], fit.slope_information[index] = sums[stop, :groups], info[stop]
            if trend:
                fit.weight_time[index] = sums[stop, groups : 2 * groups]
            fit.steps[index], fit.converged[index], strange[index] = step, done[stop], odd[stop]
            moving = moving & ~stop
            left = np.count_nonzero(moving)
            if left == 0:
                break
            if left < 0.75 * moving.size:
                c, alive = c.keep(moving), alive[moving]
                a, b, now, deviance = a[moving], b[moving], now[moving], deviance[moving]
                moving = np.ones(left, bool)
        sums, old, before_a, before_b = now, deviance, a, b
        score = c.count_sum - sums[:, :groups]
        score_time = c.count_time - sums[:, groups : 2 * groups].sum(axis=1)
        move, move_b, info = _step(sums, score, score_time, groups, trend)
        a, b = a + move, b + move_b
    return strange


def _set_means(fit: FactorTrendFit, data: PreparedCounts, prior: FloatArray | None) -> None:
    """Fitted mean, and working weight (prior x mean) of the last step taken."""
    slope, before = (fit.slope, fit.before_slope) if fit.trend else (None, None)
    fit.mean = fit.design.surface(fit.level, slope)
    fit.weight = fit.design.surface(fit.before_level, before)
    if data.exposure is not None:
        fit.mean *= data.exposure
        fit.weight *= data.exposure
    at_start = np.flatnonzero(fit.steps == 1)
    if at_start.size:
        fit.weight[at_start] = data.counts[at_start] + START_SHIFT
    if prior is not None:
        fit.weight *= prior


def _refit_floored(
    fit: FactorTrendFit, data: PreparedCounts, c: _Constants, prior: FloatArray | None, rows: IntArray
) -> None:
    """Fit the rows again whose mean fell below R's smallest; what then still overflows goes to the reference."""
    part, own = data.take(rows), None if prior is None else prior[rows]
    values: dict[str, Any] = {f.name: getattr(fit, f.name) for f in fields(fit)}
    arrays: dict[str, Any] = {name: value[rows] for name, value in values.items() if isinstance(value, np.ndarray)}
    again = replace(fit, **arrays)
    strange = _iterate(again, part, c.keep(rows), floored=True)
    _set_means(again, part, own)
    np.maximum(again.mean, SMALLEST_MEAN, out=again.mean)
    least = np.full_like(again.weight, SMALLEST_MEAN) if own is None else own * SMALLEST_MEAN
    np.maximum(again.weight, least, out=again.weight)
    _redo_strange(again, part, own, np.flatnonzero(strange | ~np.isfinite(again.mean).all(axis=1)))
    fit.replace_rows(rows, again)


def _redo_strange(fit: FactorTrendFit, data: PreparedCounts, prior: FloatArray | None, rows: IntArray) -> None:
    """Rows that overflowed are solved one by one by the reference, which halves its steps as R does."""
    design, groups = fit.design, fit.design.groups
    for row in rows:
        one = fit_factor_trend_row(
            data.counts[row], design.group, design.centred, groups, fit.trend,
            None if prior is None else prior[row], None if data.exposure is None else data.exposure[row],
        )  # fmt: skip
        fit.level[row], fit.slope[row] = one.level, one.slope
        fit.mean[row], fit.weight[row] = one.mean, one.weight
        fit.steps[row], fit.converged[row], fit.singular[row] = one.steps, one.converged, one.singular
    if rows.size:
        sums = fit.weight[rows] @ design.columns[: design.time.size]
        total, first = sums[:, :groups], sums[:, groups : 2 * groups]
        fit.weight_sum[rows], fit.weight_time[rows] = total, first
        fit.slope_information[rows] = (sums[:, 2 * groups :] - first**2 / np.where(total > 0, total, 1.0)).sum(axis=1)
