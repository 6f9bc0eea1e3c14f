"""Measures and tests of a fourfold table: what must hold for every table, zero cells, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chi2_contingency, fisher_exact
from scipy.stats.contingency import odds_ratio as scipy_odds_ratio

from weijian.engines.detection.linelist.association import association_tests, chi_square
from weijian.engines.detection.linelist.conditional_odds import (
    central_p_value,
    exact_odds_ratio,
    fisher_exact_p,
    mid_p_value,
)
from weijian.engines.detection.linelist.effect_measures import (
    attributable_fraction_exposed,
    attributable_fraction_population,
    odds_ratio,
    risk_difference,
    risk_ratio,
    score_statistics,
)
from weijian.engines.detection.linelist.exact_risk_ratio import exact_risk_ratio, largest_tail
from weijian.engines.detection.linelist.rate_ratio import rate_ratio
from weijian.engines.detection.linelist.stratified import mantel_haenszel
from weijian.engines.detection.linelist.two_by_two import TwoByTwo
from weijian.kernel.errors import WeijianError

#: The same examples in every run, and no wall clock.
QUICK = settings(max_examples=50, deadline=None, derandomize=True)

CELL = st.integers(0, 40)
TABLE = st.builds(TwoByTwo, CELL, CELL, CELL, CELL)
FULL = st.builds(TwoByTwo, *[st.integers(1, 40)] * 4)


@QUICK
@given(TABLE)
def test_exact_odds_ratio_equals_scipy(table: TwoByTwo) -> None:
    assume(0 not in (table.exposed, table.unexposed, table.ill, table.well))
    ours = exact_odds_ratio(table)
    theirs = scipy_odds_ratio([[table.a, table.b], [table.c, table.d]])
    interval = theirs.confidence_interval(0.95)
    for mine, other in ((ours.value, theirs.statistic), (ours.lower, interval.low), (ours.upper, interval.high)):
        assert mine == pytest.approx(other, rel=1e-6, abs=1e-9)
    assert fisher_exact_p(table) == pytest.approx(fisher_exact([[table.a, table.b], [table.c, table.d]])[1], rel=1e-6)


@QUICK
@given(FULL, st.sampled_from([0.9, 0.95, 0.99]))
def test_exact_interval_is_the_set_of_odds_ratios_not_rejected(table: TwoByTwo, level: float) -> None:
    estimate = exact_odds_ratio(table, level=level)
    alpha = 1 - level
    for bound, outside in ((estimate.lower, 0.999), (estimate.upper, 1.001)):
        if 0 < bound < math.inf:
            assert central_p_value(table, bound) == pytest.approx(alpha, rel=1e-6)
            assert central_p_value(table, bound * outside) < alpha


@QUICK
@given(FULL)
def test_mid_p_interval_is_dual_to_the_mid_p_test(table: TwoByTwo) -> None:
    estimate = exact_odds_ratio(table, method="mid-p")
    for bound in (estimate.lower, estimate.upper):
        if 0 < bound < math.inf:
            assert mid_p_value(table, bound) == pytest.approx(0.05, rel=1e-6)
    assert (mid_p_value(table) < 0.05) == (not estimate.lower <= 1 <= estimate.upper)
    exact = exact_odds_ratio(table)
    assert exact.lower <= estimate.lower and estimate.upper <= exact.upper


@QUICK
@given(FULL, st.sampled_from(["wald", "score"]))
def test_exchanging_the_groups_inverts_the_risk_ratio(table: TwoByTwo, method: str) -> None:
    here, there = risk_ratio(table, method=method), risk_ratio(table.swapped, method=method)
    for mine, other in ((here.value, there.value), (here.lower, there.upper), (here.upper, there.lower)):
        assert mine == pytest.approx(1 / other, rel=1e-6)


@QUICK
@given(FULL)
def test_score_interval_is_dual_to_the_score_test(table: TwoByTwo) -> None:
    estimate = risk_ratio(table, method="score")
    a, c = np.array([float(table.a)]), np.array([float(table.c)])
    for bound, z in ((estimate.lower, 1.959963985), (estimate.upper, -1.959963985)):
        assert score_statistics(a, c, table.exposed, table.unexposed, bound)[0] == pytest.approx(z, abs=1e-5)
    # The score test of RR = 1 is Pearson's chi-square.
    at_one = score_statistics(a, c, table.exposed, table.unexposed, 1.0)[0]
    assert at_one**2 == pytest.approx(chi_square(table, continuity=False).statistic, rel=1e-6, abs=1e-9)


@QUICK
@given(FULL)
def test_chi_square_equals_scipy(table: TwoByTwo) -> None:
    cells = [[table.a, table.b], [table.c, table.d]]
    tests = association_tests(table)
    for test, correction in ((tests.pearson, False), (tests.yates, True)):
        other = chi2_contingency(cells, correction=correction)
        assert (test.statistic, test.p_value) == pytest.approx((other.statistic, other.pvalue), rel=1e-9, abs=1e-12)
    assert tests.smallest_expected == pytest.approx(other.expected_freq.min())
    assert tests.yates.statistic <= tests.mantel_haenszel.statistic * table.total / (table.total - 1)


@QUICK
@given(FULL)
def test_rare_illness_brings_odds_and_risk_ratio_together(table: TwoByTwo) -> None:
    rare = TwoByTwo(table.a, table.b + 10**6, table.c, table.d + 10**6)
    assert odds_ratio(rare).value == pytest.approx(risk_ratio(rare).value, rel=1e-3)


@QUICK
@given(FULL)
def test_attributable_fractions_agree_with_their_definitions(table: TwoByTwo) -> None:
    ratio = risk_ratio(table).value
    exposed = table.exposed / table.total
    assert attributable_fraction_exposed(table).value == pytest.approx(1 - 1 / ratio, abs=1e-12)
    by_levin = exposed * (ratio - 1) / (1 + exposed * (ratio - 1))
    assert attributable_fraction_population(table).value == pytest.approx(by_levin, abs=1e-9)


@QUICK
@given(TABLE)
def test_newcombe_difference_stays_in_range(table: TwoByTwo) -> None:
    assume(table.exposed and table.unexposed)
    estimate = risk_difference(table, method="newcombe")
    assert -1 <= estimate.lower <= estimate.value <= estimate.upper <= 1


def test_newcombe_published_example() -> None:
    """Newcombe (1998, Statist. Med. 17: 873–890), Table II (a), 56/70 − 48/80, method 10: 0.0524 to 0.3339."""
    estimate = risk_difference(TwoByTwo(56, 14, 48, 32), method="newcombe")
    assert (round(estimate.lower, 4), round(estimate.upper, 4)) == (0.0524, 0.3339)


def test_zero_cells_have_open_intervals_and_say_so() -> None:
    nobody_unexposed_ill = TwoByTwo(6, 7, 0, 11)
    assert risk_ratio(nobody_unexposed_ill).value == math.inf
    assert math.isnan(risk_ratio(nobody_unexposed_ill).upper) and "zero" in risk_ratio(nobody_unexposed_ill).note
    for estimate in (
        risk_ratio(nobody_unexposed_ill, method="score"),
        exact_risk_ratio(nobody_unexposed_ill),
        exact_odds_ratio(nobody_unexposed_ill),
    ):
        assert estimate.lower > 1 and estimate.upper == math.inf
    assert 0 < odds_ratio(nobody_unexposed_ill, method="haldane-anscombe").lower < math.inf


@pytest.mark.parametrize(
    "table", [TwoByTwo(5, 0, 7, 0), TwoByTwo(0, 5, 0, 7), TwoByTwo(0, 0, 3, 4), TwoByTwo(0, 0, 0, 0)]
)
def test_a_table_with_an_empty_margin_says_nothing(table: TwoByTwo) -> None:
    estimate = exact_odds_ratio(table)
    assert math.isnan(estimate.value) and (estimate.lower, estimate.upper) == (0, math.inf) and estimate.note
    assert math.isnan(association_tests(table).pearson.p_value) and association_tests(table).fisher_p == 1
    assert risk_ratio(table, method="score").lower == 0 or table.ill == table.total


def test_exact_risk_ratio_covers_whatever_the_background_risk() -> None:
    """Every table of 7 against 5 persons: the share of intervals that hold the true ratio is never below 95 %."""
    n1, n0 = 7, 5
    tables = [[TwoByTwo(a, n1 - a, c, n0 - c) for c in range(n0 + 1)] for a in range(n1 + 1)]
    bounds = [[(e.lower, e.upper) for e in map(exact_risk_ratio, row)] for row in tables]
    for theta in (0.5, 2.5):
        inside = np.array([[low <= theta <= high for low, high in row] for row in bounds], dtype=float)
        for p0 in np.linspace(0.02, min(1, 1 / theta) - 0.01, 25):
            first, second = binom.pmf(np.arange(n1 + 1), n1, p0 * theta), binom.pmf(np.arange(n0 + 1), n0, p0)
            assert first @ inside @ second >= 0.95 - 1e-6


@settings(QUICK, max_examples=10)
@given(st.builds(TwoByTwo, *[st.integers(1, 12)] * 4))
def test_exact_risk_ratio_is_dual_to_its_test(table: TwoByTwo) -> None:
    estimate = exact_risk_ratio(table)
    assert estimate.lower < estimate.value < estimate.upper
    assert largest_tail(table, estimate.lower * 0.9999) <= 0.025 + 1e-9
    assert largest_tail(table, estimate.lower * 1.0001) > 0.025 - 1e-9


def test_exact_risk_ratio_refuses_large_groups() -> None:
    with pytest.raises(WeijianError, match="too_large"):
        exact_risk_ratio(TwoByTwo(100, 150, 50, 200))


@QUICK
@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.5, 500), st.floats(0.5, 500))
def test_rate_ratio_inverts_and_nests(x1: int, x0: int, t1: float, t0: float) -> None:
    exact, mid_p, inverse = (
        rate_ratio(x1, t1, x0, t0),
        rate_ratio(x1, t1, x0, t0, method="mid-p"),
        rate_ratio(x0, t0, x1, t1),
    )
    assert exact.lower <= mid_p.lower * (1 + 1e-9) and mid_p.upper <= exact.upper * (1 + 1e-9)
    if exact.lower > 0:
        assert exact.lower == pytest.approx(1 / inverse.upper, rel=1e-6)


@QUICK
@given(FULL)
def test_one_stratum_is_the_crude_table(table: TwoByTwo) -> None:
    pooled = mantel_haenszel([table])
    assert pooled.odds_ratio.value == pytest.approx(odds_ratio(table).value)
    assert pooled.odds_ratio.lower == pytest.approx(odds_ratio(table).lower, rel=1e-9)
    assert pooled.risk_ratio.lower == pytest.approx(risk_ratio(table).lower, rel=1e-9)
    expected = association_tests(table).mantel_haenszel.statistic
    assert pooled.cochran_mantel_haenszel.statistic == pytest.approx(expected, rel=1e-9, abs=1e-12)


@QUICK
@given(FULL, st.integers(2, 4))
def test_equal_strata_are_homogeneous(table: TwoByTwo, times: int) -> None:
    pooled = mantel_haenszel([table] * times)
    assert pooled.odds_ratio.value == pytest.approx(odds_ratio(table).value)
    assert pooled.breslow_day.statistic == pytest.approx(0, abs=1e-6) and pooled.homogeneity_df == times - 1


def test_simpson() -> None:
    """Confounding: within both strata the exposure does nothing, the crude table shows a strong effect."""
    strata = [TwoByTwo(80, 20, 8, 2), TwoByTwo(2, 8, 20, 80)]
    assert odds_ratio(TwoByTwo(82, 28, 28, 82)).lower > 4
    assert mantel_haenszel(strata).odds_ratio.value == pytest.approx(1)


@pytest.mark.parametrize("cells", [(-1, 2, 3, 4), (1.5, 2, 3, 4), (float("nan"), 2, 3, 4), (float("inf"), 1, 1, 1)])
def test_cells_must_be_counts(cells: tuple[float, float, float, float]) -> None:
    with pytest.raises(WeijianError, match=r"linelist\.count"):
        TwoByTwo(*cells)  # type: ignore[arg-type]


def test_no_strata_left() -> None:
    with pytest.raises(WeijianError, match="no_strata"):
        mantel_haenszel([TwoByTwo(0, 0, 0, 0)])
