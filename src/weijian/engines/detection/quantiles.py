"""Quantiles of count distributions for whole arrays, with the search of R's ``qpois`` and ``qnbinom``.

The quantile is the smallest whole number whose distribution function reaches ``p``; like R, ``p`` is first lowered by
64 machine epsilons so that a probability computed a hair too small does not push the answer up by one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from weijian.engines.detection.series import BoolArray, FloatArray

_Distribution = Callable[[FloatArray, FloatArray], FloatArray]
_FUZZ = 64 * float(np.finfo(float).eps)


def negative_binomial_quantile(p: float, size: FloatArray, prob: FloatArray) -> FloatArray:
    """Quantile of the negative binomial with real ``size`` and success probability ``prob`` (R's ``qnbinom``).

    Arrays of one shape; ``nan`` in, ``nan`` out; ``size`` 0 gives 0.
    """
    mean = size * (1 - prob) / prob
    deviation = np.sqrt(mean / prob)
    with np.errstate(all="ignore"):
        skew = (2 - prob) / np.sqrt(size * (1 - prob))

    def reaches(y: FloatArray, index: FloatArray) -> FloatArray:
        i = index.astype(np.intp)
        return np.asarray(special.betainc(size[i], y + 1, prob[i]))

    return _search(p, mean, deviation, skew, reaches)


def poisson_quantile(p: float, mean: FloatArray) -> FloatArray:
    """Quantile of the Poisson distribution (R's ``qpois``); ``nan`` in, ``nan`` out."""
    deviation = np.sqrt(mean)
    with np.errstate(all="ignore"):
        skew = 1 / deviation

    def reaches(y: FloatArray, index: FloatArray) -> FloatArray:
        return np.asarray(special.pdtr(y, mean[index.astype(np.intp)]))

    return _search(p, mean, deviation, skew, reaches)


def _search(
    p: float,
    mean: FloatArray,
    deviation: FloatArray,
    skew: FloatArray,
    distribution: _Distribution,
) -> FloatArray:
    """Cornish-Fisher start, doubling steps to bracket, then bisection on whole numbers, all elements together."""
    result = np.full(mean.shape, np.nan)
    result[mean == 0] = 0.0
    index = np.flatnonzero(np.isfinite(mean) & (mean > 0) & np.isfinite(deviation)).astype(np.float64)
    if not index.size:
        return result
    chosen = index.astype(np.intp)
    target = p * (1 - _FUZZ)
    z = float(special.ndtri(p))
    guess = mean[chosen] + deviation[chosen] * (z + skew[chosen] * (z * z - 1) / 6)
    start = np.maximum(np.floor(np.where(np.isfinite(guess), guess, mean[chosen]) + 0.5), 0.0)
    # Invariant: distribution(low) < target <= distribution(high); low = -1 stands for "below every value".
    high = start.copy()
    low = np.full(start.shape, -1.0)
    above = distribution(high, index) >= target
    _walk_up(high, low, ~above, index, target, distribution)
    _walk_down(high, low, above, index, target, distribution)
    active = np.flatnonzero(_apart(low, high))
    while active.size:
        middle = np.floor((low[active] + high[active]) / 2)
        reached = distribution(middle, index[active]) >= target
        high[active[reached]] = middle[reached]
        low[active[~reached]] = middle[~reached]
        active = active[_apart(low[active], high[active])]
    result[chosen] = high
    return result


def _apart(low: FloatArray, high: FloatArray) -> BoolArray:
    """More than one whole number apart, or, above 2**53, more than the rounding of the numbers themselves."""
    return np.asarray(high - low > np.maximum(1.0, high * 1e-15))


def _walk_up(
    high: FloatArray, low: FloatArray, where: BoolArray, index: FloatArray, target: float, distribution: _Distribution
) -> None:
    active, step = np.flatnonzero(where), 1.0
    while active.size:
        low[active] = high[active]
        high[active] += step
        step *= 2
        active = active[distribution(high[active], index[active]) < target]


def _walk_down(
    high: FloatArray, low: FloatArray, where: BoolArray, index: FloatArray, target: float, distribution: _Distribution
) -> None:
    active, step = np.flatnonzero(where & (high > 0)), 1.0
    while active.size:
        trial = np.maximum(high[active] - step, 0.0)
        reached = distribution(trial, index[active]) >= target
        low[active[~reached]] = trial[~reached]
        high[active[reached]] = trial[reached]
        active = active[reached & (trial > 0)]
        step *= 2
