"""Exponential growth: rate, doubling or halving time and the reproduction number that goes with them, from a stretch of
daily counts. Simple, and the first number anybody asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from weijian.engines.detection.delay import checks
from weijian.engines.detection.delay.serial_interval import checked_weights
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
GROWTH_METHODS = ("quasi-poisson", "log-linear")
_NEWTON_STEPS, _CONVERGED = 100, 1e-10


@dataclass(frozen=True)
class Growth:
    """Growth rate ``rate`` per step with its interval; times in steps, ``inf`` where the rate is zero.

    ``doubling_time`` is ln 2 / rate: negative means halving every −doubling_time steps. When the interval of the rate
    contains zero the interval of the doubling time is the outside of (``doubling_time_lower``,
    ``doubling_time_upper``), through infinity. ``dispersion`` is the variance relative to Poisson.
    """

    rate: float
    lower: float
    upper: float
    doubling_time: float
    doubling_time_lower: float
    doubling_time_upper: float
    dispersion: float
    steps_used: int
    method: str
    level: float


def growth_rate(incidence: ArrayLike, *, method: str = "quasi-poisson", level: float = 0.95) -> Growth:
    """Rate r of I(t) = I₀ exp(rt) over the whole stretch given, with a Student interval on n − 2 degrees of freedom.

    ``quasi-poisson``: log-linear Poisson regression, variance scaled by Pearson's χ²/(n − 2) (R ``glm`` with
    ``quasipoisson``); days without cases count. ``log-linear``: least squares on ln(count), days without cases left
    out (R ``incidence::fit``), which favours growth when zeros are many; kept for comparison.

    Raises ``delay.too_short`` for fewer than three usable steps and ``delay.no_cases`` when there are none.
    """
    checks.one_of(method, GROWTH_METHODS, "method")
    checks.probability(level, "level")
    counts = checks.incidence(incidence)
    if counts.ndim != 1:
        raise WeijianError("delay.one_series", "Growth is estimated for one series at a time.")
    if counts.sum() == 0:
        raise WeijianError("delay.no_cases", "There is no case in this stretch, so there is no growth to estimate.")
    steps = np.arange(counts.size, dtype=np.float64)
    if method == "log-linear":
        steps, counts = steps[counts > 0], counts[counts > 0]
    if counts.size < 3:
        raise WeijianError("delay.too_short", f"A growth rate needs three steps or more, not {counts.size}.")
    rate, error, dispersion = (_log_linear if method == "log-linear" else _quasi_poisson)(steps, counts)
    half = float(student.ppf(0.5 * (1 + level), counts.size - 2)) * error
    lower, upper = rate - half, rate + half
    times = sorted((doubling_time(lower), doubling_time(upper)))
    return Growth(rate, lower, upper, doubling_time(rate), times[0], times[1], dispersion, counts.size, method, level)


def doubling_time(rate: float) -> float:
    """ln 2 / rate in steps; negative for halving, infinite at zero."""
    return math.inf if rate == 0 else math.log(2) / rate


def reproduction_number_of_growth(rate: float, serial_interval: ArrayLike) -> float:
    """R = 1 / Σ wₛ exp(−rs) for a constant growth ``rate`` per step, weights by lag (Wallinga & Lipsitch 2007)."""
    weights = checked_weights(serial_interval)
    return float(weights.sum() / (weights @ np.exp(-rate * np.arange(weights.size))))


def _quasi_poisson(steps: Floats, counts: Floats) -> tuple[float, float, float]:
    """Newton's method for the log-linear Poisson model, started from the mean; steps centred to keep it stable."""
    with_cases = np.flatnonzero(counts)
    if with_cases.size == 1 and with_cases[0] in (0, counts.size - 1):
        raise _no_growth_rate()
    design = np.column_stack([np.ones_like(steps), steps - steps.mean()])
    beta = np.array([math.log(counts.mean()), 0.0])
    for _ in range(_NEWTON_STEPS):
        expected = np.exp(design @ beta)
        move = np.linalg.solve(design.T @ (design * expected[:, None]), design.T @ (counts - expected))
        # Half steps while the likelihood would fall: far from the solution a full Newton step can overshoot.
        here, size = _log_likelihood(design, beta, counts), 1.0
        while _log_likelihood(design, beta + size * move, counts) < here - 1e-9 * (1 + abs(here)):
            size /= 2
        beta = beta + size * move
        if np.max(np.abs(move)) < _CONVERGED:
            break
    else:
        raise _no_growth_rate()
    expected = np.exp(design @ beta)
    dispersion = float(np.sum((counts - expected) ** 2 / expected) / (counts.size - 2))
    covariance = np.linalg.inv(design.T @ (design * expected[:, None]))
    return float(beta[1]), math.sqrt(dispersion * covariance[1, 1]), dispersion


def _no_growth_rate() -> WeijianError:
    return WeijianError(
        "delay.no_growth_rate",
        "The growth rate has no finite estimate: all cases fall on one end of the stretch.",
        fix="Give a stretch with cases on more than one day.",
    )


def _log_likelihood(design: Floats, beta: Floats, counts: Floats) -> float:
    eta = design @ beta
    return float(counts @ eta - np.exp(np.minimum(eta, 700)).sum())


def _log_linear(steps: Floats, counts: Floats) -> tuple[float, float, float]:
    y, x = np.log(counts), steps - steps.mean()
    rate = float(x @ y / (x @ x))
    residuals = y - y.mean() - rate * x
    variance = float(residuals @ residuals) / (counts.size - 2)
    return rate, math.sqrt(variance / float(x @ x)), float("nan")
