"""The log likelihood ratios behind the GLR charts, for all series at one time.

Poisson: for a change at ``j``, with ``X`` and ``M`` the sums of counts and in-control means since ``j``, ``kappa =
log(X/M)`` and the ratio is ``kappa X + (1 - exp(kappa)) M``. Negative binomial (variance ``mu + alpha mu^2``):
``kappa`` solves ``sum (x - e^kappa mu) / (1 + alpha e^kappa mu) = 0`` (Newton) and the ratio is ``sum kappa x + (x
+ 1/alpha) log((1 + alpha mu) / (1 + alpha mu e^kappa))``. Höhle & Paul (2008), section 2.
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.series import FloatArray, IntArray

SMALLEST_KAPPA = -18.0


def given_change_increment(x: FloatArray, mean: FloatArray, theta: float, alpha: float) -> FloatArray:
    """Contribution of one count to the likelihood ratio for a known change ``exp(theta)``."""
    if alpha == 0:
        return np.asarray(theta * x + (1 - np.exp(theta)) * mean)
    return np.asarray(theta * x + (x + 1 / alpha) * np.log((1 + alpha * mean) / (1 + alpha * mean * np.exp(theta))))


def _candidates(
    n: int, start: IntArray, m_tilde: int, window: int, poisson: bool
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Which change times ``0..n`` each series looks at.

    R's window-limited Poisson chart waits for one observation more, and looks at changes at least ``Mtilde`` back,
    where its other charts look at ``Mtilde - 1``.
    """
    place = np.arange(n + 1)[None, :] - start[:, None]
    now = n - start
    delay = m_tilde if poisson and window > 0 else max(m_tilde - 1, 0)
    latest = now - delay
    earliest = np.zeros_like(now) if window <= 0 else np.maximum(0, now - window)
    chosen = (place >= earliest[:, None]) & (place <= latest[:, None])
    chosen[now < delay] = False
    return np.asarray(chosen)


def poisson_statistic(
    x: FloatArray, mean: FloatArray, start: IntArray, m_tilde: int, window: int, increase: bool
) -> FloatArray:
    """Largest Poisson log likelihood ratio at the last column of ``x``; 0 before there are enough counts.

    R's unlimited Poisson chart ignores ``Mtilde`` in the search and only delays the first value.
    """
    n = x.shape[1] - 1
    chosen = _candidates(n, start, 1 if window <= 0 else m_tilde, window, True)
    if window <= 0:
        chosen[n - start < m_tilde - 1] = False
    total = np.cumsum(x[:, ::-1], axis=1)[:, ::-1]
    summed = np.cumsum(mean[:, ::-1], axis=1)[:, ::-1]
    with np.errstate(all="ignore"):
        kappa = np.log(total / summed)
        kappa = np.maximum(kappa, 0.0) if increase else np.minimum(kappa, 0.0)
        ratio = kappa * total + (1 - np.exp(kappa)) * summed
    ratio[~chosen | np.isnan(ratio)] = -np.inf
    best = ratio.max(axis=1)
    return np.where(np.isfinite(best), best, 0.0)


def negative_binomial_statistic(
    x: FloatArray, mean: FloatArray, start: IntArray, m_tilde: int, window: int, increase: bool, alpha: float
) -> FloatArray:
    """Largest negative binomial log likelihood ratio at the last column of ``x``; 0 before there are enough counts."""
    n = x.shape[1] - 1
    chosen = _candidates(n, start, m_tilde, window, False)
    result = np.zeros(x.shape[0])
    for row in np.flatnonzero(chosen.any(axis=1)):
        changes = np.flatnonzero(chosen[row])
        first = int(changes[0])
        result[row] = _largest_ratio(x[row, first:], mean[row, first:], changes - first, increase, alpha)
    return result


def _largest_ratio(x: FloatArray, mean: FloatArray, changes: IntArray, increase: bool, alpha: float) -> float:
    """The largest ratio over the change times; row ``c`` of the matrices sums over the times from ``changes[c]`` on."""
    since = np.arange(x.size)[None, :] >= changes[:, None]
    totals, means = since @ x, since @ mean
    with np.errstate(divide="ignore"):
        kappa = np.maximum(np.log(totals / means), SMALLEST_KAPPA - 1)
    active = np.flatnonzero(kappa > SMALLEST_KAPPA)
    for _ in range(100):
        if not active.size:
            break
        inflated = np.exp(kappa[active])[:, None] * mean
        denominator = 1 + alpha * inflated
        score = (since[active] * (x - inflated) / denominator).sum(axis=1)
        information = (since[active] * inflated * (1 + alpha * x) / denominator**2).sum(axis=1)
        step = np.clip(score / information, -2.0, 2.0)
        kappa[active] += step
        active = active[(np.abs(step) > 1e-9) & (kappa[active] > SMALLEST_KAPPA)]
    kappa = np.maximum(kappa, 0.0) if increase else np.minimum(kappa, 0.0)
    grown = np.exp(kappa)[:, None] * mean
    ratio = kappa * totals + (since * (x + 1 / alpha) * np.log((1 + alpha * mean) / (1 + alpha * grown))).sum(axis=1)
    return float(ratio.max())
