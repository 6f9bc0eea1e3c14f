"""Tests of association in a fourfold table: Pearson's chi-square with and without continuity correction, the
(n − 1) chi-square of Mantel and Haenszel, Fisher's exact test and mid-P, with the smallest expected count beside them
because that decides which one to read."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import chi2

from weijian.engines.detection.linelist.conditional_odds import fisher_exact_p, mid_p_value
from weijian.engines.detection.linelist.estimate import json_number
from weijian.engines.detection.linelist.two_by_two import TwoByTwo

NAN = float("nan")


@dataclass(frozen=True)
class ChiSquare:
    """A chi-square statistic on one degree of freedom and its upper-tail p; nan where a margin is zero."""

    statistic: float
    p_value: float


@dataclass(frozen=True)
class AssociationTests:
    """All two-sided tests of one table; ``smallest_expected`` below 5 asks for Fisher or mid-P."""

    pearson: ChiSquare
    yates: ChiSquare
    mantel_haenszel: ChiSquare
    fisher_p: float
    mid_p: float
    smallest_expected: float

    def as_dict(self) -> dict[str, object]:
        """The tests as JSON data."""
        data: dict[str, object] = {
            name: {"statistic": json_number(test.statistic), "p": json_number(test.p_value)}
            for name, test in (
                ("chi_square", self.pearson),
                ("chi_square_yates", self.yates),
                ("chi_square_mantel_haenszel", self.mantel_haenszel),
            )
        }
        return data | {
            "fisher_exact_p": json_number(self.fisher_p),
            "mid_p": json_number(self.mid_p),
            "smallest_expected": json_number(self.smallest_expected),
        }


def association_tests(table: TwoByTwo) -> AssociationTests:
    """All tests of one table (R ``chisq.test`` without and with ``correct``, ``fisher.test``, ``ormidp.test``)."""
    return AssociationTests(
        pearson=chi_square(table, continuity=False),
        yates=chi_square(table, continuity=True),
        mantel_haenszel=mantel_haenszel_chi_square(table),
        fisher_p=fisher_exact_p(table),
        mid_p=mid_p_value(table),
        smallest_expected=smallest_expected(table),
    )


def chi_square(table: TwoByTwo, *, continuity: bool) -> ChiSquare:
    """Pearson's χ² = n(|ad − bc| − k)² / [(a+b)(c+d)(a+c)(b+d)].

    Without continuity k = 0; with it k = n·min(½, |O − E|), which is R's rule: the correction never overshoots.
    """
    margins = table.exposed * table.unexposed * table.ill * table.well
    if margins == 0:
        return ChiSquare(NAN, NAN)
    n = table.total
    gap = float(abs(table.a * table.d - table.b * table.c))
    if continuity:
        gap = gap - min(n / 2, gap)
    statistic = n * gap**2 / margins
    return ChiSquare(statistic, float(chi2.sf(statistic, 1)))


def mantel_haenszel_chi_square(table: TwoByTwo) -> ChiSquare:
    """χ² with n − 1 in place of n, the variance of the hypergeometric (Mantel & Haenszel 1959)."""
    pearson = chi_square(table, continuity=False)
    if table.total < 2:
        return ChiSquare(NAN, NAN)
    statistic = pearson.statistic * (table.total - 1) / table.total
    return ChiSquare(statistic, float(chi2.sf(statistic, 1)))


def smallest_expected(table: TwoByTwo) -> float:
    """The smallest of the four expected counts under no association."""
    if table.total == 0:
        return NAN
    return min(table.exposed, table.unexposed) * min(table.ill, table.well) / table.total
