"""Intervals of proportions and counts: the definitions they must meet, for all counts, and what bad input gets."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from weijian.engines.detection.linelist.binomial import BINOMIAL_METHODS, binomial_bounds, binomial_interval
from weijian.engines.detection.linelist.poisson import POISSON_METHODS, poisson_bounds, poisson_interval
from weijian.kernel.errors import WeijianError

#: The same examples in every run, and no wall clock.
QUICK = settings(max_examples=50, deadline=None, derandomize=True)

PROPORTION = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVEL = st.sampled_from([0.8, 0.9, 0.95, 0.99])

#: events, trials, method → lower, upper: Newcombe (1998, Statist. Med. 17: 857–872), Table I.
NEWCOMBE = """
81 263 wald              0.2522 0.3638
81 263 wilson            0.2553 0.3662
81 263 wilson-continuity 0.2535 0.3682
81 263 clopper-pearson   0.2527 0.3676
81 263 mid-p             0.2544 0.3658
15 148 wald              0.0527 0.1500
15 148 wilson            0.0624 0.1605
15 148 wilson-continuity 0.0598 0.1644
15 148 clopper-pearson   0.0578 0.1617
15 148 mid-p             0.0601 0.1581
0  20  wilson            0.0000 0.1611
0  20  wilson-continuity 0.0000 0.2005
0  20  clopper-pearson   0.0000 0.1684
0  20  mid-p             0.0000 0.1391
1  29  wilson            0.0061 0.1718
1  29  wilson-continuity 0.0018 0.1963
1  29  clopper-pearson   0.0009 0.1776
1  29  mid-p             0.0017 0.1585
"""


@pytest.mark.parametrize("line", NEWCOMBE.strip().splitlines())
def test_table_of_newcombe(line: str) -> None:
    events, trials, method, lower, upper = line.split()
    estimate = binomial_interval(int(events), int(trials), method=method)
    assert (round(estimate.lower, 4), round(estimate.upper, 4)) == (float(lower), float(upper))


@QUICK
@given(PROPORTION, LEVEL, st.sampled_from(BINOMIAL_METHODS))
def test_bounds_of_a_proportion_are_ordered_and_mirrored(counts: tuple[int, int], level: float, method: str) -> None:
    x, n = counts
    here, mirrored = (binomial_interval(k, n, level=level, method=method) for k in (x, n - x))
    assert 0 <= here.lower <= here.upper <= 1
    assert here.lower <= x / n + 1e-12 and x / n <= here.upper + 1e-12
    assert here.lower == pytest.approx(1 - mirrored.upper, abs=1e-9)


@QUICK
@given(PROPORTION, LEVEL)
def test_clopper_pearson_is_the_set_of_proportions_not_rejected(counts: tuple[int, int], level: float) -> None:
    x, n = counts
    estimate, tail = binomial_interval(x, n, level=level), (1 - level) / 2
    if x > 0:
        assert binom.sf(x - 1, n, estimate.lower) == pytest.approx(tail, rel=1e-6)
    if x < n:
        assert binom.cdf(x, n, estimate.upper) == pytest.approx(tail, rel=1e-6)


@QUICK
@given(PROPORTION, LEVEL)
def test_mid_p_lies_inside_clopper_pearson(counts: tuple[int, int], level: float) -> None:
    outer, inner = (binomial_interval(*counts, level=level, method=m) for m in ("clopper-pearson", "mid-p"))
    assert outer.lower <= inner.lower + 1e-12 and inner.upper <= outer.upper + 1e-12


def test_clopper_pearson_covers_at_every_proportion_and_wald_does_not() -> None:
    n = 20
    x = np.arange(n + 1)
    weights = {p: binom.pmf(x, n, p) for p in np.linspace(0.01, 0.99, 99)}
    covered = {}
    for method in ("clopper-pearson", "wald"):
        lower, upper = binomial_bounds(x, n, method=method)
        covered[method] = min(float(w[(lower <= p) & (p <= upper)].sum()) for p, w in weights.items())
    assert covered["clopper-pearson"] >= 0.95
    assert covered["wald"] < 0.3


@QUICK
@given(st.integers(0, 2000), LEVEL)
def test_exact_poisson_is_the_set_of_means_not_rejected(x: int, level: float) -> None:
    estimate, tail = poisson_interval(x, level=level), (1 - level) / 2
    assert poisson.cdf(x, estimate.upper) == pytest.approx(tail, rel=1e-6)
    if x > 0:
        assert poisson.sf(x - 1, estimate.lower) == pytest.approx(tail, rel=1e-6)


@QUICK
@given(st.integers(0, 2000), LEVEL)
def test_mid_p_poisson_halves_the_observed_count(x: int, level: float) -> None:
    estimate, tail = poisson_interval(x, level=level, method="mid-p"), (1 - level) / 2
    assert poisson.cdf(x, estimate.upper) - poisson.pmf(x, estimate.upper) / 2 == pytest.approx(tail, rel=1e-6)
    exact = poisson_interval(x, level=level)
    assert exact.lower <= estimate.lower and estimate.upper <= exact.upper


@QUICK
@given(st.integers(10, 5000))
def test_byar_is_close_to_exact_from_ten_events_on(x: int) -> None:
    exact, byar = (poisson_interval(x, method=m) for m in ("exact", "byar"))
    assert byar.lower == pytest.approx(exact.lower, rel=2e-3)
    assert byar.upper == pytest.approx(exact.upper, rel=2e-3)


def test_breslow_and_day_example_of_byar() -> None:
    """Breslow & Day 1987, table 2.10 conventions: 24 observed against 8.67 expected give 1.77 to 4.12."""
    ratio = poisson_interval(24, 8.67, method="byar")
    assert (round(ratio.value, 2), round(ratio.lower, 2), round(ratio.upper, 2)) == (2.77, 1.77, 4.12)


def test_person_time_only_scales() -> None:
    whole, scaled = poisson_interval(7), poisson_interval(7, 250.0)
    assert (scaled.lower * 250, scaled.upper * 250) == pytest.approx((whole.lower, whole.upper))


def test_nothing_observed() -> None:
    nobody = binomial_interval(0, 0)
    assert math.isnan(nobody.value) and (nobody.lower, nobody.upper) == (0, 1) and nobody.note
    none = poisson_interval(0)
    assert (none.value, none.lower) == (0, 0) and none.upper == pytest.approx(-math.log(0.025))
    assert poisson_interval(0, method="wald-log").note


def test_many_proportions_at_once_equal_one_by_one() -> None:
    events, trials = np.array([0, 3, 50, 7]), np.array([10, 9, 80, 7])
    for method in BINOMIAL_METHODS:
        lower, upper = binomial_bounds(events, trials, method=method)
        single = [binomial_interval(x, n, method=method) for x, n in zip(events, trials, strict=True)]
        assert lower == pytest.approx([s.lower for s in single]) and upper == pytest.approx([s.upper for s in single])
    for method in POISSON_METHODS[:-1]:
        lower, upper = poisson_bounds(events, method=method)
        assert lower == pytest.approx([poisson_interval(x, method=method).lower for x in events])


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("linelist.proportion", lambda: binomial_interval(-1, 10)),
        ("linelist.proportion", lambda: binomial_interval(11, 10)),
        ("linelist.proportion", lambda: binomial_interval(2.5, 10)),
        ("linelist.proportion", lambda: binomial_interval(float("nan"), 10)),
        ("linelist.level", lambda: binomial_interval(1, 10, level=95)),
        ("linelist.choice", lambda: binomial_interval(1, 10, method="wlison")),
        ("linelist.events", lambda: poisson_interval(-1)),
        ("linelist.events", lambda: poisson_interval(0.5)),
        ("linelist.person_time", lambda: poisson_interval(3, 0)),
    ],
)
def test_bad_input_is_refused(code: str, call: object) -> None:
    assert callable(call)
    with pytest.raises(WeijianError) as caught:
        call()
    assert caught.value.code == code
