"""The serial interval in time steps: from a mean and a standard deviation (as EpiEstim's ``discr_si``) or given as
weights, checked so that a shifted or unnormalised file cannot pass unnoticed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc

from weijian.engines.detection.delay.checks import positive
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
#: EpiEstim accepts weights that miss a sum of one by this much (rounded tables).
SUM_TOLERANCE = 0.01


def discretised_gamma(lags: ArrayLike, mean: float, sd: float) -> Floats:
    """Weights of the serial interval at whole ``lags`` (0, 1, 2 …) from a gamma distribution shifted by one step.

    w(k) = k F(k; a, b) + (k − 2) F(k − 2; a, b) − 2 (k − 1) F(k − 1; a, b)
    + ab [2 F(k − 1; a + 1, b) − F(k − 2; a + 1, b) − F(k; a + 1, b)], with F the gamma distribution function,
    a = ((mean − 1)/sd)², b = sd²/(mean − 1) (Cori et al. 2013, web appendix 11; EpiEstim ``discr_si``). ``mean`` and
    ``sd`` are in time steps.

    Raises ``delay.serial_interval_mean`` when the mean is not above one step (use shorter steps or weights) and
    ``delay.parameter`` for an sd that is not positive.
    """
    positive(sd, "the standard deviation of the serial interval")
    if not (np.isfinite(mean) and mean > 1):
        raise WeijianError(
            "delay.serial_interval_mean",
            f"The mean serial interval must exceed one time step, not {mean}.",
            fix="Give mean and sd in the step of the series (days), or give the weights.",
        )
    k = np.asarray(lags, dtype=np.float64)
    shape, scale = ((mean - 1) / sd) ** 2, sd**2 / (mean - 1)

    def cdf(x: Floats, a: float) -> Floats:
        return np.asarray(gammainc(a, np.maximum(x, 0.0) / scale), dtype=np.float64)

    weights = k * cdf(k, shape) + (k - 2) * cdf(k - 2, shape) - 2 * (k - 1) * cdf(k - 1, shape)
    weights += shape * scale * (2 * cdf(k - 1, shape + 1) - cdf(k - 2, shape + 1) - cdf(k, shape + 1))
    return np.maximum(weights, 0.0)


def checked_weights(weights: ArrayLike) -> Floats:
    """Weights by lag, beginning with lag 0, which must be 0: nobody infects on the day of their own onset.

    Raises ``delay.serial_interval`` for a weight at lag 0, negative or missing weights, or a sum that is not 1
    (within 0.01, as EpiEstim).
    """
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or w.size < 2 or not np.all(np.isfinite(w)) or np.any(w < 0):
        raise _refused("The serial interval needs at least two weights, none missing and none negative.")
    if w[0] != 0:
        raise _refused(
            "The first weight is for lag 0 and must be 0.",
            "Begin the weights with lag 0, or name the lags in a column “lag”.",
        )
    if abs(w.sum() - 1) > SUM_TOLERANCE:
        raise _refused(
            f"The weights of the serial interval sum to {w.sum():.4g}, not to 1.", "Divide them by their sum."
        )
    return w


def mean_and_sd(weights: Floats) -> tuple[float, float]:
    """Mean and standard deviation of the weights by lag, in time steps (weights taken as they are)."""
    lags = np.arange(weights.size)
    mean = float(weights @ lags)
    return mean, math.sqrt(max(float(weights @ lags**2) - mean**2, 0.0))


def total_infectiousness(incidence: Floats, weights: Floats) -> Floats:
    """Λₜ = Σₛ Iₜ₋ₛ wₛ for every step of series with time on the last axis; nan at the first step, as EpiEstim."""
    total = np.zeros_like(incidence)
    steps = incidence.shape[-1]
    for lag in range(1, min(weights.size, steps)):
        if weights[lag] > 0:
            total[..., lag:] += weights[lag] * incidence[..., : steps - lag]
    total[..., 0] = np.nan
    return total


def _refused(what: str, fix: str = "") -> WeijianError:
    return WeijianError("delay.serial_interval", what, where="serial interval", fix=fix)
