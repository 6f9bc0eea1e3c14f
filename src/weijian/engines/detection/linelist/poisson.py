"""Intervals of a Poisson count and of a rate, vectorised: the base of rates per 100,000, of the standardised mortality
ratio and of Dobson's interval for a directly standardised rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc
from scipy.stats import chi2

from weijian.engines.detection.linelist.estimate import Estimate, check_choice, normal_quantile
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
POISSON_METHODS = ("exact", "mid-p", "byar", "byar-epitools", "wald", "wald-log")


def poisson_interval(
    events: float, person_time: float = 1.0, *, level: float = 0.95, method: str = "exact"
) -> Estimate:
    """The rate ``events / person_time`` with its interval; see `poisson_bounds` for the methods."""
    if not (np.isfinite(person_time) and person_time > 0):
        raise WeijianError(
            "linelist.person_time",
            f"Person-time must be greater than zero, not {person_time}.",
            fix="Leave out strata in which nobody was observed.",
        )
    lower, upper = poisson_bounds([events], level=level, method=method)
    note = "" if np.isfinite(upper[0]) else "the method is not defined for zero events"
    return Estimate(
        events / person_time, float(lower[0]) / person_time, float(upper[0]) / person_time, level, method, note
    )


def poisson_bounds(events: ArrayLike, *, level: float = 0.95, method: str = "exact") -> tuple[Floats, Floats]:
    """Lower and upper bounds of the expected count behind each observed count.

    Methods: ``exact`` (Garwood 1936: χ²(α/2; 2x)/2 and χ²(1−α/2; 2x+2)/2), ``mid-p`` (half the probability of the
    observed count), ``byar`` (Breslow & Day 1987, eq. 2.13: x for the lower and x+1 for the upper bound; as epiR's
    ``epi.smr``), ``byar-epitools`` (x+½ for both bounds, Rothman's approximation of mid-P; as epitools'
    ``pois.byar``, but cut at 0), ``wald`` (x ± z√x, cut at 0) and ``wald-log`` (x·exp(±z/√x); not defined at 0: nan).

    Raises ``WeijianError`` (``linelist.events``) for negative, fractional or missing counts.
    """
    check_choice(method, POISSON_METHODS, "method")
    x = np.atleast_1d(np.asarray(events, dtype=np.float64))
    good = np.isfinite(x) & (x >= 0) & (x == np.floor(x))
    if not np.all(good):
        raise WeijianError(
            "linelist.events",
            f"{x[~good][0]} is not a whole, non-negative count.",
            where=f"position {int(np.flatnonzero(~good)[0]) + 1}",
            fix="Give counts of events, not rates.",
        )
    return _BOUNDS[method](x, normal_quantile(level), 1.0 - level)


def _exact(x: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    lower = np.where(x > 0, chi2.ppf(alpha / 2, 2 * np.maximum(x, 1)) / 2, 0.0)
    return lower, chi2.ppf(1 - alpha / 2, 2 * x + 2) / 2


def _mid_p(x: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    _, ceiling = _exact(x, z, alpha)
    lower = _solve_mid_p(x, alpha / 2, ceiling)
    upper = _solve_mid_p(x, 1 - alpha / 2, ceiling)
    return np.where(x > 0, lower, 0.0), upper


def _solve_mid_p(x: Floats, target: float, ceiling: Floats) -> Floats:
    """Bisection on P(X > x | μ) + ½ P(X = x | μ) = target, which rises with μ; the tails are gamma probabilities."""
    low, high = np.zeros_like(x), ceiling.copy()
    for _ in range(100):
        mu = 0.5 * (low + high)
        at_least = np.where(x > 0, gammainc(np.maximum(x, 1), mu), 1.0)
        too_small = 0.5 * (at_least + gammainc(x + 1, mu)) < target
        low, high = np.where(too_small, mu, low), np.where(too_small, high, mu)
    return 0.5 * (low + high)


def _byar(x: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    return np.where(x > 0, _cube(np.maximum(x, 1), -z), 0.0), _cube(x + 1, z)


def _byar_epitools(x: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    return np.maximum(_cube(x + 0.5, -z), 0.0), _cube(x + 0.5, z)


def _cube(count: Floats, z: float) -> Floats:
    return np.asarray(count * (1 - 1 / (9 * count) + z / (3 * np.sqrt(count))) ** 3, dtype=np.float64)


def _wald(x: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    return np.maximum(x - z * np.sqrt(x), 0.0), x + z * np.sqrt(x)


def _wald_log(x: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    width = np.exp(z / np.sqrt(np.where(x > 0, x, np.nan)))
    return x / width, x * width


_BOUNDS = {
    "exact": _exact,
    "mid-p": _mid_p,
    "byar": _byar,
    "byar-epitools": _byar_epitools,
    "wald": _wald,
    "wald-log": _wald_log,
}
