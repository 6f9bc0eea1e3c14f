"""Exact inference on the odds ratio given both margins of the table: the conditional maximum-likelihood and
median-unbiased estimates, Fisher's exact test, the mid-P test, and the intervals that belong to them. One small class
holds the non-central hypergeometric distribution, so that test and interval come from the same probabilities."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from weijian.engines.detection.linelist.effect_measures import falling_root
from weijian.engines.detection.linelist.estimate import Estimate, check_choice, check_level
from weijian.engines.detection.linelist.two_by_two import TwoByTwo

NAN, INF = float("nan"), float("inf")
#: R's fisher.test counts tables as equally likely when they agree to this relative error.
SAME_PROBABILITY = 1 + 1e-7


class ConditionalOdds:
    """Distribution of cell a given both margins, as a function of the odds ratio ψ:
    P(a) ∝ C(n₁, a) C(n₀, m − a) ψᵃ, for max(0, m − n₀) ≤ a ≤ min(n₁, m) (Cornfield 1956)."""

    def __init__(self, table: TwoByTwo) -> None:
        n1, n0, m = table.exposed, table.unexposed, table.ill
        self.observed = table.a
        self.lowest, self.highest = max(0, m - n0), min(n1, m)
        self.support = np.arange(self.lowest, self.highest + 1, dtype=np.float64)
        x = self.support
        self._log_weight = -(gammaln(x + 1) + gammaln(n1 - x + 1) + gammaln(m - x + 1) + gammaln(n0 - m + x + 1))

    def probabilities(self, log_psi: float) -> NDArray[np.float64]:
        """Probability of every value in ``support`` at ln ψ."""
        log_p = self._log_weight + log_psi * self.support
        p = np.exp(log_p - log_p.max())
        return np.asarray(p / p.sum(), dtype=np.float64)

    def mean(self, log_psi: float) -> float:
        """Expected value of cell a at ln ψ."""
        return float(self.probabilities(log_psi) @ self.support)

    def upper_tail(self, log_psi: float, weight: float) -> float:
        """P(A > a) + weight · P(A = a); weight 1 for exact, ½ for mid-P. Rises with ψ."""
        p = self.probabilities(log_psi)
        at = self.observed - self.lowest
        return float(p[at + 1 :].sum() + weight * p[at])

    def lower_tail(self, log_psi: float, weight: float) -> float:
        """P(A < a) + weight · P(A = a). Falls with ψ."""
        p = self.probabilities(log_psi)
        at = self.observed - self.lowest
        return float(p[:at].sum() + weight * p[at])


def exact_odds_ratio(table: TwoByTwo, *, level: float = 0.95, method: str = "exact") -> Estimate:
    """Odds ratio given the margins, with the interval by inverting two one-sided tests at (1 − level)/2 each.

    ``exact``: conditional maximum likelihood and the interval of Fisher's test (R ``fisher.test``). ``mid-p``:
    median-unbiased estimate and mid-P interval (epitools ``oddsratio.midp``). Zero cells are allowed: the estimate
    may be 0 or unbounded, and the bound on the open side is 0 or infinite. When a margin is zero the table says
    nothing about ψ: value nan, interval (0, ∞).
    """
    check_choice(method, ("exact", "mid-p"), "method")
    tail = (1 - check_level(level)) / 2
    odds = ConditionalOdds(table)
    if odds.lowest == odds.highest:
        return Estimate(NAN, 0.0, INF, level, method, "a margin of the table is zero: the data say nothing")
    weight = 1.0 if method == "exact" else 0.5
    at_bottom, at_top = odds.observed == odds.lowest, odds.observed == odds.highest
    lower = 0.0 if at_bottom else _solve(lambda t: tail - odds.upper_tail(t, weight))
    upper = INF if at_top else _solve(lambda t: odds.lower_tail(t, weight) - tail)
    if at_bottom or at_top:
        value = 0.0 if at_bottom else INF
    elif method == "exact":
        value = _solve(lambda t: odds.observed - odds.mean(t))
    else:
        value = _solve(lambda t: odds.lower_tail(t, 0.5) - 0.5)
    return Estimate(value, lower, upper, level, method)


def fisher_exact_p(table: TwoByTwo) -> float:
    """Two-sided Fisher p: the probability of all tables no more likely than the observed one (as R ``fisher.test``)."""
    odds = ConditionalOdds(table)
    p = odds.probabilities(0.0)
    return min(1.0, float(p[p <= p[odds.observed - odds.lowest] * SAME_PROBABILITY].sum()))


def mid_p_value(table: TwoByTwo, odds_ratio: float = 1.0) -> float:
    """Two-sided mid-P of ψ = ``odds_ratio``: twice the smaller one-sided mid-P (epitools ``ormidp.test``)."""
    odds, log_psi = ConditionalOdds(table), math.log(odds_ratio)
    # Both tails are added up, because 1 minus a tail near 1 has lost its digits.
    return min(1.0, 2 * min(odds.lower_tail(log_psi, 0.5), odds.upper_tail(log_psi, 0.5)))


def central_p_value(table: TwoByTwo, odds_ratio: float = 1.0) -> float:
    """Two-sided exact p of ψ = ``odds_ratio`` as twice the smaller tail, at most 1: the test whose inversion is the
    ``exact`` interval (Fisher's two-sided p orders tables by probability and has no such interval)."""
    odds, log_psi = ConditionalOdds(table), math.log(odds_ratio)
    return min(1.0, 2 * min(odds.lower_tail(log_psi, 1.0), odds.upper_tail(log_psi, 1.0)))


def _solve(falling: Callable[[float], float]) -> float:
    return math.exp(falling_root(falling, 0.0))
