"""Generalised likelihood ratio charts: how likely is a level change at some time since the last alarm? R's
``glrpois``, ``glrnb``.

In-control mean ``mu0(t)``; the alternative multiplies it by ``exp(kappa)`` from an unknown time ``j`` on. The
statistic is the largest log likelihood ratio over ``j`` with ``kappa`` at its maximum (at least 0 for
``dir="inc"``), or with a given ``theta``; an alarm sounds when it reaches ``c.ARL`` and the chart starts anew after
it. Höhle & Paul, Comput. Stat. Data Anal. 52 (2008) 4357-4368.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from weijian.engines.detection.glr_statistics import (
    given_change_increment,
    negative_binomial_statistic,
    poisson_statistic,
)
from weijian.engines.detection.harmonic import fit_poisson, predicted_mean, seasonal_design
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import Detection, resolve_times
from weijian.engines.detection.series import DetectionError, FloatArray, IntArray, SeriesBatch


def glr(
    batch: SeriesBatch,
    *,
    times: IntArray | None = None,
    mu0: float | FloatArray | None = None,
    c_ARL: float = 5.0,
    alpha: float = 0.0,
    Mtilde: int = 1,
    M: int = -1,
    change: str = "intercept",
    theta: float | None = None,
    dir: str = "inc",
    ret: str = "value",
    xMax: int = 10_000,
    S: int = 1,
    trend: bool = False,
) -> Detection:
    """Chart every series over consecutive ``times`` (default: from the second year on).

    ``mu0``: a number, an array ``(n, k)`` or ``(k,)`` of in-control means, or None to fit ``S`` yearly waves (and a
    trend) to the counts before the first charted time. ``alpha`` is the negative binomial dispersion (variance ``mu
    + alpha mu^2``), 0 for Poisson. ``c_ARL`` is R's ``c.ARL``. ``ret="value"`` puts the statistic in ``upperbound``
    as R does; ``"cases"`` the smallest count that would alarm. ``detail``: ``statistic``. Raises ``DetectionError``
    for ``change`` other than intercept.
    """
    _check(change, dir, ret, theta, alpha)
    columns = resolve_times(batch, times, min(batch.freq, max(batch.length - 1, 1)))
    if columns.size and (np.diff(columns) != 1).any():
        raise DetectionError("detection.range", "a GLR chart needs consecutive times", "times", "give one range")
    mean, reason = _in_control(batch, columns, mu0, alpha, S, trend)
    observed = batch.observed[:, columns]
    chart = _Chart(np.nan_to_num(observed), np.where(mean > 0, mean, 1.0), c_ARL, alpha, Mtilde, M, theta, dir == "inc")
    statistic, alarm, cases = chart.run(ret == "cases", xMax)
    upper = statistic.copy() if ret == "value" else cases
    upper = np.where(np.isnan(upper), 0.0, np.maximum(upper, 0.0))
    gap = np.isnan(observed).cumsum(axis=1) > 0
    reason[gap & (reason == 0)] = Reason.NOT_OBSERVED
    unknown = (reason > 0) & (reason != Reason.NO_CONVERGENCE)
    upper[unknown], alarm[unknown], statistic[unknown] = np.nan, False, np.nan
    parameters: dict[str, Any] = {
        "c_ARL": c_ARL, "alpha": alpha, "Mtilde": Mtilde, "M": M, "change": change, "theta": theta,
        "dir": dir, "ret": ret,
        "mu0": mu0 if mu0 is None or np.isscalar(mu0) else "given", "S": S, "trend": trend,
    }  # fmt: skip
    name = "glr-negbin" if alpha else "glr-poisson"
    return Detection(name, parameters, batch, columns, mean, upper, alarm, reason, {"statistic": statistic})


def _check(change: str, direction: str, ret: str, theta: float | None, alpha: float) -> None:
    if change != "intercept":
        raise DetectionError("detection.change", f"change={change!r} is not supported", "change", "use intercept")
    if direction not in ("inc", "dec"):
        raise DetectionError("detection.dir", f"dir={direction!r} is not known", "dir", "use inc or dec")
    if ret not in ("value", "cases"):
        raise DetectionError("detection.ret", f"ret={ret!r} is not known", "ret", "use value or cases")
    if theta == 1:
        raise DetectionError(
            "detection.theta", "theta has to be larger than 1", "theta", "leave theta out to estimate it"
        )
    if alpha < 0:
        raise DetectionError("detection.alpha", "alpha must not be negative", "alpha", "0 is Poisson")


def _in_control(
    batch: SeriesBatch, columns: IntArray, mu0: float | FloatArray | None, alpha: float, waves: int, trend: bool
) -> tuple[FloatArray, np.ndarray[tuple[int, int], np.dtype[np.uint8]]]:
    shape = (batch.size, columns.size)
    reason = np.zeros(shape, np.uint8)
    if mu0 is not None:
        mean = np.broadcast_to(np.asarray(mu0, float), shape).copy()
    elif not columns.size:
        mean = np.zeros(shape)
    else:
        first = int(columns[0])
        design = seasonal_design(np.arange(1.0, batch.length + 1), batch.freq, waves, trend)
        if first <= design.shape[1]:
            reason[:] = Reason.TOO_SHORT
            return np.full(shape, np.nan), reason
        beta, converged = fit_poisson(batch.baseline[:, :first], design[:first], alpha)
        mean = predicted_mean(beta, design[columns])
        reason[~converged] = Reason.NO_CONVERGENCE
    reason[(reason == 0) & ~(mean > 0)] = Reason.ZERO_MEAN
    return mean, reason


class _Chart:
    """The running chart of all series: each restarts at its own times, so the start of the run is a vector."""

    def __init__(
        self,
        x: FloatArray,
        mean: FloatArray,
        limit: float,
        alpha: float,
        m_tilde: int,
        window: int,
        theta: float | None,
        increase: bool,
    ) -> None:
        self.x, self.mean, self.limit, self.alpha = x, mean, limit, alpha
        self.m_tilde, self.window, self.theta, self.increase = m_tilde, window, theta, increase
        self.start = np.zeros(x.shape[0], np.int64)

    def run(
        self, cases: bool, largest: int
    ) -> tuple[FloatArray, np.ndarray[tuple[int, int], np.dtype[np.bool_]], FloatArray]:
        shape = (self.x.shape[0], self.x.shape[1])
        statistic, wanted, alarm = np.zeros(shape), np.full(shape, np.nan), np.zeros(shape, bool)
        state = np.zeros(self.x.shape[0])
        for n in range(self.x.shape[1]):
            current = self.x[:, n]
            value = self._value(n, current, state)
            if cases:
                wanted[:, n] = self._smallest(n, state, float(largest))
            fired = value > self.limit if self.theta is not None else value >= self.limit
            statistic[:, n], alarm[:, n] = value, fired
            state = np.where(fired, 0.0, value)
            self.start[fired] = n + 1
        return statistic, alarm, wanted

    def _value(self, n: int, current: FloatArray, state: FloatArray) -> FloatArray:
        if self.theta is not None:
            increment = given_change_increment(current, self.mean[:, n], self.theta, self.alpha)
            return np.asarray(np.maximum(0.0, state + increment))
        x = self.x[:, : n + 1].copy()
        x[:, n] = current
        if self.alpha == 0:
            return poisson_statistic(x, self.mean[:, : n + 1], self.start, self.m_tilde, self.window, self.increase)
        return negative_binomial_statistic(
            x, self.mean[:, : n + 1], self.start, self.m_tilde, self.window, self.increase, self.alpha
        )

    def _smallest(self, n: int, state: FloatArray, largest: float) -> FloatArray:
        """Smallest count at time n that reaches the limit, by bisection between 0 and ``largest``."""
        low, high = np.full(state.shape, -1.0), np.full(state.shape, largest)
        found = self._value(n, high, state) >= self.limit
        while (high - low > 1).any():
            middle = np.maximum(np.floor((low + high) / 2), 0.0)
            above = self._value(n, middle, state) >= self.limit
            moving = high - low > 1
            high, low = np.where(above & moving, middle, high), np.where(~above & moving, middle, low)
        return np.where(found, high, np.nan)
