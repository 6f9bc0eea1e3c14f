"""Reproduction number, serial interval, growth and forecast: what must hold for every series, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.engines.detection.delay.forecast import expected_path, forecast
from weijian.engines.detection.delay.growth import doubling_time, growth_rate, reproduction_number_of_growth
from weijian.engines.detection.delay.reproduction_number import (
    FEW_CASES,
    TOO_EARLY,
    Prior,
    estimate_r,
    estimate_r_parametric,
)
from weijian.engines.detection.delay.serial_interval import checked_weights, discretised_gamma, mean_and_sd
from weijian.engines.detection.delay.uncertain_serial_interval import (
    UncertainMoments,
    estimate_r_from_samples,
    estimate_r_uncertain,
)
from weijian.kernel.errors import WeijianError

#: The same examples in every run, and no wall clock.
QUICK = settings(max_examples=40, deadline=None, derandomize=True)
SI = np.array([0, 0.2, 0.5, 0.2, 0.1])
COUNTS = st.lists(st.integers(0, 200), min_size=10, max_size=40)


@QUICK
@given(st.floats(1.2, 30), st.floats(0.1, 1.5))
def test_discretised_gamma_keeps_mass_and_mean(mean: float, relative_sd: float) -> None:
    weights = discretised_gamma(np.arange(2000), mean, relative_sd * (mean - 1) + 0.05)
    assert weights[0] == 0 and weights.sum() == pytest.approx(1, abs=1e-6)
    assert mean_and_sd(weights)[0] == pytest.approx(mean, rel=1e-4)


@QUICK
@given(COUNTS)
def test_scaling_the_cases_keeps_r_as_the_prior_fades(counts: list[int]) -> None:
    many = np.array(counts) * 10**7 + 10**6
    flat = estimate_r(many, SI)
    assert flat.mean == pytest.approx(estimate_r(many, SI, prior=Prior(1, 1)).mean, rel=1e-4)


def test_constant_incidence_gives_one_and_doubling_growth_its_number() -> None:
    constant = estimate_r(np.full(60, 10_000), SI)
    assert constant.mean[-1] == pytest.approx(1, abs=1e-3)
    rate = math.log(2) / 6
    growing = np.round(1e6 * np.exp(rate * np.arange(40)))
    assert estimate_r(growing, SI).mean[-1] == pytest.approx(reproduction_number_of_growth(rate, SI), rel=1e-4)


@QUICK
@given(st.lists(COUNTS.map(lambda c: c[:10]), min_size=1, max_size=4))
def test_many_series_at_once_equal_one_by_one(rows: list[list[int]]) -> None:
    together = estimate_r(rows, SI, window=3)
    for i, row in enumerate(rows):
        alone = estimate_r(row, SI, window=3)
        np.testing.assert_array_equal(together.mean[i], alone.mean)
        np.testing.assert_array_equal(together.quantiles[0.975][i], alone.quantiles[0.975])


@QUICK
@given(COUNTS, st.integers(1, 7))
def test_quantiles_are_ordered_around_the_median(counts: list[int], window: int) -> None:
    result = estimate_r(counts, SI, window=window)
    levels = np.stack([result.quantiles[q] for q in sorted(result.quantiles)])
    assert np.all(np.diff(levels, axis=0)[:, ~np.isnan(result.mean)] >= 0)
    assert np.all(np.isnan(result.mean) == (result.t_end <= mean_and_sd(SI)[0]))


def test_no_case_leaves_the_prior_and_says_so() -> None:
    result = estimate_r(np.zeros(15), SI)
    assert result.mean[-1] == pytest.approx(5) and result.std[-1] == pytest.approx(5)
    assert result.reasons()[-1] == FEW_CASES
    assert estimate_r_parametric(np.full(12, 50), 9, 3, window=2).reasons()[0] == TOO_EARLY
    assert estimate_r(np.full(12, 50), SI).reasons()[-1] == ""


def test_cases_needed_is_the_rule_of_epiestim() -> None:
    assert Prior().cases_needed == 11


def test_imported_cases_lower_r() -> None:
    counts = np.array([5, 6, 8, 9, 12, 14, 15, 18, 20, 25, 28, 30])
    assert np.all(estimate_r(counts, SI, imported=counts // 2).mean < estimate_r(counts, SI).mean)


def test_a_certain_serial_interval_is_the_limit_of_an_uncertain_one() -> None:
    counts = np.array([3, 5, 8, 9, 14, 20, 24, 30, 41, 50, 63, 80])
    exact = estimate_r(counts, SI)
    sampled = estimate_r_from_samples(counts, np.tile(SI, (400, 1)), n2=100, seed=3)
    np.testing.assert_allclose(sampled.mean, exact.mean, rtol=0.01)
    np.testing.assert_allclose(sampled.std, exact.std, rtol=0.03)


def test_an_uncertain_serial_interval_widens_the_interval_and_repeats_with_its_seed() -> None:
    counts = np.array([3, 5, 8, 9, 14, 20, 24, 30, 41, 50, 63, 80, 99, 120])
    moments = UncertainMoments(4, 1.5, 2, 7, 2, 0.7, 0.7, 3.5)
    first, again, other = (estimate_r_uncertain(counts, moments, n1=200, seed=s) for s in (4, 4, 5))
    np.testing.assert_array_equal(first.mean, again.mean)
    assert not np.array_equal(first.mean, other.mean)
    assert first.std[-1] > 1.5 * estimate_r_parametric(counts, 4, 2).std[-1]


@QUICK
@given(st.floats(-0.3, 0.3), st.floats(2, 8))
def test_growth_of_an_exact_exponential(rate: float, log_size: float) -> None:
    counts = np.round(np.exp(log_size + 6 + rate * (np.arange(20) - 10)))
    result = growth_rate(counts)
    assert result.rate == pytest.approx(rate, abs=1e-3) and result.lower <= result.rate <= result.upper
    assert result.dispersion < 0.5


def test_growth_reading_of_the_doubling_time() -> None:
    rising = growth_rate([10, 14, 20, 28, 40, 57, 80])
    assert rising.doubling_time == pytest.approx(2, rel=0.01)
    assert rising.doubling_time_lower <= rising.doubling_time <= rising.doubling_time_upper
    unclear = growth_rate([10, 12, 9, 11, 10, 12])
    assert unclear.lower < 0 < unclear.upper
    assert unclear.doubling_time_lower < 0 < unclear.doubling_time_upper
    assert doubling_time(0) == math.inf and doubling_time(-math.log(2) / 3) == pytest.approx(-3)


@QUICK
@given(st.floats(-0.2, 0.5))
def test_the_euler_lotka_equation_holds(rate: float) -> None:
    r = reproduction_number_of_growth(rate, SI)
    assert r * float(SI @ np.exp(-rate * np.arange(SI.size))) == pytest.approx(1)


def test_forecast_agrees_with_the_renewal_equation() -> None:
    counts = [20, 24, 30, 33, 40, 47, 55]
    shape = 4000.0  # R known almost exactly
    result = forecast(counts, SI, shape, 1.3 / shape, days=5, n_samples=20_000)
    expected = expected_path(counts, SI, 1.3, 5)
    np.testing.assert_allclose(result.mean, expected, rtol=0.02)
    np.testing.assert_allclose(result.total_mean, np.cumsum(expected), rtol=0.02)
    assert np.all(result.lower <= result.median) and np.all(result.median <= result.upper)


def test_forecast_at_r_one_and_a_point_serial_interval_repeats_the_past() -> None:
    np.testing.assert_allclose(expected_path([3, 1, 4, 1, 5], [0, 0, 0, 1], 1.0, 6), [4, 1, 5, 4, 1, 5])


def test_uncertain_r_and_overdispersion_widen_the_forecast() -> None:
    counts = [20, 24, 30, 33, 40, 47, 55]
    known, unsure, spread = (
        forecast(counts, SI, 4000, 1.3 / 4000),
        forecast(counts, SI, 20, 1.3 / 20),
        forecast(counts, SI, 4000, 1.3 / 4000, dispersion=2),
    )
    width = [float(f.upper[-1] - f.lower[-1]) for f in (known, unsure, spread)]
    assert width[1] > 1.2 * width[0] and width[2] > 1.2 * width[0]
    np.testing.assert_array_equal(known.mean, forecast(counts, SI, 4000, 1.3 / 4000).mean)


MOMENTS = (4, 1, 2, 6, 2, 0.5, 1, 3)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("delay.empty", lambda: estimate_r([], SI)),
        ("delay.too_short", lambda: estimate_r([5], SI)),
        ("delay.too_short", lambda: estimate_r([5] * 7, SI)),
        ("delay.count", lambda: estimate_r([5, -1] + [3] * 9, SI)),
        ("delay.count", lambda: estimate_r([5, 1.5] + [3] * 9, SI)),
        ("delay.count", lambda: estimate_r([5, float("nan")] + [3] * 9, SI)),
        ("delay.imported", lambda: estimate_r([5] * 10, SI, imported=[6] * 10)),
        ("delay.parameter", lambda: estimate_r([5] * 10, SI, window=0)),
        ("delay.parameter", lambda: estimate_r([5] * 10, SI, prior=Prior(0, 5))),
        ("delay.serial_interval", lambda: checked_weights([0, 0.5, 0.4])),
        ("delay.serial_interval", lambda: checked_weights([0.5, 0.5])),
        ("delay.serial_interval", lambda: checked_weights([0, 1.5, -0.5])),
        ("delay.serial_interval", lambda: checked_weights([0])),
        ("delay.serial_interval_mean", lambda: discretised_gamma(np.arange(9), 1.0, 2)),
        ("delay.parameter", lambda: discretised_gamma(np.arange(9), 4, 0)),
        ("delay.uncertain_si", lambda: UncertainMoments(4, 1, 5, 6, 2, 0.5, 1, 3)),
        ("delay.uncertain_si", lambda: UncertainMoments(4, 1, 0.5, 6, 2, 0.5, 1, 3)),
        ("delay.parameter", lambda: UncertainMoments(4, 0, 2, 6, 2, 0.5, 1, 3)),
        ("delay.one_series", lambda: estimate_r_uncertain([[5] * 10] * 2, UncertainMoments(*MOMENTS))),
        ("delay.parameter", lambda: estimate_r_uncertain([5] * 10, UncertainMoments(*MOMENTS), n1=0)),
        ("delay.too_short", lambda: growth_rate([3, 4])),
        ("delay.no_cases", lambda: growth_rate([0, 0, 0, 0])),
        ("delay.no_growth_rate", lambda: growth_rate([0, 0, 0, 0, 7])),
        ("delay.parameter", lambda: growth_rate([3, 4, 5], method="gompertz")),
        ("delay.no_recent_cases", lambda: forecast([9, 9, 0, 0, 0, 0], SI, 10, 0.1)),
        ("delay.parameter", lambda: forecast([9, 9], SI, 10, 0.1, days=0)),
        ("delay.parameter", lambda: forecast([9, 9], SI, 10, 0.1, dispersion=-1)),
    ],
)
def test_bad_input_is_refused(code: str, call: object) -> None:
    assert callable(call)
    with pytest.raises(WeijianError) as caught:
        call()
    assert caught.value.code == code
