"""Nowcast by reverse-time hazards of the reporting delay (Lawless 1994; Kalbfleisch & Lawless 1989): events known today
are divided by the estimated probability of being reported by now."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from weijian.engines.detection.delay import checks
from weijian.engines.detection.delay.nowcast_result import Nowcast
from weijian.engines.detection.delay.reporting_triangle import ReportingTriangle

Floats = NDArray[np.float64]
VARIANCES = ("r", "lawless1994")
NOTHING_SEEN = "no event with a delay this short has been seen in the window"


def nowcast_lawless(
    triangle: ReportingTriangle,
    *,
    m: int | None = None,
    m_interpretation: str = "hoehle_anderheiden2014",
    variance: str = "r",
    level: float = 0.95,
) -> Nowcast:
    """N̂ₜ = nₜ / Ŵₜ with Ŵₜ = Π_{x = T−t+1}^{D} (1 − ĝ(x)), ĝ(x) = n(x)/N(x) from `ReportingTriangle.window_sums`.

    ``variance="r"`` gives the numbers of R surveillance 1.20.3, whose code drops the part of the variance that comes
    from estimating W (a line break ends the sum early) and does not subtract the mass below nₜ when it truncates the
    normal distribution: the intervals are too narrow. ``"lawless1994"`` gives the full variance that R's source writes
    down after the paper, nₜ(nₜ+1) V(Ŵ)/Ŵ⁴ + nₜ(1 − Ŵ)/Ŵ², V(Ŵ) = Ŵ² Σ ĝ/[N(x)(1 − ĝ)], and a normal distribution
    that is not below nₜ. Where nothing is reported yet (nₜ = 0) the method can only say zero; the Bayesian nowcast is
    the one to use there.
    Median and bounds are whole numbers, the smallest whose probability exceeds the level, as in R.
    """
    checks.one_of(variance, VARIANCES, "variance")
    checks.probability(level, "level")
    exactly, at_most = triangle.window_sums(m, m_interpretation)
    hazard = np.divide(exactly, at_most, out=np.zeros(exactly.size), where=at_most > 0)
    last, longest = triangle.last, triangle.max_delay
    observed = triangle.observed.astype(np.float64)
    share, share_variance = np.ones(last + 1), np.zeros(last + 1)
    for t in range(last - longest, last + 1):
        later = slice(last - t + 1, longest + 1)
        share[t] = np.prod(1 - hazard[later])
        if share[t] > 0:
            # A delay never observed within the window has hazard 0 and adds nothing.
            seen = at_most[later] > 0
            terms = hazard[later][seen] / (at_most[later][seen] * (1 - hazard[later][seen]))
            share_variance[t] = share[t] ** 2 * terms.sum()
    unknown = share <= 0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(unknown, np.nan, observed / share)
        spread = observed * (1 - share) / share**2
        if variance == "lawless1994":
            spread = spread + observed * (observed + 1) / share**4 * share_variance
    tails = (0.5, (1 - level) / 2, (1 + level) / 2)
    median, lower, upper = (_quantile(q, mean, np.sqrt(spread), observed, variance == "r") for q in tails)
    return Nowcast(
        dates=triangle.dates,
        observed=observed,
        reported_share=share,
        mean=mean,
        median=median,
        lower=lower,
        upper=upper,
        reasons=tuple(NOTHING_SEEN if u else "" for u in unknown),
        method=f"lawless ({variance})",
        level=level,
    )


def _quantile(q: float, mean: Floats, sd: Floats, observed: Floats, as_r: bool) -> Floats:
    """The smallest whole number of at least ``observed`` with a distribution function above q; the value itself where
    there is no spread. R divides the normal distribution function by its mass above ``observed``; otherwise it is
    rounded to whole numbers, and what lies below ``observed`` is counted there."""
    moving = np.isfinite(mean) & (sd > 0)
    centre, scale = np.where(moving, mean, 0.0), np.where(moving, sd, 1.0)
    if as_r:
        target = q * (1 - norm.cdf((observed - centre) / scale))
        bound = np.floor(centre + scale * norm.ppf(target)) + 1
    else:
        bound = np.floor(centre + scale * norm.ppf(q) - 0.5) + 1
    return np.where(moving, np.maximum(bound, observed), mean)
