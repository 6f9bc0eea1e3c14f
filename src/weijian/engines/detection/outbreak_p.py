"""OutbreakP: does the mean rise at some unknown time, in some unknown way? A likelihood ratio without any baseline
model.

For counts ``x(1..n)``, ``P(n) = prod (m(t) / mean)^x(t)`` with ``m`` the non-decreasing (isotonic) fit; alarm when
it exceeds ``k``. Frisén, Andersson & Schiöler, Stat. Med. 28 (2009) 1938-1952; numbers as in R's ``outbreakP``. The
product is kept as a logarithm, so that large counts, where R's product overflows to NaN, still get a statistic.
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import Detection, empty_matrices, resolve_times
from weijian.engines.detection.series import BoolArray, DetectionError, FloatArray, IntArray, SeriesBatch


def outbreak_p(
    batch: SeriesBatch,
    *,
    times: IntArray | None = None,
    k: float = 100.0,
    ret: str = "value",
    maxUpperboundCases: int = 100_000,
) -> Detection:
    """Decide every series at ``times``, always from the first observation on (default: every time).

    ``ret="value"`` (what R does unless asked otherwise) puts the statistic in ``upperbound``; ``ret="cases"`` the
    smallest count at that time that would alarm, ``nan`` if none up to ``maxUpperboundCases`` would.
    ``detail["statistic"]`` and ``detail["log_statistic"]`` are always there. A series with a missing count gets no
    decision from there on.
    """
    if ret not in ("value", "cases"):
        raise DetectionError("detection.ret", f"ret={ret!r} is not known", "ret", "use value or cases")
    columns = resolve_times(batch, times, 0)
    expected, upper, alarm, reason = empty_matrices(batch.size, columns.size)
    logs = np.full(expected.shape, np.nan)
    position = {int(c): i for i, c in enumerate(columns)}
    blocks = _Blocks(batch.size, batch.length)
    counts = np.nan_to_num(batch.observed)
    log_k = np.log(k) if k > 0 else -np.inf
    for time in range(int(columns.max(initial=-1)) + 1):
        at = position.get(time)
        if at is not None:
            logs[:, at] = blocks.log_statistic(counts[:, time])
            alarm[:, at] = logs[:, at] > log_k
            expected[:, at] = blocks.mean()
            if ret == "cases" and time > 0:
                upper[:, at] = blocks.smallest_alarm(counts[:, time], alarm[:, at], log_k, float(maxUpperboundCases))
        blocks.push(counts[:, time])
    with np.errstate(over="ignore"):
        statistic = np.exp(logs)
    if ret == "value":
        upper = statistic.copy()
    missing = np.isnan(batch.observed).cumsum(axis=1)[:, columns] > 0
    reason[missing] = Reason.GAP_IN_BASELINE
    upper[missing], alarm[missing], logs[missing], statistic[missing] = np.nan, False, np.nan, np.nan
    if ret == "cases":
        reason[(reason == 0) & np.isnan(upper)] = Reason.BOUND_UNDEFINED
    parameters = {"k": k, "ret": ret, "maxUpperboundCases": maxUpperboundCases}
    detail = {"statistic": statistic, "log_statistic": logs}
    return Detection("outbreak-p", parameters, batch, columns, expected, upper, alarm, reason, detail)


class _Blocks:
    """Pool-adjacent-violators fit of every series so far: a stack of blocks (sum, size) with increasing means."""

    def __init__(self, series: int, length: int) -> None:
        self.sums, self.sizes = np.zeros((series, length + 1)), np.zeros((series, length + 1))
        # below[i] is the log-likelihood part of the blocks under block i.
        self.below = np.zeros((series, length + 2))
        self.depth = np.zeros(series, np.int64)
        self.total, self.count = np.zeros(series), 0
        self.rows = np.arange(series)

    def mean(self) -> FloatArray:
        """Mean of the counts so far; ``nan`` before the first."""
        return self.total / self.count if self.count else np.full(self.total.shape, np.nan)

    def _merge(self, value: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray, IntArray]:
        """Sum, size and depth of the top block after appending ``value``."""
        total, size, depth = value.copy(), np.ones(value.shape), self.depth[rows].copy()
        active = np.flatnonzero(depth > 0)
        while active.size:
            row, top = rows[active], depth[active] - 1
            lower, weight = self.sums[row, top], self.sizes[row, top]
            active_merges = total[active] / size[active] <= lower / weight
            chosen = active[active_merges]
            total[chosen] += lower[active_merges]
            size[chosen] += weight[active_merges]
            depth[chosen] -= 1
            active = chosen[depth[chosen] > 0]
        return total, size, depth

    def log_statistic(self, value: FloatArray, rows: IntArray | None = None) -> FloatArray:
        """Logarithm of the statistic if the next count were ``value``."""
        index = self.rows if rows is None else rows
        total, size, depth = self._merge(value, index)
        overall = self.total[index] + value
        likelihood = self.below[index, depth] + _part(total, size)
        return np.asarray(likelihood - _part(overall, np.full(overall.shape, self.count + 1.0)))

    def push(self, value: FloatArray) -> None:
        """Append a count to every series."""
        total, size, depth = self._merge(value, self.rows)
        self.sums[self.rows, depth], self.sizes[self.rows, depth] = total, size
        self.below[self.rows, depth + 1] = self.below[self.rows, depth] + _part(total, size)
        self.depth = depth + 1
        self.total = self.total + value
        self.count += 1

    def smallest_alarm(self, observed: FloatArray, alarm: BoolArray, log_k: float, largest: float) -> FloatArray:
        """Smallest count with a statistic above the limit, by bisection: the statistic never falls as the count
        grows.
        """
        low = np.where(alarm, 0.0, observed)
        high = np.where(alarm, observed, largest)
        # R steps from the observed count and gives up at 0 or at the largest count, hence no bound there.
        found = np.where(alarm, self.log_statistic(np.zeros_like(observed)) <= log_k, self.log_statistic(high) > log_k)
        found &= np.where(alarm, observed > 0, observed < largest)
        active = np.flatnonzero(found & (high - low > 1))
        while active.size:
            middle = np.floor((low[active] + high[active]) / 2)
            above = self.log_statistic(middle, active) > log_k
            high[active[above]], low[active[~above]] = middle[above], middle[~above]
            active = active[high[active] - low[active] > 1]
        return np.where(found, high, np.nan)


def _part(total: FloatArray, size: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        return np.asarray(np.where(total > 0, total * np.log(total / size), 0.0))
