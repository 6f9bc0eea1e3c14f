"""Bounds of the two Farrington-flexible threshold methods, with R's scores.

``delta``: Farrington's 2/3-power normal approximation with ``tau = phi + Var(mu)/mu``. ``nbPlugin`` and ``muan``:
quantile of a negative binomial with mean ``mu`` and variance ``phi * mu``, where ``muan`` first replaces ``mu`` by
its own upper quantile. In the latter two R compares the count with the *logarithm* of the mean; where the bound is
below that logarithm this decides against an alarm, so it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from weijian.engines.detection.quantiles import negative_binomial_quantile, poisson_quantile
from weijian.engines.detection.series import DetectionError, FloatArray

POWERS = {"none": 1.0, "1/2": 0.5, "2/3": 2.0 / 3.0}


@dataclass(frozen=True, slots=True)
class Bounds:
    """One value per decision: upper bound, exceedance probability, score (alarm above 1), expected count."""

    upper: FloatArray
    probability: FloatArray
    score: FloatArray
    expected: FloatArray


def power_scale(mean: FloatArray, variance_ratio: FloatArray, powertrans: str) -> FloatArray:
    """Standard deviation of ``count ** power`` by the delta method; ``variance_ratio`` is tau."""
    if powertrans == "none":
        return np.asarray(np.sqrt(mean * variance_ratio))
    if powertrans == "1/2":
        return np.asarray(np.sqrt(0.25 * variance_ratio))
    if powertrans == "2/3":
        return np.asarray(np.sqrt(4.0 / 9.0 * np.cbrt(mean) * variance_ratio))
    raise DetectionError(
        "detection.powertrans", f"powertrans={powertrans!r} is not known", "powertrans", "use 2/3, 1/2 or none"
    )


def farrington_bound(
    eta: FloatArray, se: FloatArray, phi: FloatArray, observed: FloatArray, powertrans: str, alpha: float
) -> Bounds:
    """``delta``: ``eta`` and ``se`` are the predicted log mean and its standard error."""
    with np.errstate(all="ignore"):
        mean = np.maximum(np.exp(eta), np.finfo(float).eps)
        error = se * mean
        scale = power_scale(mean, phi + error**2 / mean, powertrans)
        power = POWERS[powertrans]
        upper = (mean**power + special.ndtri(1 - alpha) * scale) ** (1 / power)
        probability = special.ndtr(-(observed**power - mean**power) / scale)
        score = (observed - mean) / (upper - mean)
    return Bounds(upper, probability, score, mean)


def negative_binomial_bound(
    eta: FloatArray, se: FloatArray, phi: FloatArray, observed: FloatArray, alpha: float, *, plug_in: bool
) -> Bounds:
    """``nbPlugin`` (``plug_in``) or ``muan``; Poisson where ``phi`` is 1."""
    with np.errstate(all="ignore"):
        mean = np.exp(eta if plug_in else eta + special.ndtri(1 - alpha) * se)
        usable = np.isfinite(mean) & np.isfinite(phi)
        over = usable & (phi > 1)
        poisson = usable & ~over
        upper, probability = np.full(eta.shape, np.nan), np.full(eta.shape, np.nan)
        size, prob = mean[over] / (phi[over] - 1), 1 / phi[over]
        upper[over] = negative_binomial_quantile(1 - alpha, size, prob)
        upper[poisson] = poisson_quantile(1 - alpha, mean[poisson])
        count = observed[over]
        probability[over] = np.where(count > 0, special.betainc(np.maximum(count, 1), size, 1 - prob), 1.0)
        count = observed[poisson]
        probability[poisson] = np.where(count > 0, special.gammainc(np.maximum(count, 1), mean[poisson]), 1.0)
        score = (observed - eta) / (upper - eta)
    return Bounds(upper, np.where(np.isnan(observed), np.nan, probability), score, np.exp(eta))
