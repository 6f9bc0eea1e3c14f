"""Bayesian nowcast under right-truncation (Höhle & an der Heiden 2014; R surveillance ``nowcast`` with ``bayes.trunc``
and ``bayes.notrunc``): a generalised Dirichlet posterior of the delay distribution, mixed with the posterior of the
number of events given how many are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, pdtr
from scipy.stats import beta

from weijian.engines.detection.delay import checks
from weijian.engines.detection.delay.nowcast_result import Nowcast
from weijian.engines.detection.delay.reporting_triangle import Counts, ReportingTriangle
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
BAYES_METHODS = ("bayes.trunc", "bayes.notrunc")
PRIORS = ("poisgamma", "pois", "unif")


@dataclass(frozen=True)
class EventPrior:
    """Prior of the number of events of a step (R ``N.tInf.prior``).

    ``poisgamma``: negative binomial with ``mean`` and ``variance`` (R's attributes ``mean.lambda`` and
    ``var.lambda``, which R too takes as the variance of the count); ``pois``: Poisson with ``mean``; ``unif``: flat
    up to ``largest``. ``largest`` cuts the number of events (R ``N.tInf.max``); ``None`` leaves it open, except that
    a flat prior needs it.
    """

    kind: str = "poisgamma"
    mean: float = 0.0
    variance: float = 0.0
    largest: int | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.kind, PRIORS, "prior")
        if self.kind != "unif":
            checks.positive(self.mean, "the prior mean")
        if self.kind == "poisgamma" and not self.variance > self.mean:
            raise WeijianError("delay.prior", "The prior variance of a negative binomial must exceed its mean.")
        if self.kind == "unif" and self.largest is None:
            raise WeijianError("delay.prior", "A flat prior needs a largest number of events.", fix="R uses 300.")

    @classmethod
    def from_complete_steps(cls, triangle: ReportingTriangle) -> EventPrior:
        """A weak prior from the data: negative binomial with the mean of the steps that are complete (at least one
        half), and variance mean + mean², which is a geometric distribution."""
        complete = triangle.observed[: max(triangle.last - triangle.max_delay, 1)]
        mean = max(float(complete.mean()), 0.5)
        return cls("poisgamma", mean, mean + mean**2)


def nowcast_bayes(
    triangle: ReportingTriangle,
    *,
    method: str = "bayes.trunc",
    prior: EventPrior | None = None,
    kappa: float = 0.1,
    m: int | None = None,
    n_samples: int = 2000,
    level: float = 0.95,
    seed: int = 1,
) -> Nowcast:
    """Posterior of the final number of events of every step.

    The reverse-time hazards g(x), x = 1 … D, are independent Beta(κ + n(x), κx + N(x) − n(x)) under ``bayes.trunc``;
    ``bayes.notrunc`` ignores the truncation and has Σ_{y<x} n(y) in place of N(x) − n(x). F(d) = Π_{x>d} (1 − g(x))
    is the share reported within d steps. Given F, the events still missing are negative binomial (``poisgamma``,
    ``unif``) or Poisson (``pois``); the mixture over ``n_samples`` Latin-hypercube draws of the hazards is computed
    from its distribution function, so the result carries less sampling noise than R's for the same number of draws.
    Median and bounds are the smallest counts whose probability exceeds the level, as in R. Without a ``prior`` one
    is taken from the complete steps (`EventPrior.from_complete_steps`). ``kappa`` is R's ``gd.prior.kappa``.
    """
    checks.one_of(method, BAYES_METHODS, "method")
    checks.probability(level, "level")
    checks.positive(kappa, "kappa")
    checks.at_least(n_samples, 100, "n_samples")
    prior = prior or EventPrior.from_complete_steps(triangle)
    observed = triangle.observed.astype(np.float64)
    if prior.largest is not None and observed.max() > prior.largest:
        raise WeijianError(
            "delay.prior", f"{int(observed.max())} events are known of one step, more than the prior's largest."
        )
    a, b = _hazard_posterior(triangle, method, kappa, m)
    shares = _sampled_shares(a, b, n_samples, np.random.default_rng(seed))
    expected_share = np.append(np.cumprod((b / (a + b))[::-1])[::-1], 1.0)
    mean, median, lower, upper = (observed.copy() for _ in range(4))
    reported = np.ones(triangle.last + 1)
    for delay in range(triangle.max_delay):
        t = triangle.last - delay
        missing = MissingEvents(observed[t], shares[delay], prior)
        reported[t] = expected_share[delay]
        mean[t] = observed[t] + missing.mean()
        tails = (0.5, (1 - level) / 2, (1 + level) / 2)
        median[t], lower[t], upper[t] = (observed[t] + missing.quantile(q) for q in tails)
    return Nowcast(triangle.dates, observed, reported, mean, median, lower, upper, ("",) * observed.size, method, level)


def _hazard_posterior(triangle: ReportingTriangle, method: str, kappa: float, m: int | None) -> tuple[Floats, Floats]:
    """Beta parameters of g(1) … g(D). The prior is the symmetric Dirichlet(κ, …, κ) of the delays 0 … D, written as a
    generalised Dirichlet: Beta(κ, κx) for the hazard at x."""
    exactly, at_most = triangle.window_sums(m)
    others: Counts = at_most - exactly
    if method == "bayes.notrunc":
        others = np.concatenate([[0], np.cumsum(exactly)[:-1]])
    delays = np.arange(1, triangle.max_delay + 1)
    return (kappa + exactly[1:]).astype(np.float64), (kappa * delays + others[1:]).astype(np.float64)


def _sampled_shares(a: Floats, b: Floats, n_samples: int, rng: np.random.Generator) -> Floats:
    """Draws of F(0) … F(D − 1), shape (D, n_samples): one stratified, shuffled draw of every hazard."""
    strata = rng.permuted(np.tile(np.arange(n_samples), (a.size, 1)), axis=1)
    uniform = (strata + rng.random(strata.shape)) / n_samples
    kept = 1 - beta.ppf(uniform, a[:, None], b[:, None])
    # A share of exactly zero (every draw of a hazard at 1) would leave nothing to divide by.
    return np.maximum(np.cumprod(kept[::-1], axis=0)[::-1], 1e-12)


class MissingEvents:
    """Events of one step that are not reported yet: a mixture over draws of the share F reported by now.

    Negative binomial prior with size r and mean μ: given n known, the missing ones are negative binomial with size
    r + n and success probability 1 − θ(1 − F), θ = μ/(μ + r). A flat prior is r = 1, θ = 1; a Poisson prior leaves
    Poisson(λ(1 − F)). Where the prior has a largest value each component is cut there and scaled up, as R does.
    """

    def __init__(self, known: float, shares: Floats, prior: EventPrior) -> None:
        self._limit = None if prior.largest is None else prior.largest - known
        self._poisson = prior.kind == "pois"
        if self._poisson:
            self._rate = prior.mean * (1 - shares)
            return
        size, theta = 1.0, 1.0
        if prior.kind == "poisgamma":
            size = prior.mean**2 / (prior.variance - prior.mean)
            theta = prior.mean / (prior.mean + size)
        self._size = size + known
        self._failure = theta * (1 - shares)
        self._whole = np.ones_like(shares)
        if self._limit is not None:
            self._whole = self._components(self._limit)

    def _components(self, k: float) -> Floats:
        if self._poisson:
            return np.asarray(pdtr(k, self._rate))
        return np.asarray(betainc(self._size, k + 1, 1 - self._failure))

    def distribution(self, k: float) -> float:
        """P(missing ≤ k)."""
        if k < 0:
            return 0.0
        if self._poisson and self._limit is not None:
            return float(np.mean(np.minimum(self._components(k) / self._components(self._limit), 1.0)))
        if self._poisson:
            return float(np.mean(self._components(k)))
        return float(np.mean(np.minimum(self._components(k) / self._whole, 1.0)))

    def mean(self) -> float:
        """Expected missing events. For a component cut at K, E[k; k ≤ K] = E[k] · P(k' ≤ K − 1), where k' has size + 1
        (negative binomial) or the same rate (Poisson)."""
        if self._poisson:
            means, cut = self._rate, np.ones_like(self._rate)
            if self._limit is not None:
                below = pdtr(self._limit - 1, self._rate) if self._limit > 0 else np.zeros_like(self._rate)
                cut = below / self._components(self._limit)
        else:
            means, cut = self._size * self._failure / (1 - self._failure), np.ones_like(self._failure)
            if self._limit is not None:
                below = betainc(self._size + 1, self._limit, 1 - self._failure) if self._limit > 0 else 0.0
                cut = below / self._whole
        return float(np.mean(means * cut))

    def quantile(self, q: float) -> float:
        """The smallest k with P(missing ≤ k) above q, by doubling and bisection."""
        low, high = -1, 1
        while self.distribution(high) <= q and (self._limit is None or high < self._limit):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            if self.distribution(middle) > q:
                high = middle
            else:
                low = middle
        return float(high if self._limit is None else min(high, self._limit))
