"""The instantaneous reproduction number of Cori et al. (2013) on sliding windows, for one series or many at once, with
the serial interval known. The posterior is a gamma distribution, so every number is exact and nothing is sampled."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import gamma

from weijian.engines.detection.delay import checks
from weijian.engines.detection.delay.serial_interval import (
    checked_weights,
    discretised_gamma,
    mean_and_sd,
    total_infectiousness,
)
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]
#: The quantiles that EpiEstim prints.
QUANTILES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
TOO_EARLY = "the window ends before one mean serial interval"
FEW_CASES = "too few cases for the wanted precision"


@dataclass(frozen=True)
class Prior:
    """Gamma prior of R by mean and standard deviation (EpiEstim ``mean_prior``, ``std_prior``; shape 1, scale 5), and
    the coefficient of variation of the posterior below which a window counts as having enough cases."""

    mean: float = 5.0
    std: float = 5.0
    cv_posterior: float = 0.3

    @property
    def shape(self) -> float:
        """Shape a of the gamma prior."""
        return (checks.positive(self.mean, "mean_prior") / checks.positive(self.std, "std_prior")) ** 2

    @property
    def scale(self) -> float:
        """Scale b of the gamma prior."""
        return checks.positive(self.std, "std_prior") ** 2 / checks.positive(self.mean, "mean_prior")

    @property
    def cases_needed(self) -> int:
        """Cases in a window that bring the posterior's coefficient of variation to ``cv_posterior``: ⌈1/cv² − a⌉."""
        return math.ceil(1 / checks.positive(self.cv_posterior, "cv_posterior") ** 2 - self.shape)


DEFAULT_PRIOR = Prior()


@dataclass(frozen=True)
class Reproduction:
    """R by window. ``t_start`` and ``t_end`` count steps from 1, as in EpiEstim; the other arrays have windows on the
    last axis (series before it) and are nan where a window ends before one mean serial interval."""

    t_start: Steps
    t_end: Steps
    cases: Floats
    mean: Floats
    std: Floats
    quantiles: dict[float, Floats]
    shape: Floats
    scale: Floats
    mean_serial_interval: float
    cases_needed: int

    def reasons(self) -> NDArray[np.str_]:
        """Why a window has no number, or a number to be read with care; empty text where neither holds."""
        early = np.broadcast_to(self.t_end <= self.mean_serial_interval, self.cases.shape)
        return np.where(early, TOO_EARLY, np.where(self.cases < self.cases_needed, FEW_CASES, ""))


def windows(steps: int, width: int = 7) -> tuple[Steps, Steps]:
    """Start and end (from 1) of all sliding windows of ``width`` steps; the first begins at step 2, because the cases
    of step 1 have no known source. Raises ``delay.too_short`` when no window fits."""
    checks.at_least(width, 1, "window")
    if steps < width + 1:
        raise WeijianError(
            "delay.too_short",
            f"The series has {steps} steps; a window of {width} needs {width + 1}.",
            fix="Give a longer series or a shorter --window.",
        )
    starts = np.arange(2, steps - width + 2)
    return starts, starts + width - 1


def estimate_r(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    *,
    imported: ArrayLike | None = None,
    window: int = 7,
    prior: Prior = DEFAULT_PRIOR,
) -> Reproduction:
    """R with a known serial interval given as weights from lag 0 (EpiEstim ``non_parametric_si``).

    ``incidence``: all cases by step, shape (steps,) or (series, steps); ``imported``: those of them infected
    elsewhere, same shape. Cases of the first step always count as imported. For the window from s to e:
    posterior shape a + Σ local, scale 1/(1/b + Σ Λ), Λₜ = Σ I₍ₜ₋ₛ₎ wₛ (Cori et al. 2013, eq. 4).

    Raises the errors of `checks.incidence`, `checked_weights` and `windows`; ``delay.imported`` when more cases are
    imported than there are.
    """
    counts = checks.incidence(incidence)
    return _estimate(counts, local_cases(counts, imported), checked_weights(serial_interval), window, prior)


def estimate_r_parametric(
    incidence: ArrayLike,
    mean_si: float,
    std_si: float,
    *,
    imported: ArrayLike | None = None,
    window: int = 7,
    prior: Prior = DEFAULT_PRIOR,
) -> Reproduction:
    """R with a gamma serial interval (EpiEstim ``parametric_si``), ``mean_si`` and ``std_si`` in time steps.

    As in EpiEstim the weights run over the lags of the series: a series shorter than the serial interval loses the
    weights beyond it, and the mean serial interval that decides which windows are too early is that of the weights
    that are left.
    """
    counts = checks.incidence(incidence)
    weights = discretised_gamma(np.arange(counts.shape[-1]), mean_si, std_si)
    return _estimate(counts, local_cases(counts, imported), weights, window, prior)


def _estimate(counts: Floats, local: Floats, weights: Floats, window: int, prior: Prior) -> Reproduction:
    start, end = windows(counts.shape[-1], window)
    mean_si, _ = mean_and_sd(weights)
    shape, scale = posterior(counts, local, weights, start, end, prior)
    # EpiEstim: a window that ends before one mean serial interval has hardly seen any secondary case.
    late = end > mean_si
    shape, scale = np.where(late, shape, np.nan), np.where(late, scale, np.nan)
    return Reproduction(
        t_start=start,
        t_end=end,
        cases=window_sums(counts, start, end),
        mean=shape * scale,
        std=np.sqrt(shape) * scale,
        quantiles={q: np.asarray(gamma.ppf(q, shape, scale=scale)) for q in QUANTILES},
        shape=shape,
        scale=scale,
        mean_serial_interval=mean_si,
        cases_needed=prior.cases_needed,
    )


def local_cases(counts: Floats, imported: ArrayLike | None) -> Floats:
    """Cases infected here: all minus imported, none at the first step."""
    local = counts.copy()
    if imported is not None:
        elsewhere = checks.incidence(imported, "imported")
        if elsewhere.shape != counts.shape or np.any(elsewhere > counts):
            raise WeijianError(
                "delay.imported", "Imported cases must be a part of all cases, step by step.", where="imported"
            )
        local -= elsewhere
    local[..., 0] = 0.0
    return local


def posterior(
    counts: Floats, local: Floats, weights: Floats, start: Steps, end: Steps, prior: Prior
) -> tuple[Floats, Floats]:
    """Shape and scale of the gamma posterior of R by window."""
    infectiousness = total_infectiousness(counts, weights)
    shape = prior.shape + window_sums(local, start, end)
    return shape, 1 / (1 / prior.scale + window_sums(infectiousness, start, end))


def window_sums(values: Floats, start: Steps, end: Steps) -> Floats:
    """Sums from ``start`` to ``end`` (from 1, both included) along the last axis; step 1 itself must not be asked for.

    A difference of running sums would lose digits on long series with large counts; each window is added up by itself.
    """
    width = int(end[0] - start[0] + 1)
    view = np.lib.stride_tricks.sliding_window_view(values, width, axis=-1)
    return np.asarray(view[..., start - 1, :].sum(axis=-1), dtype=np.float64)
