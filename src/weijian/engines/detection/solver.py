"""Thousands of small quasi-Poisson regressions at once: seasonal factor plus linear trend, log link, solved in closed form.

Farrington-type detectors fit, for every series and week, a log-linear model ``log mu = a[group] + b * t + offset`` to
some 35 to 250 baseline counts, four times over. The normal matrix of that model is an arrow (diagonal in the groups, one
dense row for the trend), so each weighted least-squares step of Fisher scoring is a handful of group sums and one
division. All rows of a chunk take the step together; no matrix is ever factorised.

The order of operations is that of R's ``glm.fit`` because it decides digits: start at ``y + 0.1``, stop at a relative
change of deviance below 1e-8, at most 25 steps, and report standard errors and leverages with the working weights of
the *last step taken*, which belong to the estimate before it. ``solver_reference`` is the same algorithm row by row with
a dense QR; property tests hold the two equal, and rows that leave the floating range here are sent there.

References: McCullagh & Nelder, Generalized Linear Models (1989), chapter 2.5; Farrington et al., JRSS A 159 (1996) 547-563.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weijian.engines.detection.series import BoolArray, FloatArray, IntArray
from weijian.engines.detection.solver_reference import EPSILON, MAX_STEPS, START_SHIFT, fit_factor_trend_row

LOWEST_ETA = -36.0
"""Below this R replaces exp(eta) by the machine epsilon; such rows go to the reference, which does the same."""


@dataclass(frozen=True, slots=True)
class FactorTrendDesign:
    """Baseline of ``n`` observations in ``groups`` seasonal groups (0-based) at times ``time``; the same for every row."""

    group: IntArray
    time: FloatArray
    groups: int

    @property
    def centre(self) -> float:
        """Time that is subtracted before fitting; any constant gives the same model, the mean loses fewest digits."""
        return float(self.time.mean())


@dataclass(slots=True)
class FactorTrendFit:
    """Estimates of ``r`` rows. ``level`` and ``slope`` refer to centred time; ``slope`` is 0 without a trend.

    ``weight_sum``, ``weight_time`` (per group) and ``slope_information`` are the normal matrix of the last step;
    ``mean`` and ``weight`` are ``(r, n)``: fitted mean, and working weight of the last step.
    """

    level: FloatArray
    slope: FloatArray
    weight_sum: FloatArray
    weight_time: FloatArray
    slope_information: FloatArray
    mean: FloatArray
    weight: FloatArray
    converged: BoolArray
    steps: IntArray
    singular: BoolArray
    residual_df: FloatArray
    trend: bool
    centre: float
    group: IntArray
    centred_time: FloatArray

    def unscaled_variance(self, group: IntArray | int, time: float | FloatArray) -> FloatArray:
        """Variance of the linear predictor at (group, time) for dispersion 1; one value per row."""
        rows = np.arange(self.level.shape[0])
        total = self.weight_sum[rows, group]
        with np.errstate(divide="ignore", invalid="ignore"):
            value = 1.0 / total
            if self.trend:
                distance = (time - self.centre) - self.weight_time[rows, group] / total
                value = value + distance**2 / self.slope_information
        return np.asarray(value)

    def linear_predictor(self, group: IntArray | int, time: float | FloatArray) -> FloatArray:
        """``log mu`` without offset at (group, time); one value per row."""
        rows = np.arange(self.level.shape[0])
        return np.asarray(self.level[rows, group] + self.slope * (time - self.centre))

    def leverage(self) -> FloatArray:
        """Diagonal of the hat matrix, ``(r, n)``; exactly 1 where R's ``lm.influence`` rounds it to 1."""
        with np.errstate(divide="ignore", invalid="ignore"):
            unit = 1.0 / self.weight_sum
            hat = unit[:, self.group]
            if self.trend:
                away = self.centred_time - (self.weight_time * unit)[:, self.group]
                away *= away
                away *= (1.0 / self.slope_information)[:, None]
                hat += away
        hat *= self.weight
        hat[hat > 1 - 10 * np.finfo(float).eps] = 1.0
        return hat


def fit_factor_trend(
    counts: FloatArray,
    design: FactorTrendDesign,
    *,
    trend: bool,
    prior: FloatArray | None = None,
    exposure: FloatArray | None = None,
) -> FactorTrendFit:
    """Fit every row of ``counts`` ``(r, n)`` to the design by Fisher scoring.

    ``prior`` are non-negative weights ``(r, n)`` (0 leaves an observation out, ``counts`` there must be finite);
    ``exposure`` multiplies the mean (``exp(offset)``, for example population). Groups without any weight keep level 0
    and weight 0. ``singular`` marks rows whose trend is aliased with the groups. Cost is linear in ``r * n``.
    """
    moments = _Moments(counts, design, prior, exposure)
    return _iterate(moments, trend)


class _Moments:
    """Sums that do not change from step to step, over the groups of a design."""

    def __init__(
        self, counts: FloatArray, design: FactorTrendDesign, prior: FloatArray | None, exposure: FloatArray | None
    ) -> None:
        self.counts, self.design, self.prior, self.exposure = counts, design, prior, exposure
        self.groups = design.groups
        self.time = design.time - design.centre
        indicator = (design.group[:, None] == np.arange(design.groups)).astype(np.float64)
        self.indicator = indicator
        self.columns = np.hstack([indicator, indicator * self.time[:, None], indicator * (self.time**2)[:, None]])
        weighted = counts if prior is None else counts * prior
        sums = weighted @ self.columns[:, : 2 * self.groups]
        self.count_sum = sums[:, : self.groups]
        self.count_time = sums[:, self.groups :].sum(axis=1)
        log_counts = np.log(np.maximum(counts, 1.0))
        self.constant = (weighted * log_counts).sum(axis=1) - self.count_sum.sum(axis=1)
        if exposure is not None:
            self.constant -= (weighted * np.log(exposure)).sum(axis=1)
        base = _product(prior, exposure)
        self.base = base
        if base is None:
            self.base_sum = np.broadcast_to(indicator.sum(axis=0), self.count_sum.shape)
        else:
            self.base_sum = base @ indicator
        used = np.full(counts.shape[0], counts.shape[1]) if prior is None else (prior > 0).sum(axis=1)
        present = self.base_sum > 0
        self.present = present
        self.observations = used.astype(np.float64)
        self.rank = present.sum(axis=1)

    def start(self, trend: bool) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Deviance at the starting mean, and the weighted sums of the first step: weights and working response."""
        shifted = self.counts + START_SHIFT
        log_shifted = np.log(shifted)
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.where(self.counts > 0, self.counts * (np.log(self.counts) - log_shifted), 0.0)
        gap += START_SHIFT
        response = log_shifted if self.exposure is None else log_shifted - np.log(self.exposure)
        response = shifted * response
        response -= START_SHIFT
        if self.prior is not None:
            gap *= self.prior
            shifted *= self.prior
            response *= self.prior
        deviance = 2.0 * gap.sum(axis=1)
        sums = shifted @ self.columns
        scores = response @ self.columns[:, : 2 * self.groups]
        return deviance, sums, scores[:, : self.groups], scores[:, self.groups :].sum(axis=1)


def _product(left: FloatArray | None, right: FloatArray | None) -> FloatArray | None:
    if left is None:
        return right
    return left if right is None else left * right


def _step(
    sums: FloatArray, score: FloatArray, score_time: FloatArray, groups: int, trend: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Solve the arrow system: changes of level and slope, and the information about the slope."""
    total, first, second = sums[:, :groups], sums[:, groups : 2 * groups], sums[:, 2 * groups :]
    safe = np.where(total > 0, total, 1.0)
    if not trend:
        zero = np.zeros(sums.shape[0])
        return score / safe, zero, zero
    centre = first / safe
    information = (second - first * centre).sum(axis=1)
    slope = (score_time - (centre * score).sum(axis=1)) / information
    return score / safe - centre * slope[:, None], slope, information


def _iterate(m: _Moments, trend: bool) -> FactorTrendFit:
    rows, groups = m.counts.shape[0], m.groups
    level, slope = np.zeros((rows, groups)), np.zeros(rows)
    before_level, before_slope = np.zeros((rows, groups)), np.zeros(rows)
    out_sums = np.zeros((rows, 3 * groups))
    information = np.zeros(rows)
    steps = np.zeros(rows, np.int64)
    converged = np.zeros(rows, bool)
    strange = np.zeros(rows, bool)
    singular = np.zeros(rows, bool)
    alive = np.arange(rows)
    with np.errstate(all="ignore"):
        old_deviance, sums, score, score_time = m.start(trend)
        base = m.base
        count_sum, count_time, constant, base_sum = m.count_sum, m.count_time, m.constant, m.base_sum
        a, b, info = _step(sums, score, score_time, groups, trend)
        if trend:
            singular = ~(info > 1e-12 * np.abs(sums[:, 2 * groups :].sum(axis=1)))
        a_before, b_before = np.zeros_like(a), np.zeros_like(b)
        for step in range(1, MAX_STEPS + 1):
            now = _mean_sums(m, a, b, base, base_sum, trend)
            deviance = 2.0 * (
                constant - (a * count_sum).sum(axis=1) - b * count_time + now[:, :groups].sum(axis=1)
            )
            done = np.abs(deviance - old_deviance) < EPSILON * (0.1 + np.abs(deviance))
            # Sums of billions carry rounding above R's criterion; a change below that rounding is convergence too.
            done |= np.abs(deviance - old_deviance) < 16 * np.finfo(float).eps * np.abs(constant)
            odd = ~np.isfinite(deviance) | (_lowest(m, a, b, count_sum, trend) < LOWEST_ETA)
            stop = done | odd | (step == MAX_STEPS)
            if stop.any():
                index = alive[stop]
                level[index], slope[index] = a[stop], b[stop]
                before_level[index], before_slope[index] = a_before[stop], b_before[stop]
                out_sums[index], information[index] = sums[stop], info[stop]
                steps[index], converged[index], strange[index] = step, done[stop], odd[stop]
                keep = ~stop
                if not keep.any():
                    break
                alive, a, b, now = alive[keep], a[keep], b[keep], now[keep]
                count_sum, count_time, constant = count_sum[keep], count_time[keep], constant[keep]
                base_sum, deviance = base_sum[keep], deviance[keep]
                base = base[keep] if base is not None else None
            sums, old_deviance, a_before, b_before = now, deviance, a, b
            change, change_slope, info = _step(
                sums,
                count_sum - sums[:, :groups],
                count_time - sums[:, groups : 2 * groups].sum(axis=1),
                groups,
                trend,
            )
            a, b = a + change, b + change_slope
    mean, weight = _means(m, level, slope, before_level, before_slope, steps, trend)
    fit = FactorTrendFit(
        level, slope, out_sums[:, :groups], out_sums[:, groups : 2 * groups], information, mean, weight,
        converged, steps, singular, m.observations - m.rank - float(trend), trend, m.design.centre, m.design.group, m.time,
    )  # fmt: skip
    _redo_strange(fit, m, np.flatnonzero(strange & ~singular))
    return fit


def _mean_sums(
    m: _Moments, a: FloatArray, b: FloatArray, base: FloatArray | None, base_sum: FloatArray, trend: bool
) -> FloatArray:
    """Group sums of prior x mean, and of that times t and t squared, at the estimate (a, b)."""
    scale = np.exp(a)
    if not trend:
        rows, groups = a.shape
        sums = np.zeros((rows, 3 * groups))
        np.multiply(scale, base_sum, out=sums[:, :groups])
        return sums
    growth = b[:, None] * m.time
    np.exp(growth, out=growth)
    if base is not None:
        growth *= base
    sums = growth @ m.columns
    sums.reshape(a.shape[0], 3, -1)[...] *= scale[:, None, :]
    return sums


def _lowest(m: _Moments, a: FloatArray, b: FloatArray, count_sum: FloatArray, trend: bool) -> FloatArray:
    """A lower bound of the linear predictor of each row (without offset)."""
    floor = a.min(axis=1)
    if trend:
        floor = floor + np.minimum(b * m.time.min(), b * m.time.max())
    return np.asarray(floor)


def _means(
    m: _Moments,
    level: FloatArray,
    slope: FloatArray,
    before_level: FloatArray,
    before_slope: FloatArray,
    steps: IntArray,
    trend: bool,
) -> tuple[FloatArray, FloatArray]:
    """Fitted mean, and working weight (prior x mean) of the last step taken."""
    group = m.design.group
    with np.errstate(all="ignore"):
        if trend:
            mean = slope[:, None] * m.time
            mean += level[:, group]
            np.exp(mean, out=mean)
            weight = before_slope[:, None] * m.time
            weight += before_level[:, group]
            np.exp(weight, out=weight)
        else:
            mean = np.exp(level)[:, group]
            weight = np.exp(before_level)[:, group]
    if m.exposure is not None:
        mean *= m.exposure
        weight *= m.exposure
    at_start = steps == 1
    if at_start.any():
        weight[at_start] = m.counts[at_start] + START_SHIFT
    if m.prior is not None:
        weight *= m.prior
    return mean, weight


def _redo_strange(fit: FactorTrendFit, m: _Moments, rows: IntArray) -> None:
    """Rows that overflowed or reached the smallest mean are solved one by one by the reference."""
    for row in rows:
        prior = None if m.prior is None else m.prior[row]
        exposure = None if m.exposure is None else m.exposure[row]
        one = fit_factor_trend_row(m.counts[row], m.design.group, m.time, m.groups, fit.trend, prior, exposure)
        fit.level[row], fit.slope[row] = one.level, one.slope
        fit.mean[row], fit.weight[row] = one.mean, one.weight
        fit.steps[row], fit.converged[row], fit.singular[row] = one.steps, one.converged, one.singular
    if rows.size:
        _set_normal(fit, rows, fit.weight[rows] @ m.columns, m.groups)


def _set_normal(fit: FactorTrendFit, rows: IntArray, sums: FloatArray, groups: int) -> None:
    total, first, second = sums[:, :groups], sums[:, groups : 2 * groups], sums[:, 2 * groups :]
    fit.weight_sum[rows], fit.weight_time[rows] = total, first
    safe = np.where(total > 0, total, 1.0)
    fit.slope_information[rows] = (second - first * first / safe).sum(axis=1)
