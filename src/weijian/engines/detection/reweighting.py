"""Farrington's robust regression: fit, standardise Anscombe residuals, weigh past outbreaks down, fit again.

Equations (Farrington et al. 1996, section 3.4; Noufaily et al. 2013, section 3): with leverage h and dispersion
phi, ``s = 3/2 (y^(2/3) mu^(-1/6) - mu^(1/2)) / sqrt(phi (1 - h))``; a count with ``s > threshold`` gets weight ``g
/ s^2``, any other ``g``, where ``g`` makes the weights sum to the number of counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weijian.engines.detection.series import BoolArray, FloatArray
from weijian.engines.detection.solver import FactorTrendDesign, FactorTrendFit, PreparedCounts, fit_factor_trend


@dataclass(slots=True)
class RobustFit:
    """A fit with its two dispersions, one value per row.

    ``phi`` is the Pearson dispersion, at least 1. ``dispersion`` is the same sum not cut at 1.
    ``prior_dispersion`` weighs the squared working residuals with the prior weights instead of the working weights.
    ``first_converged`` belongs to the fit before reweighting.
    """

    fit: FactorTrendFit
    phi: FloatArray
    dispersion: FloatArray
    prior_dispersion: FloatArray
    first_converged: BoolArray


def fit_robust(
    data: PreparedCounts, design: FactorTrendDesign, *, trend: bool, reweight: bool, threshold: float
) -> RobustFit:
    """Fit rows with one reweighting at most."""
    fit = fit_factor_trend(data, design, trend=trend)
    converged = fit.converged.copy()
    used = None if data.used is None else data.used.astype(np.float64)
    dispersion, prior_dispersion = _dispersions(data.counts, fit, used)
    if not reweight:
        # Without reweighting R keeps the working weights in the model, so both dispersions are the same.
        return RobustFit(fit, np.maximum(dispersion, 1.0), dispersion, dispersion, converged)
    residuals = anscombe_residuals(data, fit, np.maximum(dispersion, 1.0))
    # A row without any large residual keeps weights of exactly 1: its second fit would repeat the first.
    rows = np.flatnonzero((residuals > threshold).any(axis=1))
    if rows.size:
        part = data.take(rows)
        weights = outbreak_weights(residuals[rows], threshold, part.used)
        second = fit_factor_trend(part, design, trend=trend, prior=weights)
        dispersion[rows], prior_dispersion[rows] = _dispersions(part.counts, second, weights)
        fit.replace_rows(rows, second)
    return RobustFit(fit, np.maximum(dispersion, 1.0), dispersion, prior_dispersion, converged)


def _dispersions(counts: FloatArray, fit: FactorTrendFit, prior: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    with np.errstate(all="ignore"):
        residual = counts / fit.mean
        residual -= 1.0
        residual *= residual
        working = np.einsum("ij,ij->i", residual, fit.weight)
        plain = residual.sum(axis=1) if prior is None else np.einsum("ij,ij->i", residual, prior)
        freedom = np.where(fit.residual_df > 0, fit.residual_df, np.nan)
        return working / freedom, plain / freedom


def anscombe_residuals(data: PreparedCounts, fit: FactorTrendFit, phi: FloatArray) -> FloatArray:
    """Standardised Anscombe residuals ``(r, n)``."""
    with np.errstate(all="ignore"):
        root = np.sqrt(fit.mean)
        sixth = np.cbrt(root) if data.exposure is not None else None
        if sixth is None:
            sixth = fit.design.surface(fit.level, fit.slope if fit.trend else None, 1 / 6)
        residual = data.two_thirds / sixth
        residual -= root
        residual *= 1.5
        scale = 1.0 - fit.leverage()
        scale *= phi[:, None]
        residual /= np.sqrt(scale, out=scale)
    return np.asarray(residual)


def outbreak_weights(residuals: FloatArray, threshold: float, used: BoolArray | None) -> FloatArray:
    """Weights of the second fit, ``(r, n)``; 0 for observations left out."""
    raw = np.ones_like(residuals)
    with np.errstate(all="ignore"):
        large = residuals > threshold
    raw[large] = residuals[large] ** -2
    if used is None:
        size: FloatArray | float = float(raw.shape[1])
    else:
        raw *= used
        size = used.sum(axis=1).astype(np.float64)
    raw *= (size / raw.sum(axis=1))[:, None]
    return raw
