"""Ratio of two incidence rates (events per person-time): given the total of events the split is binomial, which makes
the exact and mid-P intervals simple transforms of the intervals of a proportion."""

from __future__ import annotations

import math

from weijian.engines.detection.linelist.binomial import binomial_interval
from weijian.engines.detection.linelist.estimate import Estimate, check_choice, check_count, normal_quantile
from weijian.kernel.errors import WeijianError

NAN, INF = float("nan"), float("inf")
RATE_RATIO_METHODS = ("exact", "mid-p", "wald")


def rate_ratio(
    exposed_events: float,
    exposed_time: float,
    unexposed_events: float,
    unexposed_time: float,
    *,
    level: float = 0.95,
    method: str = "exact",
) -> Estimate:
    """Rate ratio (x₁/t₁)/(x₀/t₀).

    With π = x₁'s share of all events, RR = π/(1 − π) · t₀/t₁: ``exact`` takes the Clopper–Pearson bounds of π,
    ``mid-p`` its mid-P bounds (epitools ``rateratio.midp`` interval), ``wald`` exp(ln RR ± z√(1/x₁ + 1/x₀)).

    Raises ``WeijianError`` for counts that are not whole (``linelist.count``) or person-time that is not positive
    (``linelist.person_time``).
    """
    check_choice(method, RATE_RATIO_METHODS, "method")
    x1 = check_count(exposed_events, "exposed events")
    x0 = check_count(unexposed_events, "unexposed events")
    for time in (exposed_time, unexposed_time):
        if not (math.isfinite(time) and time > 0):
            raise WeijianError("linelist.person_time", f"Person-time must be greater than zero, not {time}.")
    value = (x1 / exposed_time) / (x0 / unexposed_time) if x0 else (INF if x1 else NAN)
    if method == "wald":
        if x1 == 0 or x0 == 0:
            return Estimate(value, NAN, NAN, level, method, "no interval: no event in one of the groups")
        width = math.exp(normal_quantile(level) * math.sqrt(1 / x1 + 1 / x0))
        return Estimate(value, value / width, value * width, level, method)
    if x1 + x0 == 0:
        return Estimate(NAN, 0.0, INF, level, method, "no events: the data say nothing")
    share = binomial_interval(x1, x1 + x0, level=level, method="clopper-pearson" if method == "exact" else "mid-p")
    scale = unexposed_time / exposed_time
    lower = share.lower / (1 - share.lower) * scale
    upper = INF if share.upper >= 1 else share.upper / (1 - share.upper) * scale
    return Estimate(value, lower, upper, level, method)
