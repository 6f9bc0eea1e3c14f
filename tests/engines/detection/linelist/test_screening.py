"""Measures of a screening test: a worked table, Bayes' theorem in both directions, and the edges."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.engines.detection.linelist.screening import (
    corrected_prevalence,
    predictive_values,
    screening_measures,
)
from weijian.engines.detection.linelist.two_by_two import TwoByTwo
from weijian.kernel.errors import WeijianError

#: The same examples in every run, and no wall clock.
QUICK = settings(max_examples=50, deadline=None, derandomize=True)

SHARE = st.floats(0.01, 0.99)


def test_worked_table() -> None:
    """90 of 100 ill and 40 of 400 well test positive."""
    measures = screening_measures(TwoByTwo(90, 40, 10, 360))
    assert measures.sensitivity.value == 0.9 and measures.specificity.value == 0.9
    assert measures.positive_predictive_value.value == pytest.approx(90 / 130)
    assert measures.negative_predictive_value.value == pytest.approx(360 / 370)
    assert measures.positive_likelihood_ratio.value == pytest.approx(9)
    assert measures.negative_likelihood_ratio.value == pytest.approx(1 / 9)
    assert measures.diagnostic_odds_ratio.value == pytest.approx(81)
    assert measures.youden.value == pytest.approx(0.8)
    # κ = (0.9 − 0.644)/(1 − 0.644), with chance agreement 0.26·0.2 + 0.74·0.8.
    assert measures.kappa.value == pytest.approx((0.9 - 0.644) / 0.356)
    assert measures.kappa.lower < measures.kappa.value < measures.kappa.upper


@QUICK
@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_predictive_values_at_the_prevalence_of_the_table(a: int, b: int, c: int, d: int) -> None:
    measures = screening_measures(TwoByTwo(a, b, c, d))
    values = predictive_values(measures.sensitivity.value, measures.specificity.value, measures.true_prevalence.value)
    assert values == pytest.approx((measures.positive_predictive_value.value, measures.negative_predictive_value.value))


@QUICK
@given(st.floats(0.6, 0.99), st.floats(0.6, 0.99), SHARE)
def test_apparent_prevalence_is_undone(sensitivity: float, specificity: float, prevalence: float) -> None:
    apparent = sensitivity * prevalence + (1 - specificity) * (1 - prevalence)
    assert corrected_prevalence(apparent, sensitivity, specificity) == pytest.approx(prevalence, abs=1e-9)


def test_published_kappa_interval() -> None:
    """Two readers, 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: κ = 0.40; standard error 0.1315 by the formula of
    Fleiss, Cohen & Everitt worked by hand: A = 0.2448, B = 0.10908, C = 0.01, √(0.34388…)/(0.5·√50)."""
    estimate = screening_measures(TwoByTwo(20, 5, 10, 15)).kappa
    assert estimate.value == pytest.approx(0.4)
    diagonal = 0.4 * (1 - 1.1 * 0.6) ** 2 + 0.3 * (1 - 0.9 * 0.6) ** 2
    off = 0.6**2 * (0.1 * (0.6 + 0.5) ** 2 + 0.2 * (0.4 + 0.5) ** 2)
    error = math.sqrt((diagonal + off - (0.4 - 0.5 * 0.6) ** 2) / 50) / 0.5
    assert estimate.upper - estimate.value == pytest.approx(1.959963985 * error)


def test_perfect_and_empty_tables() -> None:
    perfect = screening_measures(TwoByTwo(10, 0, 0, 20))
    assert perfect.sensitivity.upper == 1 and perfect.positive_likelihood_ratio.value == math.inf
    assert math.isnan(perfect.positive_likelihood_ratio.lower) and perfect.kappa.value == 1
    nobody_ill = screening_measures(TwoByTwo(0, 3, 0, 20))
    assert math.isnan(nobody_ill.sensitivity.value) and nobody_ill.positive_likelihood_ratio.note
    assert math.isnan(screening_measures(TwoByTwo(0, 0, 0, 0)).kappa.value)


def test_bad_input_is_refused() -> None:
    with pytest.raises(WeijianError, match="probability"):
        predictive_values(1.2, 0.9, 0.1)
    with pytest.raises(WeijianError, match="useless_test"):
        corrected_prevalence(0.3, 0.5, 0.5)
