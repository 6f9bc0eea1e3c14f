"""A short forecast by the renewal equation: the reproduction number of the last window is kept, the uncertainty of it
and of the counts to come is carried by simulation. For days, not months: the assumption is that nothing changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weijian.engines.detection.delay import checks
from weijian.engines.detection.delay.serial_interval import checked_weights
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
#: A simulated count above this is held: growth beyond it is no forecast, and Poisson draws overflow later.
_CEILING = 1e12


@dataclass(frozen=True)
class Forecast:
    """Counts by day ahead (1 … horizon): mean, median and bounds at ``level`` of each day and of the running total."""

    mean: Floats
    median: Floats
    lower: Floats
    upper: Floats
    total_mean: Floats
    total_lower: Floats
    total_upper: Floats
    level: float


def forecast(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    r_shape: float,
    r_scale: float,
    *,
    days: int = 7,
    dispersion: float | None = None,
    n_samples: int = 10_000,
    level: float = 0.95,
    seed: int = 1,
) -> Forecast:
    """Simulate Iₜ ~ Poisson(R Λₜ), Λₜ = Σ Iₜ₋ₛ wₛ, with R ~ Gamma(``r_shape``, ``r_scale``) drawn once per path.

    ``r_shape`` and ``r_scale`` are those of the last window of `estimate_r`. ``dispersion`` k draws the counts from a
    negative binomial with variance μ + μ²/k instead (superspreading, day-of-week noise); without it the interval holds
    only the uncertainty of R and Poisson noise and is too narrow for overdispersed data. Bounds are the equal-tailed
    quantiles of the paths. Raises the errors of `checks` and ``delay.no_recent_cases`` when the serial interval
    reaches no case: the forecast would be zero for certain.
    """
    counts, weights = checks.incidence(incidence), checked_weights(serial_interval)
    if counts.ndim != 1:
        raise WeijianError("delay.one_series", "A forecast is made for one series at a time.")
    days, n_samples = checks.at_least(days, 1, "days"), checks.at_least(n_samples, 100, "n_samples")
    for value, name in ((r_shape, "r_shape"), (r_scale, "r_scale")):
        checks.positive(value, name)
    checks.probability(level, "level")
    if dispersion is not None:
        checks.positive(dispersion, "dispersion")
    reach = min(weights.size - 1, counts.size)
    if counts[counts.size - reach :].sum() == 0:
        raise WeijianError("delay.no_recent_cases", "No case lies within one serial interval of the end of the series.")
    rng = np.random.default_rng(seed)
    r = rng.gamma(r_shape, r_scale, size=n_samples)
    paths = _paths(counts, weights, r, days, dispersion, rng)
    tails = [(1 - level) / 2, (1 + level) / 2]
    lower, upper = np.quantile(paths, tails, axis=0)
    totals = paths.cumsum(axis=1)
    total_lower, total_upper = np.quantile(totals, tails, axis=0)
    return Forecast(
        paths.mean(axis=0), np.median(paths, axis=0), lower, upper, totals.mean(axis=0), total_lower, total_upper, level
    )


def expected_path(incidence: ArrayLike, serial_interval: ArrayLike, r: float, days: int) -> Floats:
    """The renewal equation without noise: E Iₜ = R Σ E Iₜ₋ₛ wₛ for a fixed R, ``days`` ahead."""
    counts, weights = checks.incidence(incidence), checked_weights(serial_interval)
    path = list(counts)
    for _ in range(checks.at_least(days, 1, "days")):
        reach = min(weights.size - 1, len(path))
        path.append(r * float(np.dot(weights[1 : reach + 1], path[: -reach - 1 : -1])))
    return np.array(path[counts.size :])


def _paths(
    counts: Floats, weights: Floats, r: Floats, days: int, dispersion: float | None, rng: np.random.Generator
) -> Floats:
    reach = min(weights.size - 1, counts.size + days)
    known = counts[max(counts.size - reach, 0) :]
    paths = np.zeros((r.size, known.size + days))
    paths[:, : known.size] = known
    for day in range(known.size, known.size + days):
        back = min(reach, day)
        expected = np.minimum(r * (paths[:, day - back : day] @ weights[back:0:-1]), _CEILING)
        if dispersion is not None:
            expected = np.where(expected > 0, rng.gamma(dispersion, expected / dispersion), 0.0)
        paths[:, day] = rng.poisson(expected)
    return paths[:, known.size :]
