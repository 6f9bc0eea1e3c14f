"""The same regression one row at a time with a dense QR: slow, plain, and what the batched solver is held equal to.

Follows R's ``glm.fit`` for ``quasipoisson(link = "log")`` including its step halving, its smallest mean and its use of
the last step's QR for standard errors. Reference: McCullagh & Nelder, Generalized Linear Models (1989), chapter 2.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weijian.engines.detection.series import FloatArray, IntArray

EPSILON = 1e-8
"""Relative change of the deviance at which Fisher scoring stops (``glm.control(epsilon)``)."""
MAX_STEPS = 25
"""Most steps (``glm.control(maxit)``)."""
START_SHIFT = 0.1
"""Added to the counts for the starting mean of a Poisson family."""
SMALLEST_MEAN = float(np.finfo(float).eps)
"""R's log link never returns less."""


@dataclass(frozen=True, slots=True)
class DenseFit:
    """One fitted regression: coefficients, mean, working weights of the last step, inverse normal matrix of that
    step.
    """

    coefficients: FloatArray
    mean: FloatArray
    weight: FloatArray
    covariance: FloatArray
    deviance: float
    converged: bool
    singular: bool
    steps: int


@dataclass(frozen=True, slots=True)
class RowFit:
    """A dense fit expressed as levels per group and slope, as the batched solver reports it."""

    level: FloatArray
    slope: float
    mean: FloatArray
    weight: FloatArray
    covariance: FloatArray
    converged: bool
    singular: bool
    steps: int


def poisson_deviance(counts: FloatArray, mean: FloatArray, prior: FloatArray) -> float:
    """Twice the weighted log-likelihood ratio against the saturated Poisson model."""
    with np.errstate(all="ignore"):
        term = np.where(counts > 0, counts * np.log(np.where(counts > 0, counts, 1.0) / mean), 0.0) - (counts - mean)
        return float(2.0 * (prior * term).sum())


def _mean_of(eta: FloatArray) -> FloatArray:
    with np.errstate(over="ignore"):
        return np.asarray(np.maximum(np.exp(eta), SMALLEST_MEAN))


def fit_dense(counts: FloatArray, design: FloatArray, prior: FloatArray, offset: FloatArray) -> DenseFit:
    """Fisher scoring with log link on a full-rank dense design ``(n, p)``; observations of prior weight 0 must be
    removed.
    """
    mean = counts + START_SHIFT
    eta = np.log(mean)
    old = poisson_deviance(counts, mean, prior)
    beta: FloatArray = np.zeros(design.shape[1])
    converged, singular, step = False, False, 0
    weight, triangle = prior * mean, np.eye(design.shape[1])
    for step in range(1, MAX_STEPS + 1):
        weight = prior * mean
        root = np.sqrt(weight)
        working = eta - offset + (counts - mean) / mean
        orthogonal, triangle = np.linalg.qr(design * root[:, None])
        diagonal = np.abs(np.diag(triangle))
        norms = np.sqrt(((design * root[:, None]) ** 2).sum(axis=0))
        if (diagonal <= 1e-7 * norms).any() and step == 1 and (diagonal <= 1e-11 * norms).any():
            singular = True
            break
        previous = beta
        beta = np.asarray(np.linalg.solve(triangle, orthogonal.T @ (working * root)), np.float64)
        eta = design @ beta + offset
        mean = _mean_of(eta)
        deviance = poisson_deviance(counts, mean, prior)
        halvings = 0
        while not np.isfinite(deviance) and step > 1 and halvings < MAX_STEPS:
            beta = (beta + previous) / 2
            eta = design @ beta + offset
            mean = _mean_of(eta)
            deviance = poisson_deviance(counts, mean, prior)
            halvings += 1
        if not np.isfinite(deviance):
            singular = True
            break
        if abs(deviance - old) / (0.1 + abs(deviance)) < EPSILON:
            old, converged = deviance, True
            break
        old = deviance
    inverse = np.linalg.pinv(triangle) if singular else np.linalg.inv(triangle)
    return DenseFit(beta, mean, weight, inverse @ inverse.T, old, converged, singular, step)


def fit_factor_trend_row(
    counts: FloatArray,
    group: IntArray,
    time: FloatArray,
    groups: int,
    trend: bool,
    prior: FloatArray | None = None,
    exposure: FloatArray | None = None,
) -> RowFit:
    """One row of ``solver.fit_factor_trend`` by the dense algorithm; ``time`` is used as given (centre it first)."""
    weights = np.ones_like(counts) if prior is None else prior
    used = weights > 0
    present = np.unique(group[used])
    columns = [(group[used] == g).astype(float) for g in present]
    if trend:
        columns.append(time[used])
    offset = np.zeros(int(used.sum())) if exposure is None else np.log(exposure[used])
    dense = fit_dense(counts[used], np.column_stack(columns), weights[used], offset)
    level = np.zeros(groups)
    level[present] = dense.coefficients[: present.size]
    mean, weight = np.full(counts.shape, np.nan), np.zeros(counts.shape)
    mean[used], weight[used] = dense.mean, dense.weight
    slope = float(dense.coefficients[-1]) if trend else 0.0
    if not used.all():
        eta = level[group] + slope * time + (0.0 if exposure is None else np.log(exposure))
        mean[~used] = _mean_of(eta[~used])
    return RowFit(level, slope, mean, weight, dense.covariance, dense.converged, dense.singular, dense.steps)
