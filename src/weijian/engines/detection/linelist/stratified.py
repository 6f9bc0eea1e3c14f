"""Stratified fourfold tables: the Mantel–Haenszel odds and risk ratio, the Cochran–Mantel–Haenszel test and the
Breslow–Day test of one common odds ratio, so that a food that was only eaten together with the guilty one can be told
apart from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import chi2

from weijian.engines.detection.linelist.association import ChiSquare
from weijian.engines.detection.linelist.estimate import Estimate, normal_quantile
from weijian.engines.detection.linelist.two_by_two import TwoByTwo
from weijian.kernel.errors import WeijianError

NAN, INF = float("nan"), float("inf")


@dataclass(frozen=True)
class StratifiedResult:
    """Adjusted measures over the strata; a small p of ``breslow_day`` or ``tarone`` says: do not pool, report the
    strata."""

    odds_ratio: Estimate
    risk_ratio: Estimate
    cochran_mantel_haenszel: ChiSquare
    breslow_day: ChiSquare
    tarone: ChiSquare
    homogeneity_df: int


def mantel_haenszel(tables: Sequence[TwoByTwo], *, level: float = 0.95) -> StratifiedResult:
    """Measures pooled over strata, empty strata left out.

    Odds ratio Σ(ad/n)/Σ(bc/n), variance of its logarithm after Robins, Breslow & Greenland (1986) (R
    ``mantelhaen.test``); risk ratio Σ[a(c+d)/n]/Σ[c(a+b)/n], variance after Greenland & Robins (1985); the test
    without continuity correction; homogeneity after Breslow & Day (1980) without and with Tarone's (1985) correction.
    Raises ``linelist.no_strata`` when nothing is left.
    """
    strata = [table for table in tables if table.total > 1]
    if not strata:
        raise WeijianError("linelist.no_strata", "No stratum holds two persons or more.")
    odds_ratio = _pooled_odds_ratio(strata, level)
    breslow_day, tarone, degrees = _homogeneity(strata, odds_ratio.value)
    return StratifiedResult(
        odds_ratio=odds_ratio,
        risk_ratio=_pooled_risk_ratio(strata, level),
        cochran_mantel_haenszel=_cochran_mantel_haenszel(strata),
        breslow_day=breslow_day,
        tarone=tarone,
        homogeneity_df=degrees,
    )


def _interval(value: float, variance: float, level: float) -> Estimate:
    if not (0 < value < INF) or math.isnan(variance):
        return Estimate(value, NAN, NAN, level, "mantel-haenszel", "no interval: a sum of cells is zero")
    width = math.exp(normal_quantile(level) * math.sqrt(variance))
    return Estimate(value, value / width, value * width, level, "mantel-haenszel")


def _quotient(top: float, bottom: float) -> float:
    if bottom == 0:
        return INF if top > 0 else NAN
    return top / bottom


def _pooled_odds_ratio(strata: list[TwoByTwo], level: float) -> Estimate:
    r = [t.a * t.d / t.total for t in strata]
    s = [t.b * t.c / t.total for t in strata]
    p = [(t.a + t.d) / t.total for t in strata]
    big_r, big_s = sum(r), sum(s)
    variance = NAN
    if big_r > 0 and big_s > 0:
        variance = (
            sum(x * y for x, y in zip(p, r, strict=True)) / (2 * big_r**2)
            + sum(x * v + (1 - x) * u for x, u, v in zip(p, r, s, strict=True)) / (2 * big_r * big_s)
            + sum((1 - x) * v for x, v in zip(p, s, strict=True)) / (2 * big_s**2)
        )
    return _interval(_quotient(big_r, big_s), variance, level)


def _pooled_risk_ratio(strata: list[TwoByTwo], level: float) -> Estimate:
    top = sum(t.a * t.unexposed / t.total for t in strata)
    bottom = sum(t.c * t.exposed / t.total for t in strata)
    variance = NAN
    if top > 0 and bottom > 0:
        variance = sum((t.ill * t.exposed * t.unexposed - t.a * t.c * t.total) / t.total**2 for t in strata) / (
            top * bottom
        )
    return _interval(_quotient(top, bottom), variance, level)


def _cochran_mantel_haenszel(strata: list[TwoByTwo]) -> ChiSquare:
    gap = sum(t.a - t.exposed * t.ill / t.total for t in strata)
    variance = sum(t.exposed * t.unexposed * t.ill * t.well / (t.total**2 * (t.total - 1)) for t in strata)
    if variance == 0:
        return ChiSquare(NAN, NAN)
    return ChiSquare(gap**2 / variance, float(chi2.sf(gap**2 / variance, 1)))


def _homogeneity(strata: list[TwoByTwo], common: float) -> tuple[ChiSquare, ChiSquare, int]:
    informative = [t for t in strata if 0 not in (t.exposed, t.unexposed, t.ill, t.well)]
    degrees = len(informative) - 1
    if degrees < 1 or not 0 < common < INF:
        return ChiSquare(NAN, NAN), ChiSquare(NAN, NAN), max(degrees, 0)
    statistic = gaps = variances = 0.0
    for t in informative:
        expected = _expected_cell(t, common)
        inverse = 1 / expected + 1 / (t.exposed - expected) + 1 / (t.ill - expected)
        variance = 1 / (inverse + 1 / (t.well - t.exposed + expected))
        statistic += (t.a - expected) ** 2 / variance
        gaps += t.a - expected
        variances += variance
    corrected = statistic - gaps**2 / variances
    plain, tarone = (ChiSquare(x, float(chi2.sf(x, degrees))) for x in (statistic, corrected))
    return plain, tarone, degrees


def _expected_cell(t: TwoByTwo, common: float) -> float:
    """Cell a with the table's margins and odds ratio ``common``: the root inside the margins of a quadratic."""
    if abs(common - 1) < 1e-12:
        return t.exposed * t.ill / t.total
    square = 1 - common
    linear = t.well - t.exposed + common * (t.exposed + t.ill)
    constant = -common * t.exposed * t.ill
    root = math.sqrt(linear**2 - 4 * square * constant)
    low, high = max(0, t.ill - t.unexposed), min(t.exposed, t.ill)
    candidates = [(-linear + root) / (2 * square), (-linear - root) / (2 * square)]
    return min(candidates, key=lambda x: max(low - x, x - high, 0.0))
