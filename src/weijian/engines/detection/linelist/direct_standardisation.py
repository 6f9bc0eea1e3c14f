"""Direct standardisation: the rate that an area would have with the age structure of a standard population, with the
gamma interval that R gives and the two that health bureaus use for small counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import gamma

from weijian.engines.detection.linelist import strata
from weijian.engines.detection.linelist.estimate import Estimate, check_choice, normal_quantile
from weijian.engines.detection.linelist.poisson import poisson_interval
from weijian.kernel.errors import WeijianError

DIRECT_METHODS = ("gamma", "gamma-tiwari", "dobson", "dobson-byar", "normal")


@dataclass(frozen=True)
class DirectResult:
    """Rates per ``per`` persons; ``crude`` with the exact Poisson interval of the total."""

    crude: Estimate
    adjusted: Estimate
    variance: float
    events: int
    population: float
    per: float


def standardise_directly(
    events: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    *,
    level: float = 0.95,
    method: str = "gamma",
    per: float = 1.0,
) -> DirectResult:
    """Σ wᵢ dᵢ/nᵢ with wᵢ = standardᵢ/Σ standard, variance v = Σ wᵢ² dᵢ/nᵢ².

    Methods: ``gamma`` (Fay & Feuer 1997; epitools ``ageadjust.direct``, epiR ``epi.directadj``), ``gamma-tiwari``
    (Tiwari, Clegg & Zou 2006: mean weight in place of the largest, less wide above), ``dobson`` (Dobson et al. 1991:
    exact Poisson bounds of the total, scaled by √(v/O)), ``dobson-byar`` (the same with Byar's bounds), ``normal``
    (± z√v, cut at 0). A stratum with nobody in it is left out when its standard weight is zero too; with a positive
    weight its rate would be needed and is unknown, which is refused (``linelist.standard_without_population``).

    Errors: ``linelist.stratum_count``, ``.stratum_weight``, ``.strata_differ``, ``.strata_missing``.
    """
    check_choice(method, DIRECT_METHODS, "method")
    d, n = strata.counts(events, "events"), strata.weights(population, "population")
    w = strata.weights(standard, "standard")
    strata.same_length(events=d, population=n, standard=w)
    strata.nobody_without_person(d, n, "events")
    if np.any((n == 0) & (w > 0)):
        raise WeijianError(
            "linelist.standard_without_population",
            "A stratum of the standard has nobody in the population, so its rate is unknown.",
            where=f"stratum {int(np.flatnonzero((n == 0) & (w > 0))[0]) + 1}",
            fix="Merge the stratum with its neighbour in every list.",
        )
    keep = n > 0
    d, n, w = d[keep], n[keep], w[keep] / w.sum()
    rate, variance = float(np.sum(w * d / n)), float(np.sum(w**2 * d / n**2))
    total = float(d.sum())
    lower, upper = _bounds(rate, variance, w / n, total, level, method)
    crude = poisson_interval(total, float(n.sum()) / per, level=level)
    adjusted = Estimate(rate * per, lower * per, upper * per, level, method)
    return DirectResult(crude, adjusted, variance * per**2, int(total), float(n.sum()), per)


def _bounds(
    rate: float, variance: float, unit: strata.Floats, total: float, level: float, method: str
) -> tuple[float, float]:
    z = normal_quantile(level)
    if method == "normal":
        return max(rate - z * math.sqrt(variance), 0.0), rate + z * math.sqrt(variance)
    if method.startswith("gamma"):
        # w_m: what one more event would add to the rate, in the worst stratum or in the mean of them.
        extra = float(unit.max()) if method == "gamma" else float(unit.mean())
        extra_square = extra**2 if method == "gamma" else float(np.mean(unit**2))
        return _gamma_bounds(rate, variance, extra, extra_square, level)
    limits = poisson_interval(total, level=level, method="byar" if method == "dobson-byar" else "exact")
    # With no event v/O has no value: the largest weight of a single event keeps the upper bound on the safe side.
    scale = math.sqrt(variance / total) if total > 0 else float(unit.max())
    return rate + scale * (limits.lower - total), rate + scale * (limits.upper - total)


def _gamma_bounds(rate: float, variance: float, extra: float, extra_square: float, level: float) -> tuple[float, float]:
    alpha = 1 - level
    lower = 0.0
    if rate > 0:
        lower = float(gamma.ppf(alpha / 2, rate**2 / variance, scale=variance / rate))
    mean, spread = rate + extra, variance + extra_square
    return lower, float(gamma.ppf(1 - alpha / 2, mean**2 / spread, scale=spread / mean))
