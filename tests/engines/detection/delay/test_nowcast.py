"""Nowcasts: a worked triangle, limits, duality of the predictive distribution, and refusals."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.engines.detection.delay.bayes_nowcast import EventPrior, MissingEvents, nowcast_bayes
from weijian.engines.detection.delay.lawless import NOTHING_SEEN, nowcast_lawless
from weijian.engines.detection.delay.reporting_triangle import (
    ReportingTriangle,
    first_of,
    reporting_triangle,
    step_after,
    steps_between,
)
from weijian.kernel.errors import WeijianError

#: The same examples in every run, and no wall clock.
QUICK = settings(max_examples=30, deadline=None, derandomize=True)
START = date(2017, 6, 1)

# Onset day and delay of each case: two cases a day, one reported at once, one after a day; now is day 4.
WORKED = [(day, delay) for day in range(5) for delay in (0, 1)]


def built(cases: list[tuple[int, int]], now: int, **options: object) -> ReportingTriangle:
    events = [START + timedelta(days=day) for day, _ in cases]
    reports = [event + timedelta(days=delay) for event, (_, delay) in zip(events, cases, strict=True)]
    return reporting_triangle(events, reports, START + timedelta(days=now), **options)  # type: ignore[arg-type]


def simulated(seed: int, days: int = 60, level: float = 20) -> tuple[list[tuple[int, int]], np.ndarray]:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(level, days)
    return [(day, int(rng.negative_binomial(2, 0.4))) for day in range(days) for _ in range(counts[day])], counts


def test_worked_triangle() -> None:
    triangle = built(WORKED, 4, max_delay=2)
    np.testing.assert_array_equal(triangle.counts, [[1, 1, 0]] * 4 + [[1, 0, 0]])
    assert triangle.later == 1
    exactly, at_most = triangle.window_sums()
    # Delay 1 can be known for the days 0–3 only: 4 of the 8 cases reported within a day; delay 2 for the days 0–2.
    np.testing.assert_array_equal(exactly, [5, 4, 0])
    np.testing.assert_array_equal(at_most, [5, 8, 6])
    result = nowcast_lawless(triangle)
    assert result.reported_share[-1] == pytest.approx(0.5)
    np.testing.assert_allclose(result.mean, [2] * 5)


def test_moving_window_keeps_the_latest_steps() -> None:
    triangle = built(WORKED, 4, max_delay=2)
    np.testing.assert_array_equal(triangle.window_sums(1)[1], [2, 2, 0])
    np.testing.assert_array_equal(triangle.window_sums(1, "lawless1994")[1], [2, 4, 4])


def test_no_delay_leaves_nothing_to_estimate() -> None:
    triangle = built([(day, 0) for day in range(30) for _ in range(3)], 29)
    for result in (nowcast_lawless(triangle), nowcast_lawless(triangle, variance="lawless1994")):
        for values in (result.median, result.lower, result.upper, result.mean):
            np.testing.assert_array_equal(values, result.observed)
    bayes = nowcast_bayes(triangle)
    np.testing.assert_array_equal(bayes.median, bayes.observed)


def test_complete_days_are_left_alone() -> None:
    cases, _ = simulated(1)
    triangle = built(cases, 50, max_delay=12)
    for result in (nowcast_lawless(triangle), nowcast_bayes(triangle)):
        np.testing.assert_array_equal(result.median[:-12], result.observed[:-12])
        np.testing.assert_array_equal(result.upper[:-12], result.observed[:-12])
        assert np.all(result.reported_share[:-12] == 1) and np.all(np.diff(result.reported_share[-12:]) <= 0)


def test_long_delays_count_as_the_longest() -> None:
    triangle = built([(0, 0), (1, 9), (2, 2), (20, 0)], 20, max_delay=4)
    assert triangle.long_delays == 1 and triangle.counts[1, 4] == 1 and triangle.observed.sum() == 4


@pytest.mark.parametrize("seed", [1, 2])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(seed: int) -> None:
    """The last five days of 25 dates: the truth lies inside the 90 % interval in 80 to 99 of 100."""
    cases, counts = simulated(seed, days=75)
    inside, total = 0, 0
    for now in range(50, 75):
        result = nowcast_bayes(built(cases, now, max_delay=12), level=0.9, n_samples=300)
        truth = counts[now - 4 : now + 1]
        inside += int(((result.lower[-5:] <= truth) & (truth <= result.upper[-5:])).sum())
        total += 5
    assert 0.80 <= inside / total <= 0.99


def test_full_variance_of_lawless_is_wider_than_that_of_r() -> None:
    cases, _ = simulated(3)
    triangle = built(cases, 50, max_delay=12)
    as_r, paper = nowcast_lawless(triangle), nowcast_lawless(triangle, variance="lawless1994")
    np.testing.assert_array_equal(as_r.mean, paper.mean)
    assert paper.upper[-1] > as_r.upper[-1] and np.all(paper.upper >= as_r.upper - 1)


def test_too_short_delays_give_a_reason_instead_of_a_number() -> None:
    triangle = built([(day, 3) for day in range(20)], 19, max_delay=5)
    result = nowcast_lawless(triangle)
    assert result.reasons[-1] == NOTHING_SEEN and np.isnan(result.mean[-1]) and np.isnan(result.upper[-1])
    assert result.reasons[0] == "" and result.mean[0] == 1


@QUICK
@given(st.integers(0, 40), st.floats(0.05, 0.95), st.sampled_from(["poisgamma", "pois", "unif"]))
def test_missing_events_are_a_distribution(known: int, share: float, kind: str) -> None:
    prior = EventPrior(kind, 15, 300, largest=400)
    missing = MissingEvents(known, np.full(3, share), prior)
    steps = [missing.distribution(k) for k in range(400 - known + 1)]
    assert np.all(np.diff(steps) >= -1e-12) and steps[-1] == pytest.approx(1)
    mean = float(np.sum(1 - np.array(steps)))
    assert missing.mean() == pytest.approx(mean, rel=1e-6, abs=1e-9)
    for q in (0.025, 0.5, 0.975):
        k = int(missing.quantile(q))
        assert missing.distribution(k) > q or k == 400 - known
        assert missing.distribution(k - 1) <= q


@QUICK
@given(st.integers(0, 30), st.floats(0.1, 0.9))
def test_an_open_prior_is_the_limit_of_a_wide_one(known: int, share: float) -> None:
    wide, unbounded = (
        MissingEvents(known, np.array([share]), EventPrior("poisgamma", 15, 300, largest=largest))
        for largest in (100_000, None)
    )
    assert wide.mean() == pytest.approx(unbounded.mean(), rel=1e-9)
    assert wide.quantile(0.975) == unbounded.quantile(0.975)


def test_posterior_of_missing_events_by_bayes_theorem() -> None:
    """Against the definition: prior × binomial likelihood, added up over all numbers of events."""
    from scipy.stats import binom, nbinom

    known, share, size, mean = 6, 0.4, 225 / 285, 15.0
    n = np.arange(2000)
    weight = nbinom.pmf(n, size, size / (size + mean)) * binom.pmf(known, n, share)
    cumulative = np.cumsum(weight / weight.sum())
    missing = MissingEvents(known, np.array([share]), EventPrior("poisgamma", 15, 300))
    ours = [missing.distribution(k - known) for k in (6, 10, 15, 30, 60)]
    np.testing.assert_allclose(ours, cumulative[[6, 10, 15, 30, 60]], rtol=1e-9)


def test_prior_from_the_complete_days() -> None:
    triangle = built([(day, 0) for day in range(40) for _ in range(6)], 39)
    prior = EventPrior.from_complete_steps(triangle)
    assert (prior.mean, prior.variance) == (6, 42)
    assert EventPrior.from_complete_steps(built([(0, 0), (1, 0), (20, 0)], 20, max_delay=18)).mean >= 0.5


def test_equal_seeds_give_equal_numbers_and_another_seed_nearly_so() -> None:
    triangle = built(simulated(4)[0], 50, max_delay=12)
    first, again, other = (nowcast_bayes(triangle, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.mean, again.mean)
    np.testing.assert_allclose(first.mean, other.mean, rtol=0.01)


@pytest.mark.parametrize(
    ("step", "day", "first", "after"),
    [
        ("day", date(2017, 6, 8), date(2017, 6, 8), date(2017, 6, 11)),
        ("week", date(2017, 6, 8), date(2017, 6, 5), date(2017, 6, 26)),
        ("month", date(2017, 11, 8), date(2017, 11, 1), date(2018, 2, 1)),
    ],
)
def test_steps_of_time(step: str, day: date, first: date, after: date) -> None:
    assert first_of(day, step) == first
    assert step_after(first, 3, step) == after and steps_between(first, after, step) == 3


def test_weeks() -> None:
    monday = date(2017, 6, 5)
    events = [monday + timedelta(days=d) for d in range(70)]
    triangle = reporting_triangle(
        events, [e + timedelta(days=8) for e in events], date(2017, 8, 7), max_delay=3, step="week"
    )
    assert triangle.dates[1] == date(2017, 6, 12) and list(triangle.counts[0]) == [0, 6, 1, 0]


DAY = date(2017, 6, 1)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("delay.empty", lambda: reporting_triangle([], [], DAY)),
        ("delay.empty", lambda: reporting_triangle([None], [DAY], DAY)),
        ("delay.lengths_differ", lambda: reporting_triangle([DAY], [], DAY)),
        ("delay.report_before_event", lambda: reporting_triangle([DAY], [DAY - timedelta(1)], DAY)),
        ("delay.nothing_reported", lambda: reporting_triangle([DAY], [DAY + timedelta(3)], DAY)),
        ("delay.max_delay", lambda: reporting_triangle([DAY], [DAY], DAY)),
        ("delay.max_delay", lambda: built([(0, 0), (5, 0)], 10, max_delay=11)),
        ("delay.parameter", lambda: built([(0, 0), (5, 0)], 10, max_delay=0)),
        ("delay.parameter", lambda: built([(0, 0), (5, 0)], 10, step="decade", max_delay=3)),
        ("delay.now", lambda: reporting_triangle([DAY], [DAY], DAY, step="week", max_delay=1)),
        ("delay.parameter", lambda: nowcast_bayes(built(WORKED, 4, max_delay=2), method="bayes.trunk")),
        ("delay.parameter", lambda: nowcast_bayes(built(WORKED, 4, max_delay=2), level=1.0)),
        ("delay.parameter", lambda: nowcast_lawless(built(WORKED, 4, max_delay=2), variance="none")),
        ("delay.parameter", lambda: nowcast_lawless(built(WORKED, 4, max_delay=2), m=0)),
        ("delay.prior", lambda: EventPrior("poisgamma", 10, 5)),
        ("delay.prior", lambda: EventPrior("unif")),
        ("delay.parameter", lambda: EventPrior("pois")),
        ("delay.prior", lambda: nowcast_bayes(built(WORKED, 4, max_delay=2), prior=EventPrior("unif", largest=1))),
    ],
)
def test_bad_input_is_refused(code: str, call: object) -> None:
    assert callable(call)
    with pytest.raises(WeijianError) as caught:
        call()
    assert caught.value.code == code


def test_impossible_rows_can_be_left_out() -> None:
    events, reports = [DAY, DAY, DAY + timedelta(4)], [DAY, DAY - timedelta(9), DAY + timedelta(4)]
    triangle = reporting_triangle(events, reports, DAY + timedelta(4), max_delay=2, skip_impossible=True)
    assert triangle.observed.sum() == 2


def test_one_case_far_back_and_one_today() -> None:
    triangle = built([(0, 0), (400, 0)], 400, max_delay=10)
    assert nowcast_bayes(triangle).median[-1] >= 1 and triangle.observed.sum() == 2
