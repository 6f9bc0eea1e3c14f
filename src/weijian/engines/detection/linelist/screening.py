"""Measures of a screening or diagnostic test against the truth: what a positive and a negative result are worth, each
with its interval, named and computed as in epiR's ``epi.tests``."""

from __future__ import annotations

import math
from dataclasses import dataclass

from weijian.engines.detection.linelist.binomial import binomial_interval
from weijian.engines.detection.linelist.effect_measures import odds_ratio
from weijian.engines.detection.linelist.estimate import Estimate, check_level, normal_quantile
from weijian.engines.detection.linelist.two_by_two import TwoByTwo
from weijian.kernel.errors import WeijianError

NAN, INF = float("nan"), float("inf")


@dataclass(frozen=True)
class ScreeningMeasures:
    """Every measure of one test. Predictive values hold for the prevalence in this table only; see
    `predictive_values` for another one."""

    apparent_prevalence: Estimate
    true_prevalence: Estimate
    sensitivity: Estimate
    specificity: Estimate
    accuracy: Estimate
    positive_predictive_value: Estimate
    negative_predictive_value: Estimate
    positive_likelihood_ratio: Estimate
    negative_likelihood_ratio: Estimate
    diagnostic_odds_ratio: Estimate
    youden: Estimate
    kappa: Estimate

    def as_dict(self) -> dict[str, object]:
        """The measures as JSON data by name."""
        return {name: value.as_dict() for name, value in vars(self).items()}


def screening_measures(table: TwoByTwo, *, level: float = 0.95, method: str = "clopper-pearson") -> ScreeningMeasures:
    """Measures from a table with *exposed* = test positive and *ill* = truly ill.

    ``method`` is the binomial interval of the proportions. Likelihood ratios: log method of Simel, Samsa & Matchar
    (1991); Youden's J: sum of the bounds of sensitivity and specificity as in epiR, which is wider than it need be;
    Cohen's κ: large-sample standard error of Fleiss, Cohen & Everitt (1969).
    """
    check_level(level)
    a, b, c, d = table.a, table.b, table.c, table.d

    def proportion(events: int, trials: int) -> Estimate:
        return binomial_interval(events, trials, level=level, method=method)

    sensitivity, specificity = proportion(a, table.ill), proportion(d, table.well)
    return ScreeningMeasures(
        apparent_prevalence=proportion(table.exposed, table.total),
        true_prevalence=proportion(table.ill, table.total),
        sensitivity=sensitivity,
        specificity=specificity,
        accuracy=proportion(a + d, table.total),
        positive_predictive_value=proportion(a, table.exposed),
        negative_predictive_value=proportion(d, table.unexposed),
        positive_likelihood_ratio=_likelihood_ratio(a, table.ill, b, table.well, level),
        negative_likelihood_ratio=_likelihood_ratio(c, table.ill, d, table.well, level),
        diagnostic_odds_ratio=odds_ratio(table, level=level),
        youden=Estimate(
            sensitivity.value + specificity.value - 1,
            sensitivity.lower + specificity.lower - 1,
            sensitivity.upper + specificity.upper - 1,
            level,
            method,
        ),
        kappa=_kappa(table, level),
    )


def predictive_values(sensitivity: float, specificity: float, prevalence: float) -> tuple[float, float]:
    """Positive and negative predictive value at another prevalence (Bayes); nan where the result never occurs.

    Raises ``linelist.probability`` for a value outside [0, 1].
    """
    for name, value in (("sensitivity", sensitivity), ("specificity", specificity), ("prevalence", prevalence)):
        if not 0 <= value <= 1:
            raise WeijianError("linelist.probability", f"{name} must lie between 0 and 1, not {value}.", where=name)
    true_positive, false_positive = sensitivity * prevalence, (1 - specificity) * (1 - prevalence)
    true_negative, false_negative = specificity * (1 - prevalence), (1 - sensitivity) * prevalence
    positive, negative = true_positive + false_positive, true_negative + false_negative
    return (true_positive / positive if positive else NAN, true_negative / negative if negative else NAN)


def corrected_prevalence(apparent: float, sensitivity: float, specificity: float) -> float:
    """True prevalence from an apparent one, (AP + Sp − 1)/(Se + Sp − 1), cut to [0, 1] (Rogan & Gladen 1978).

    Raises ``linelist.useless_test`` when Se + Sp ≤ 1: such a test does not tell the ill from the well.
    """
    if sensitivity + specificity <= 1:
        raise WeijianError("linelist.useless_test", "Sensitivity and specificity together must exceed 1.")
    return min(1.0, max(0.0, (apparent + specificity - 1) / (sensitivity + specificity - 1)))


def _likelihood_ratio(in_ill: int, ill: int, in_well: int, well: int, level: float) -> Estimate:
    if ill == 0 or well == 0:
        return Estimate(NAN, NAN, NAN, level, "simel", "not defined: nobody ill or nobody well")
    top, bottom = in_ill / ill, in_well / well
    value = top / bottom if bottom else (INF if top else NAN)
    if in_ill == 0 or in_well == 0:
        return Estimate(value, NAN, NAN, level, "simel", "no interval: a cell of the table is zero")
    error = math.sqrt((1 - top) / in_ill + (1 - bottom) / in_well)
    width = math.exp(normal_quantile(level) * error)
    return Estimate(value, value / width, value * width, level, "simel")


def _kappa(table: TwoByTwo, level: float) -> Estimate:
    n = table.total
    if n == 0:
        return Estimate(NAN, NAN, NAN, level, "fleiss", "no observations")
    rows, columns = (table.exposed / n, table.unexposed / n), (table.ill / n, table.well / n)
    cells = ((table.a / n, table.b / n), (table.c / n, table.d / n))
    agree = cells[0][0] + cells[1][1]
    chance = rows[0] * columns[0] + rows[1] * columns[1]
    if chance >= 1:
        return Estimate(NAN, NAN, NAN, level, "fleiss", "not defined: everybody is in one cell")
    value = (agree - chance) / (1 - chance)
    # A: agreement on the diagonal, B: off it, C: the part due to chance (Fleiss, Cohen & Everitt 1969, eq. 13).
    on = sum(cells[i][i] * (1 - (rows[i] + columns[i]) * (1 - value)) ** 2 for i in (0, 1))
    off = (1 - value) ** 2 * sum(cells[i][1 - i] * (columns[i] + rows[1 - i]) ** 2 for i in (0, 1))
    rest = (value - chance * (1 - value)) ** 2
    half = normal_quantile(level) * math.sqrt(max(on + off - rest, 0.0) / n) / (1 - chance)
    return Estimate(value, max(value - half, -1.0), min(value + half, 1.0), level, "fleiss")
