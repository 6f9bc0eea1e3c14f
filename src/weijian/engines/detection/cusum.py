"""CUSUM charts on standardised counts: small lasting increases add up until they cross a line. Numbers as in R's
``cusum``.

``S(t) = max(0, S(t-1) + z(t) - k)``, alarm when ``S(t) >= h``. ``z`` is the count made nearly standard normal for
an in-control mean ``m``: ``standard`` ``(x-m)/sqrt(m)``; ``rossi`` ``(x - 3m + 2 sqrt(xm)) / (2 sqrt(m))``;
``anscombe`` ``3/2 (x^(2/3) - m^(2/3)) / m^(1/6)``; ``pearsonNegBin`` ``(x-m)/sqrt(m + alpha m^2)``. Rossi,
Lampugnani & Marchi, Stat. Med. 18 (1999) 2111-2122; Rogerson & Yamada, MMWR 53 Suppl (2004) 79-85.
"""

from __future__ import annotations

import numpy as np

from weijian.engines.detection.harmonic import fit_poisson, predicted_mean, seasonal_design
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.result import Detection, resolve_times
from weijian.engines.detection.series import BoolArray, DetectionError, FloatArray, IntArray, SeriesBatch

TRANSFORMATIONS = ("standard", "rossi", "anscombe", "anscombe2nd", "pearsonNegBin", "none")


def cusum(
    batch: SeriesBatch,
    *,
    times: IntArray | None = None,
    k: float = 1.04,
    h: float = 2.26,
    m: float | str | None = None,
    trans: str = "standard",
    alpha: float = 0.1,
    reset: bool = False,
) -> Detection:
    """Chart every series over ``times``, consecutive columns (default: from the second year, at least the second
    time).

    ``m``: None takes the mean of all counts before the first charted time, a number is used as it is, ``"glm"``
    fits one yearly wave to the counts before (by Poisson regression) and predicts. ``reset`` restarts the sum after
    an alarm, which R does not do. The bound is the count at which the alarm would sound, from R's formulas (for
    ``standard`` rounded up). ``detail``: ``cusum`` and ``m``. A missing count leaves the sum as it was.
    """
    if trans not in TRANSFORMATIONS:
        raise DetectionError(
            "detection.trans", f"trans={trans!r} is not known", "trans", "use " + ", ".join(TRANSFORMATIONS)
        )
    columns = resolve_times(batch, times, min(batch.freq, max(batch.length - 1, 1)))
    if columns.size and (np.diff(columns) != 1).any():
        raise DetectionError("detection.range", "a CUSUM needs consecutive times", "times", "give one range")
    mean, reason = in_control_mean(batch, columns, m)
    observed = batch.observed[:, columns]
    with np.errstate(all="ignore"):
        z = standardise(observed, mean, trans, alpha)
        sums, before, alarm = _accumulate(z, k, h, reset)
        upper = _bound(mean, h + k - before, h, sums, trans, alpha)
    upper = np.where(np.isnan(upper), 0.0, np.maximum(upper, 0.0))
    unknown = np.isin(reason, (Reason.TOO_SHORT, Reason.ZERO_MEAN, Reason.GAP_IN_BASELINE))
    upper[unknown], alarm[unknown] = np.nan, False
    reason[(reason == 0) & np.isnan(observed)] = Reason.NOT_OBSERVED
    parameters = {"k": k, "h": h, "m": m, "trans": trans, "alpha": alpha, "reset": reset}
    detail = {"cusum": sums, "m": mean}
    return Detection("cusum", parameters, batch, columns, mean, upper, alarm, reason, detail)


def in_control_mean(
    batch: SeriesBatch, columns: IntArray, m: float | str | None
) -> tuple[FloatArray, np.ndarray[tuple[int, int], np.dtype[np.uint8]]]:
    """The mean ``(n, k)`` a chart starts from, with the reason where there is none."""
    shape = (batch.size, columns.size)
    reason = np.zeros(shape, np.uint8)
    if not columns.size:
        return np.zeros(shape), reason
    first = int(columns[0])
    training = batch.baseline[:, :first]
    if m is None or m == "glm":
        empty = (~np.isnan(training)).sum(axis=1) == 0
        reason[empty] = Reason.TOO_SHORT
    if m is None:
        with np.errstate(all="ignore"):
            size = (~np.isnan(training)).sum(axis=1)
            mean = np.broadcast_to((np.nansum(training, axis=1) / size)[:, None], shape).copy()
        gap = np.isnan(batch.observed[:, :first]).any(axis=1)
        reason[gap & (size > 0)] = Reason.GAP_IN_BASELINE
    elif m == "glm":
        t = batch.start + np.arange(batch.length, dtype=float)
        design = seasonal_design(t, batch.freq, 1, False)
        beta, converged = fit_poisson(training, design[:first])
        mean = predicted_mean(beta, design[columns])
        reason[~converged & ~empty] = Reason.NO_CONVERGENCE
    elif isinstance(m, str):
        raise DetectionError("detection.m", f"m={m!r} is not known", "m", "give a number, glm, or leave m out")
    else:
        mean = np.full(shape, float(m))
    reason[(reason == 0) & ~(mean > 0)] = Reason.ZERO_MEAN
    return mean, reason


def standardise(x: FloatArray, m: FloatArray, trans: str, alpha: float) -> FloatArray:
    """Counts as nearly standard normal values for the in-control mean ``m``."""
    if trans == "standard":
        return np.asarray((x - m) / np.sqrt(m))
    if trans == "rossi":
        return np.asarray((x - 3 * m + 2 * np.sqrt(x * m)) / (2 * np.sqrt(m)))
    if trans == "anscombe":
        return np.asarray(1.5 * (x ** (2 / 3) - m ** (2 / 3)) / m ** (1 / 6))
    if trans == "anscombe2nd":
        return np.asarray((x ** (2 / 3) - (m ** (2 / 3) - m ** (-1 / 3) / 9)) / (2 / 3 * m ** (1 / 6)))
    if trans == "pearsonNegBin":
        return np.asarray((x - m) / np.sqrt(m + alpha * m**2))
    return np.asarray(x, dtype=np.float64)


def _accumulate(z: FloatArray, k: float, h: float, reset: bool) -> tuple[FloatArray, FloatArray, BoolArray]:
    """The sum after and before each time, and the alarms; one pass over time, all series together."""
    after, before = np.zeros(z.shape[::-1]), np.zeros(z.shape[::-1])
    state = np.zeros(z.shape[0])
    steps = np.ascontiguousarray((z - k).T)
    steps[np.isnan(steps)] = 0.0
    for time in range(steps.shape[0]):
        before[time] = state
        np.add(state, steps[time], out=state)
        np.maximum(state, 0.0, out=state)
        after[time] = state
        if reset:
            state[state >= h] = 0.0
    return after.T, before.T, (after >= h).T & ~np.isnan(z)


def _bound(m: FloatArray, room: FloatArray, h: float, after: FloatArray, trans: str, alpha: float) -> FloatArray:
    """The count that would bring the sum to ``h``; ``room`` is ``h + k - S(t-1)``. ``none``: what is left of ``h``."""
    if trans == "standard":
        return np.asarray(np.ceil(np.sqrt(m) * room + m))
    if trans == "rossi":
        root = np.sqrt(m)
        return np.asarray(2 * room * root + 5 * m - 2 * np.sqrt(4 * m**2 + 2 * m**1.5 * room))
    if trans in ("anscombe", "anscombe2nd"):
        # The second-order bound subtracts m^(1/3)/9 where the transformation has m^(-1/3)/9; R's formula, kept.
        centre = m ** (2 / 3) - (m ** (1 / 3) / 9 if trans == "anscombe2nd" else 0.0)
        value = 2 / 3 * m ** (1 / 6) * room + centre
        return np.asarray(np.where(value < 0, 0.0, value**1.5))
    if trans == "pearsonNegBin":
        return np.asarray(np.sqrt(m + alpha * m**2) * room + m)
    return h - after
