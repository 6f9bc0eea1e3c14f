"""Large-sample measures of effect from a fourfold table: risk ratio, risk difference, odds ratio and attributable
fractions with Wald, small-sample and score intervals, named as in epitools and epiR."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from weijian.engines.detection.linelist.binomial import binomial_bounds
from weijian.engines.detection.linelist.estimate import Estimate, check_choice, normal_quantile
from weijian.engines.detection.linelist.two_by_two import TwoByTwo

Floats = NDArray[np.float64]
NAN, INF = float("nan"), float("inf")
RISK_RATIO_METHODS = ("wald", "small", "score")
ODDS_RATIO_METHODS = ("wald", "haldane-anscombe")
RISK_DIFFERENCE_METHODS = ("wald", "newcombe")


def risk_ratio(table: TwoByTwo, *, level: float = 0.95, method: str = "wald") -> Estimate:
    """RR = [a/(a+b)] / [c/(c+d)].

    ``wald``: exp(ln RR ± z√(1/a − 1/(a+b) + 1/c − 1/(c+d))) (Katz 1978); not defined when a or c is zero.
    ``small``: the denominator risk as (c+1)/(c+d+1), same standard error (Jewell 2004; epitools ``riskratio.small``).
    ``score``: the values θ at which the score test of RR = θ keeps p ≥ 1 − level (Koopman 1984); defined with zero
    cells. Exact intervals are in `exact_risk_ratio`.
    """
    check_choice(method, RISK_RATIO_METHODS, "method")
    value = _ratio(table.a * table.unexposed, table.c * table.exposed)
    if method == "score":
        return _koopman(table, value, level)
    if table.a == 0 or table.c == 0:
        return Estimate(value, NAN, NAN, level, method, "no interval: an attack rate is zero or a group is empty")
    if method == "small":
        value = (table.a / table.exposed) / ((table.c + 1) / (table.unexposed + 1))
    error = math.sqrt(1 / table.a - 1 / table.exposed + 1 / table.c - 1 / table.unexposed)
    return _log_wald(value, error, level, method)


def odds_ratio(table: TwoByTwo, *, level: float = 0.95, method: str = "wald") -> Estimate:
    """OR = ad / bc with exp(ln OR ± z√(1/a + 1/b + 1/c + 1/d)) (Woolf 1955).

    ``wald`` is not defined with a zero cell; ``haldane-anscombe`` adds ½ to every cell first. Exact and mid-P
    estimates and intervals are in `conditional_odds`.
    """
    check_choice(method, ODDS_RATIO_METHODS, "method")
    a, b, c, d = (float(cell) for cell in (table.a, table.b, table.c, table.d))
    if method == "haldane-anscombe":
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
    value = _ratio(a * d, b * c)
    if min(a, b, c, d) == 0:
        return Estimate(value, NAN, NAN, level, method, "no interval: a cell of the table is zero")
    return _log_wald(value, math.sqrt(1 / a + 1 / b + 1 / c + 1 / d), level, method)


def risk_difference(table: TwoByTwo, *, level: float = 0.95, method: str = "wald") -> Estimate:
    """Attributable risk a/(a+b) − c/(c+d), as a proportion.

    ``wald``: ± z√(p₁q₁/n₁ + p₀q₀/n₀). ``newcombe``: Wilson bounds of both risks combined (Newcombe 1998, method 10),
    which stays inside [−1, 1] and keeps its width when a risk is 0 or 1.
    """
    check_choice(method, RISK_DIFFERENCE_METHODS, "method")
    if table.exposed == 0 or table.unexposed == 0:
        return Estimate(NAN, NAN, NAN, level, method, "not defined: a group is empty")
    z = normal_quantile(level)
    p1, p0 = table.a / table.exposed, table.c / table.unexposed
    value = p1 - p0
    if method == "wald":
        half = z * math.sqrt(p1 * (1 - p1) / table.exposed + p0 * (1 - p0) / table.unexposed)
        return Estimate(value, value - half, value + half, level, method)
    lower, upper = binomial_bounds([table.a, table.c], [table.exposed, table.unexposed], level=level, method="wilson")
    below = math.hypot(p1 - float(lower[0]), float(upper[1]) - p0)
    above = math.hypot(float(upper[0]) - p1, p0 - float(lower[1]))
    return Estimate(value, value - below, value + above, level, method)


def attributable_fraction_exposed(table: TwoByTwo, *, level: float = 0.95) -> Estimate:
    """The share of illness among the exposed that is due to the exposure, (RR − 1)/RR, with the Wald bounds of RR.

    Negative when the exposure protects; then −(value) has no such reading and the note says so.
    """
    ratio = risk_ratio(table, level=level)
    value, lower, upper = (1 - 1 / x if x else NAN for x in (ratio.value, ratio.lower, ratio.upper))
    note = ratio.note or ("RR below 1: read as a preventive exposure" if ratio.value < 1 else "")
    return Estimate(value, lower, upper, level, "wald", note)


def attributable_fraction_population(table: TwoByTwo, *, level: float = 0.95) -> Estimate:
    """The share of all illness due to the exposure, PAF = Pe(RR−1)/[1+Pe(RR−1)] = (ad − bc)/[(a+c)(c+d)].

    Interval: 1 − exp(ln(1 − PAF) ± z√{[b + PAF(a+d)]/(nc)}) (Walter 1975, Jewell 2004; epiR ``PAFRisk``). Needs a
    sample in which exposure is as frequent as in the population.
    """
    if table.c == 0 or table.ill == 0 or table.unexposed == 0:
        return Estimate(NAN, NAN, NAN, level, "jewell", "no interval: no case among the unexposed")
    value = (table.a * table.d - table.b * table.c) / (table.ill * table.unexposed)
    variance = (table.b + value * (table.a + table.d)) / (table.total * table.c)
    if variance < 0:
        return Estimate(value, NAN, NAN, level, "jewell", "no interval: the variance formula is negative here")
    half = normal_quantile(level) * math.sqrt(variance)
    log_rest = math.log(1 - value)
    return Estimate(value, 1 - math.exp(log_rest + half), 1 - math.exp(log_rest - half), level, "jewell")


def _ratio(top: float, bottom: float) -> float:
    if bottom == 0:
        return NAN if top == 0 else INF
    return top / bottom


def _log_wald(value: float, error: float, level: float, method: str) -> Estimate:
    width = math.exp(normal_quantile(level) * error)
    return Estimate(value, value / width, value * width, level, method)


def score_statistics(a: Floats, c: Floats, n1: float, n0: float, theta: float) -> Floats:
    """Signed score statistics of RR = θ for many tables of one size, positive when the observed ratio is above θ.

    The unexposed risk under RR = θ is the smaller root of (n₁+n₀)θ p² − (n₁θ + a + n₀ + cθ) p + (a + c) = 0
    (Koopman 1984; Miettinen & Nurminen 1985 without their factor n/(n − 1)).
    """
    square = (n1 + n0) * theta
    linear = n1 * theta + a + n0 + c * theta
    p0 = (linear - np.sqrt(np.maximum(linear**2 - 4 * square * (a + c), 0.0))) / (2 * square)
    p1 = np.minimum(p0 * theta, 1.0)
    difference = a / n1 - theta * c / n0
    variance = p1 * (1 - p1) / n1 + theta**2 * np.maximum(p0 * (1 - p0), 0.0) / n0
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = difference / np.sqrt(variance)
    return np.asarray(np.where(difference == 0, 0.0, statistic), dtype=np.float64)


def _koopman(table: TwoByTwo, value: float, level: float) -> Estimate:
    if table.ill == 0 or table.exposed == 0 or table.unexposed == 0:
        return Estimate(value, 0.0, INF, level, "score", "nobody ill or a group empty: the data say nothing")
    z = normal_quantile(level)
    start = math.log(value) if 0 < value < INF else 0.0

    a, c = np.array([float(table.a)]), np.array([float(table.c)])

    def above(log_theta: float) -> float:
        statistic = score_statistics(a, c, table.exposed, table.unexposed, math.exp(log_theta))
        return max(min(float(statistic[0]), 1e6), -1e6)

    lower = 0.0 if table.a == 0 else math.exp(falling_root(lambda t: above(t) - z, start))
    upper = INF if table.c == 0 else math.exp(falling_root(lambda t: above(t) + z, start))
    return Estimate(value, lower, upper, level, "score")


def falling_root(function: Callable[[float], float], start: float) -> float:
    """The root of a falling function, bracketed by doubling steps from ``start`` (at most e^±60 away)."""
    low, high, step = start, start, 0.5
    while function(low) < 0 and step < 60:
        low, step = low - step, step * 2
    step = 0.5
    while function(high) > 0 and step < 60:
        high, step = high + step, step * 2
    return float(brentq(function, low, high, xtol=1e-13, rtol=8.9e-16))
