"""Poisson regression on a few shared columns (constant, trend, yearly waves) for many series: the in-control mean
of charts.

Fisher scoring as in R's ``glm`` (start at ``y + 0.1``, relative change of deviance below 1e-8, at most 25 steps);
the normal matrices of all series come from one matrix product with the pairwise products of the columns.
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.series import BoolArray, FloatArray
from weijian.engines.detection.solver_reference import EPSILON, MAX_STEPS, START_SHIFT


def seasonal_design(t: FloatArray, period: float, waves: int, trend: bool) -> FloatArray:
    """Columns 1, optionally t, and cosine and sine of the first ``waves`` multiples of the yearly frequency."""
    columns = [np.ones_like(t)] + ([t] if trend else [])
    for wave in range(1, waves + 1):
        columns += [np.cos(2 * wave * np.pi / period * t), np.sin(2 * wave * np.pi / period * t)]
    return np.column_stack(columns)


def fit_poisson(counts: FloatArray, design: FloatArray, negbin_alpha: float = 0.0) -> tuple[FloatArray, BoolArray]:
    """Coefficients ``(r, p)`` and whether each row converged. ``nan`` counts are left out.

    ``negbin_alpha`` above 0 fits a negative binomial with variance ``mu + alpha mu^2`` (log link, alpha fixed).
    """
    known = ~np.isnan(counts)
    y, prior = np.where(known, counts, 0.0), known.astype(float)
    r, p = counts.shape[0], design.shape[1]
    pairs = (design[:, :, None] * design[:, None, :]).reshape(-1, p * p)
    mean = y + (START_SHIFT if negbin_alpha == 0 else np.where(y == 0, 1 / 6, 0.0))
    eta = np.log(mean)
    old = _deviance(y, mean, prior, negbin_alpha)
    beta, converged, moving = np.zeros((r, p)), np.zeros(r, bool), known.sum(axis=1) > p
    for _ in range(MAX_STEPS):
        i = np.flatnonzero(moving)
        if not i.size:
            break
        weight = prior[i] * mean[i] / (1 + negbin_alpha * mean[i])
        working = eta[i] + (y[i] - mean[i]) / mean[i]
        normal = (weight @ pairs).reshape(-1, p, p)
        right = (weight * working) @ design
        try:
            beta[i] = np.linalg.solve(normal, right[:, :, None])[:, :, 0]
        except np.linalg.LinAlgError:
            beta[i] = np.einsum("rij,rj->ri", np.linalg.pinv(normal), right)
        with np.errstate(over="ignore"):
            eta[i] = beta[i] @ design.T
            mean[i] = np.maximum(np.exp(eta[i]), np.finfo(float).eps)
        deviance = _deviance(y[i], mean[i], prior[i], negbin_alpha)
        done = np.abs(deviance - old[i]) < EPSILON * (0.1 + np.abs(deviance))
        old[i], converged[i] = deviance, done
        moving[i[done | ~np.isfinite(deviance)]] = False
    return beta, converged


def _deviance(y: FloatArray, mean: FloatArray, prior: FloatArray, alpha: float) -> FloatArray:
    with np.errstate(all="ignore"):
        log_ratio = np.where(y > 0, y * np.log(np.maximum(y, 1.0) / mean), 0.0)
        if alpha == 0:
            return np.asarray(2 * (prior * (log_ratio - (y - mean))).sum(axis=1))
        theta = 1 / alpha
        return np.asarray(2 * (prior * (log_ratio - (y + theta) * np.log((y + theta) / (mean + theta)))).sum(axis=1))


def predicted_mean(coefficients: FloatArray, design: FloatArray) -> FloatArray:
    """Means ``(r, k)`` at the rows of a design, never below the machine epsilon (R's log link)."""
    with np.errstate(over="ignore"):
        return np.asarray(np.maximum(np.exp(coefficients @ design.T), np.finfo(float).eps))
