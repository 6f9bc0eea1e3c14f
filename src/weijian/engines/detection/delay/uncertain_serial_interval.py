"""The reproduction number when the serial interval itself is uncertain: serial intervals are drawn, each gives its own
gamma posterior, and the mixture is summarised from draws, as EpiEstim's ``uncertain_si`` and ``si_from_sample``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weijian.engines.detection.delay import checks
from weijian.engines.detection.delay.reproduction_number import (
    DEFAULT_PRIOR,
    QUANTILES,
    Prior,
    Reproduction,
    local_cases,
    posterior,
    window_sums,
    windows,
)
from weijian.engines.detection.delay.serial_interval import checked_weights, discretised_gamma, mean_and_sd
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
#: Draws in one batch when a truncated normal is sampled by rejection, and batches before giving up.
_BATCH, _BATCHES = 1000, 1000


@dataclass(frozen=True)
class UncertainMoments:
    """Normal distributions of the mean and the sd of the serial interval, each cut to [min, max]; names as in
    EpiEstim's configuration (``mean_si``, ``std_mean_si``, ``min_mean_si`` …), in time steps."""

    mean_si: float
    std_mean_si: float
    min_mean_si: float
    max_mean_si: float
    std_si: float
    std_std_si: float
    min_std_si: float
    max_std_si: float

    def __post_init__(self) -> None:
        for low, middle, high, name in (
            (self.min_mean_si, self.mean_si, self.max_mean_si, "mean_si"),
            (self.min_std_si, self.std_si, self.max_std_si, "std_si"),
        ):
            if not low <= middle <= high:
                raise WeijianError(
                    "delay.uncertain_si", f"{name} must lie between its minimum and maximum.", where=name
                )
        if self.min_mean_si <= 1:
            raise WeijianError("delay.uncertain_si", "min_mean_si must exceed 1 time step.", where="min_mean_si")
        for value, name in ((self.std_mean_si, "std_mean_si"), (self.std_std_si, "std_std_si")):
            checks.positive(value, name)
        checks.positive(self.min_std_si, "min_std_si")


def estimate_r_uncertain(
    incidence: ArrayLike,
    moments: UncertainMoments,
    *,
    n1: int = 500,
    n2: int = 50,
    seed: int = 1,
    imported: ArrayLike | None = None,
    window: int = 7,
    prior: Prior = DEFAULT_PRIOR,
) -> Reproduction:
    """R of one series with ``n1`` gamma serial intervals drawn from ``moments`` and ``n2`` draws of R from each.

    ``mean``, ``std`` and quantiles summarise the n1·n2 draws; ``shape`` and ``scale`` are those of the gamma
    distribution with the same mean and sd. Equal seeds give equal numbers; R's own generator is another, so EpiEstim
    agrees within Monte-Carlo error only.
    """
    counts = _one_series(incidence)
    rng = np.random.default_rng(seed)
    n1 = checks.at_least(n1, 1, "n1")
    means = _truncated(rng, n1, moments.mean_si, moments.std_mean_si, moments.min_mean_si, moments.max_mean_si)
    stds = _truncated(rng, n1, moments.std_si, moments.std_std_si, moments.min_std_si, moments.max_std_si)
    lags = np.arange(counts.size)
    samples = np.stack([discretised_gamma(lags, mean, std) for mean, std in zip(means, stds, strict=True)])
    return _from_samples(counts, samples, means, n2, rng, imported, window, prior)


def estimate_r_from_samples(
    incidence: ArrayLike,
    si_samples: ArrayLike,
    *,
    n2: int = 50,
    seed: int = 1,
    imported: ArrayLike | None = None,
    window: int = 7,
    prior: Prior = DEFAULT_PRIOR,
) -> Reproduction:
    """R of one series from given serial intervals, one per row (for example posterior draws from pairs of cases);
    EpiEstim ``si_from_sample``, which has them in columns."""
    samples = np.stack([checked_weights(row) for row in np.atleast_2d(np.asarray(si_samples, dtype=np.float64))])
    means = np.array([mean_and_sd(row)[0] for row in samples])
    counts = _one_series(incidence)
    return _from_samples(counts, samples, means, n2, np.random.default_rng(seed), imported, window, prior)


def _one_series(incidence: ArrayLike) -> Floats:
    counts = checks.incidence(incidence)
    if counts.ndim != 1:
        raise WeijianError("delay.one_series", "An uncertain serial interval is sampled for one series at a time.")
    return counts


def _truncated(rng: np.random.Generator, n: int, mean: float, sd: float, low: float, high: float) -> Floats:
    kept = np.empty(0)
    for _ in range(_BATCHES):
        draws = rng.normal(mean, sd, _BATCH)
        kept = np.concatenate([kept, draws[(draws >= low) & (draws <= high)]])
        if kept.size >= n:
            return kept[:n]
    raise WeijianError("delay.uncertain_si", "The limits leave almost nothing of the normal distribution.")


def _from_samples(
    counts: Floats,
    samples: Floats,
    means: Floats,
    n2: int,
    rng: np.random.Generator,
    imported: ArrayLike | None,
    window: int,
    prior: Prior,
) -> Reproduction:
    n2 = checks.at_least(n2, 1, "n2")
    local = local_cases(counts, imported)
    start, end = windows(counts.size, window)
    draws = np.full((means.size, n2, end.size), np.nan)
    for k, weights in enumerate(samples):
        shape, scale = posterior(counts, local, weights, start, end, prior)
        # EpiEstim asks twice: the window must outlast the drawn mean and the mean of the discretised weights.
        late = (end > means[k]) & (end > mean_and_sd(weights)[0])
        draws[k][:, late] = rng.gamma(shape[late], scale[late], size=(n2, int(late.sum())))
    mean, std, quantiles = _summaries(draws.reshape(-1, end.size))
    with np.errstate(divide="ignore", invalid="ignore"):
        shape, scale = (mean / std) ** 2, std**2 / mean
    return Reproduction(
        t_start=start,
        t_end=end,
        cases=window_sums(counts, start, end),
        mean=mean,
        std=std,
        quantiles=quantiles,
        shape=shape,
        scale=scale,
        mean_serial_interval=float(means.min()),
        cases_needed=prior.cases_needed,
    )


def _summaries(draws: Floats) -> tuple[Floats, Floats, dict[float, Floats]]:
    """Mean, sample sd and quantiles by window over the draws that exist (R's type-7 quantiles, ``na.rm=TRUE``)."""
    mean, std = np.full(draws.shape[1], np.nan), np.full(draws.shape[1], np.nan)
    levels = np.full((len(QUANTILES), draws.shape[1]), np.nan)
    for column in range(draws.shape[1]):
        there = draws[:, column][~np.isnan(draws[:, column])]
        if there.size > 1:
            mean[column], std[column] = there.mean(), there.std(ddof=1)
            levels[:, column] = np.quantile(there, QUANTILES)
    return mean, std, dict(zip(QUANTILES, levels, strict=True))
