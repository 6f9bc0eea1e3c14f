"""Farrington's robust regression: fit, standardise Anscombe residuals, weigh past outbreaks down, fit again.

Equations (Farrington et al. 1996, section 3.4; Noufaily et al. 2013, section 3): with leverage h and dispersion phi,
``s = 3/2 (y^(2/3) mu^(-1/6) - mu^(1/2)) / sqrt(phi (1 - h))``; a count with ``s > threshold`` gets weight ``g / s^2``, any
other ``g``, where ``g`` makes the weights sum to the number of counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weijian.engines.detection.series import BoolArray, FloatArray
from weijian.engines.detection.solver import FactorTrendDesign, FactorTrendFit, fit_factor_trend


@dataclass(slots=True)
class RobustFit:
    """A fit with its two dispersions. Each is one value per row, except ``weights`` ``(r, n)``.

    ``phi`` is the Pearson dispersion, at least 1. ``dispersion`` is the same sum not cut at 1.
    ``prior_dispersion`` weighs the squared working residuals with the prior weights instead of the working weights.
    """

    fit: FactorTrendFit
    phi: FloatArray
    dispersion: FloatArray
    prior_dispersion: FloatArray
    weights: FloatArray | None
    first_converged: BoolArray


def fit_robust(
    counts: FloatArray,
    design: FactorTrendDesign,
    *,
    trend: bool,
    used: BoolArray | None,
    exposure: FloatArray | None,
    reweight: bool,
    threshold: float,
) -> RobustFit:
    """Fit rows with one reweighting. ``used`` false leaves an observation out."""
    prior = None if used is None else used.astype(np.float64)
    fit = fit_factor_trend(counts, design, trend=trend, prior=prior, exposure=exposure)
    converged = fit.converged.copy()
    weights = prior
    if reweight:
        dispersion, _ = _dispersions(counts, fit, prior)
        phi = np.maximum(dispersion, 1.0)
        weights = outbreak_weights(anscombe_residuals(counts, fit, phi), threshold, used)
        fit = fit_factor_trend(counts, design, trend=trend, prior=weights, exposure=exposure)
    dispersion, prior_dispersion = _dispersions(counts, fit, weights)
    # Without reweighting R keeps the working weights in the model, so both dispersions are the same.
    return RobustFit(
        fit, np.maximum(dispersion, 1.0), dispersion, prior_dispersion if reweight else dispersion, weights, converged
    )


def _dispersions(counts: FloatArray, fit: FactorTrendFit, prior: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    with np.errstate(all="ignore"):
        residual = counts / fit.mean
        residual -= 1.0
        residual *= residual
        working = np.einsum("ij,ij->i", residual, fit.weight)
        plain = residual.sum(axis=1) if prior is None else np.einsum("ij,ij->i", residual, prior)
        freedom = np.where(fit.residual_df > 0, fit.residual_df, np.nan)
        return working / freedom, plain / freedom


def anscombe_residuals(counts: FloatArray, fit: FactorTrendFit, phi: FloatArray) -> FloatArray:
    """Standardised Anscombe residuals ``(r, n)``."""
    with np.errstate(all="ignore"):
        sixth = np.exp(np.log(fit.mean) / 6)
        residual = np.cbrt(counts)
        residual *= residual
        residual /= sixth
        residual -= sixth**3
        residual *= 1.5
        scale = 1.0 - fit.leverage()
        scale *= phi[:, None]
        residual /= np.sqrt(scale)
    return residual


def outbreak_weights(residuals: FloatArray, threshold: float, used: BoolArray | None) -> FloatArray:
    """Weights of the second fit, ``(r, n)``; 0 for observations left out."""
    with np.errstate(all="ignore"):
        raw = np.where(residuals > threshold, residuals**-2, 1.0)
    if used is None:
        total = raw.sum(axis=1)
        size: FloatArray | float = float(raw.shape[1])
    else:
        raw *= used
        total = raw.sum(axis=1)
        size = used.sum(axis=1).astype(np.float64)
    raw *= (size / total)[:, None]
    return raw
