"""Intervals of a proportion (attack rate, sensitivity, coverage), vectorised over many proportions at once, because a
bureau prints them beside every rate and the choice of method decides what a small place may be told."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc
from scipy.stats import beta

from weijian.engines.detection.linelist.estimate import Estimate, check_choice, normal_quantile
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
BINOMIAL_METHODS = ("clopper-pearson", "mid-p", "wilson", "wilson-continuity", "agresti-coull", "jeffreys", "wald")


def binomial_interval(
    events: float, trials: float, *, level: float = 0.95, method: str = "clopper-pearson"
) -> Estimate:
    """The proportion ``events / trials`` with its interval; see `binomial_bounds` for the methods.

    With zero trials the proportion is not defined and the interval is [0, 1]: nothing is known.
    """
    lower, upper = binomial_bounds([events], [trials], level=level, method=method)
    value = events / trials if trials else float("nan")
    note = "" if trials else "no observations"
    return Estimate(value, float(lower[0]), float(upper[0]), level, method, note)


def binomial_bounds(
    events: ArrayLike, trials: ArrayLike, *, level: float = 0.95, method: str = "clopper-pearson"
) -> tuple[Floats, Floats]:
    """Lower and upper bounds of many proportions, arrays of one shape (or broadcast), as proportions in [0, 1].

    Methods: ``clopper-pearson`` (exact; Clopper & Pearson 1934), ``mid-p`` (exact tails with half the probability of
    the observed count; Lancaster 1961), ``wilson`` and ``wilson-continuity`` (score without and with continuity
    correction; Wilson 1927, Newcombe 1998), ``agresti-coull`` (1998), ``jeffreys`` (equal-tailed posterior under
    Beta(½, ½) with the ends 0 and 1 kept for no and for all events; Brown, Cai & DasGupta 2001) and ``wald``. Bounds
    that a formula puts outside [0, 1] are cut to it.

    Raises ``WeijianError`` (``linelist.proportion``) for negative, fractional or missing counts and for more events
    than trials.
    """
    check_choice(method, BINOMIAL_METHODS, "method")
    x, n = np.broadcast_arrays(np.asarray(events, dtype=np.float64), np.asarray(trials, dtype=np.float64))
    _check_proportions(x, n)
    z = normal_quantile(level)
    safe = np.where(n > 0, n, 1.0)
    lower, upper = _BOUNDS[method](x, safe, z, 1.0 - level)
    empty = n == 0
    lower = np.where(empty, 0.0, np.clip(lower, 0.0, 1.0))
    upper = np.where(empty, 1.0, np.clip(upper, 0.0, 1.0))
    return lower, upper


def _check_proportions(x: Floats, n: Floats) -> None:
    whole = np.isfinite(x) & np.isfinite(n) & (x >= 0) & (x <= n) & (x == np.floor(x)) & (n == np.floor(n))
    if not np.all(whole):
        first = int(np.flatnonzero(~whole.ravel())[0])
        raise WeijianError(
            "linelist.proportion",
            f"{x.ravel()[first]} of {n.ravel()[first]} is not a proportion of whole, non-negative counts.",
            where=f"position {first + 1}",
            fix="Events must be a whole number between 0 and the number of trials.",
        )


def _clopper_pearson(x: Floats, n: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    # Tail probabilities of the binomial are beta probabilities; the two ends have no beta and are set outright.
    lower = np.where(x > 0, beta.ppf(alpha / 2, np.maximum(x, 1), n - x + 1), 0.0)
    upper = np.where(x < n, beta.ppf(1 - alpha / 2, x + 1, np.maximum(n - x, 1)), 1.0)
    return lower, upper


def _mid_p(x: Floats, n: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    return _mid_p_lower(x, n, alpha), 1.0 - _mid_p_lower(n - x, n, alpha)


def _mid_p_lower(x: Floats, n: Floats, alpha: float) -> Floats:
    """Bisection on P(X > x) + ½ P(X = x) = α/2, which rises with p; both tails are beta probabilities."""
    low, high = np.zeros_like(x), np.ones_like(x)
    for _ in range(60):
        p = 0.5 * (low + high)
        at_least = np.where(x > 0, betainc(np.maximum(x, 1), n - x + 1, p), 1.0)
        more = np.where(x < n, betainc(x + 1, np.maximum(n - x, 1), p), 0.0)
        too_small = 0.5 * (at_least + more) < alpha / 2
        low, high = np.where(too_small, p, low), np.where(too_small, high, p)
    return np.where(x > 0, 0.5 * (low + high), 0.0)


def _wilson(x: Floats, n: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    p = x / n
    centre = p + z**2 / (2 * n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    shrink = 1 + z**2 / n
    # The score bounds at 0 and n are exactly 0 and 1; the difference of two equal floats is not.
    return np.where(x > 0, (centre - half) / shrink, 0.0), np.where(x < n, (centre + half) / shrink, 1.0)


def _wilson_continuity(x: Floats, n: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    p = x / n
    base = 2 * n * p + z**2
    below = z * np.sqrt(np.maximum(z**2 - 2 - 1 / n + 4 * p * (n * (1 - p) + 1), 0.0))
    above = z * np.sqrt(np.maximum(z**2 + 2 - 1 / n + 4 * p * (n * (1 - p) - 1), 0.0))
    lower = (base - 1 - below) / (2 * (n + z**2))
    upper = (base + 1 + above) / (2 * (n + z**2))
    return np.where(x > 0, lower, 0.0), np.where(x < n, upper, 1.0)


def _agresti_coull(x: Floats, n: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    trials = n + z**2
    p = (x + z**2 / 2) / trials
    half = z * np.sqrt(p * (1 - p) / trials)
    return p - half, p + half


def _jeffreys(x: Floats, n: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    lower = np.where(x > 0, beta.ppf(alpha / 2, x + 0.5, n - x + 0.5), 0.0)
    upper = np.where(x < n, beta.ppf(1 - alpha / 2, x + 0.5, n - x + 0.5), 1.0)
    return lower, upper


def _wald(x: Floats, n: Floats, z: float, alpha: float) -> tuple[Floats, Floats]:
    p = x / n
    half = z * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


_BOUNDS = {
    "clopper-pearson": _clopper_pearson,
    "mid-p": _mid_p,
    "wilson": _wilson,
    "wilson-continuity": _wilson_continuity,
    "agresti-coull": _agresti_coull,
    "jeffreys": _jeffreys,
    "wald": _wald,
}
