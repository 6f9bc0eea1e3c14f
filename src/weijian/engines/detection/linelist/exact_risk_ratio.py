"""The exact interval of a risk ratio. Unlike the odds ratio, the risk ratio has no conditional distribution free of the
unknown background risk, so the interval maximises the tail probability over that risk (Chan & Zhang 1999); R's
epitools and epiR do not offer it. For small outbreaks with zero cells it is the honest one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from weijian.engines.detection.linelist.effect_measures import risk_ratio, score_statistics
from weijian.engines.detection.linelist.estimate import Estimate, check_level
from weijian.engines.detection.linelist.two_by_two import TwoByTwo
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
INF = float("inf")
#: Largest group: the tail sums run over (n₁+1)(n₀+1) tables at every step, about a second for two groups of this size.
LARGEST_GROUP = 200
_GRID = 61
_TIE = 1e-9
_TOLERANCE = 1e-8


def exact_risk_ratio(table: TwoByTwo, *, level: float = 0.95) -> Estimate:
    """RR with the unconditional exact interval: it covers with at least ``level`` whatever the background risk.

    Bounds are the θ at which the largest one-sided tail probability over the background risk, with tables ordered by
    the score statistic, passes (1 − level)/2. A mid-P form is not offered: half of a probability that is maximised
    over the unknown risk has no known coverage. Refuses groups above 200 persons (``linelist.too_large``): use
    ``risk_ratio(method="score")`` there.
    """
    tail = (1 - check_level(level)) / 2
    if max(table.exposed, table.unexposed) > LARGEST_GROUP:
        raise WeijianError(
            "linelist.too_large",
            f"The exact interval of a risk ratio is computed for groups of up to {LARGEST_GROUP} persons.",
            fix="Use the score interval for larger groups.",
        )
    start = risk_ratio(table, level=level, method="score")
    if start.note:
        return Estimate(start.value, 0.0, INF, level, "exact", start.note)
    lower = 0.0 if table.a == 0 else _lower_bound(table, tail, start.lower)
    upper = INF if table.c == 0 else 1 / _lower_bound(table.swapped, tail, 1 / start.upper)
    return Estimate(start.value, lower, upper, level, "exact")


def largest_tail(table: TwoByTwo, theta: float) -> float:
    """The largest P(T ≥ t) over the background risk: the one-sided exact p of RR = θ against a larger ratio."""
    n1, n0 = table.exposed, table.unexposed
    a, c = np.arange(n1 + 1.0)[:, None], np.arange(n0 + 1.0)[None, :]
    statistic = score_statistics(a, c, n1, n0, theta)
    seen = statistic[table.a, table.c]
    slack = _TIE * max(1.0, abs(seen)) if math.isfinite(seen) else 0.0
    counted = (statistic >= seen - slack).astype(np.float64)
    low, high, best = 0.0, min(1.0, 1.0 / theta), 0.0
    # A grid over the risk, then a finer one around its best point: the tail is smooth in the risk.
    for _ in range(2):
        risks = np.linspace(low, high, _GRID)
        tails = _tails(counted, risks, theta, n1, n0)
        at = int(np.argmax(tails))
        best = max(best, float(tails[at]))
        low, high = float(risks[max(at - 1, 0)]), float(risks[min(at + 1, _GRID - 1)])
    return best


def _tails(counted: Floats, risks: Floats, theta: float, n1: int, n0: int) -> Floats:
    ill_exposed = _binomial(n1, np.minimum(risks * theta, 1.0))
    ill_unexposed = _binomial(n0, risks)
    return np.asarray(np.einsum("gi,gi->g", ill_exposed, ill_unexposed @ counted.T), dtype=np.float64)


def _binomial(n: int, risks: Floats) -> Floats:
    """Binomial probabilities of 0 … n for each risk; the plain formula is many times faster than scipy.stats here."""
    x = np.arange(n + 1.0)
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return np.asarray(np.exp(choose + xlogy(x, risks[:, None]) + xlog1py(n - x, -risks[:, None])), dtype=np.float64)


def _lower_bound(table: TwoByTwo, tail: float, start: float) -> float:
    """Bisection on ln θ; the tail rises with θ, in small steps where tables change places in the ordering."""
    low = high = math.log(start)
    step = 0.25
    while largest_tail(table, math.exp(low)) > tail:
        low, step = low - step, step * 2
    step = 0.25
    while largest_tail(table, math.exp(high)) <= tail:
        high, step = high + step, step * 2
    while high - low > _TOLERANCE:
        middle = 0.5 * (low + high)
        if largest_tail(table, math.exp(middle)) > tail:
            high = middle
        else:
            low = middle
    return math.exp(low)
