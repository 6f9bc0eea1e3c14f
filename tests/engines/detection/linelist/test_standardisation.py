"""Direct and indirect standardisation: identities, limits, published cases and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.engines.detection.linelist.direct_standardisation import DIRECT_METHODS, standardise_directly
from weijian.engines.detection.linelist.indirect_standardisation import standardise_indirectly
from weijian.engines.detection.linelist.poisson import poisson_interval
from weijian.kernel.errors import WeijianError

#: The same examples in every run, and no wall clock.
QUICK = settings(max_examples=50, deadline=None, derandomize=True)

STRATA = st.lists(st.tuples(st.integers(0, 60), st.integers(100, 50_000), st.integers(1, 1000)), min_size=1, max_size=8)

# Children with Down syndrome, births and all births by maternal age (first births, Michigan 1950–1964), the example of
# Fay & Feuer (1997).
CASES = [107, 141, 60, 40, 39, 25]
BIRTHS = [230061, 329449, 114920, 39487, 14208, 3052]
STANDARD = [319933, 931318, 786511, 488235, 237863, 61313]


def test_first_births_of_fay_and_feuer() -> None:
    """The numbers are what epitools 0.5-10.1 ``ageadjust.direct`` gives for these counts."""
    result = standardise_directly(CASES, BIRTHS, STANDARD, per=100_000)
    assert result.crude.value == pytest.approx(56.3475054604)
    assert result.adjusted.value == pytest.approx(92.3045255332)
    assert (result.adjusted.lower, result.adjusted.upper) == pytest.approx((80.4417498507, 105.7633457493))


@QUICK
@given(STRATA, st.sampled_from(DIRECT_METHODS))
def test_own_structure_as_standard_gives_the_crude_rate(rows: list[tuple[int, int, int]], method: str) -> None:
    events, population, _ = (list(column) for column in zip(*rows, strict=True))
    result = standardise_directly(events, population, population, method=method)
    assert result.adjusted.value == pytest.approx(result.crude.value)
    assert result.adjusted.lower <= result.adjusted.value * (1 + 1e-12) <= result.adjusted.upper * (1 + 1e-9) + 1e-15


@QUICK
@given(st.integers(0, 500), st.integers(1, 10_000))
def test_in_one_stratum_gamma_and_dobson_are_the_exact_poisson_interval(events: int, population: int) -> None:
    exact = poisson_interval(events, population)
    for method in ("gamma", "gamma-tiwari", "dobson"):
        adjusted = standardise_directly([events], [population], [1], method=method).adjusted
        assert (adjusted.lower, adjusted.upper) == pytest.approx((exact.lower, exact.upper), rel=1e-9, abs=1e-15)


@QUICK
@given(STRATA)
def test_the_scale_of_the_standard_and_of_the_rate_do_not_matter(rows: list[tuple[int, int, int]]) -> None:
    events, population, standard = (list(column) for column in zip(*rows, strict=True))
    once = standardise_directly(events, population, standard)
    twice = standardise_directly(events, population, [w * 7 for w in standard], per=1000)
    assert twice.adjusted.value == pytest.approx(1000 * once.adjusted.value)
    assert twice.adjusted.upper == pytest.approx(1000 * once.adjusted.upper)


@QUICK
@given(STRATA)
def test_tiwari_is_never_wider_above_than_fay_and_feuer(rows: list[tuple[int, int, int]]) -> None:
    events, population, standard = (list(column) for column in zip(*rows, strict=True))
    wide, narrow = (
        standardise_directly(events, population, standard, method=m).adjusted for m in ("gamma", "gamma-tiwari")
    )
    assert wide.lower == pytest.approx(narrow.lower) and narrow.upper <= wide.upper * (1 + 1e-9)


@QUICK
@given(STRATA)
def test_large_counts_bring_all_methods_together(rows: list[tuple[int, int, int]]) -> None:
    events = [50_000 + 100 * e for e, _, _ in rows]
    population = [10**8 + 10**5 * n for _, n, _ in rows]
    bounds = [
        standardise_directly(events, population, [w + 500 for *_, w in rows], method=m).adjusted for m in DIRECT_METHODS
    ]
    assert np.ptp([b.lower for b in bounds]) < 1e-3 * bounds[0].value
    assert np.ptp([b.upper for b in bounds]) < 1e-3 * bounds[0].value


def test_no_event_at_all() -> None:
    for method in DIRECT_METHODS:
        adjusted = standardise_directly([0, 0], [1000, 500], [3, 1], method=method).adjusted
        assert adjusted.value == adjusted.lower == 0
        assert adjusted.upper > 0 or method == "normal"


def test_area_with_the_standard_rates_has_ratio_one() -> None:
    result = standardise_indirectly(
        [2, 8, 30],
        [1000, 2000, 3000],
        standard_events=[20, 80, 300],
        standard_population=[10_000, 20_000, 30_000],
        per=1000,
    )
    assert result.ratio.value == pytest.approx(1) and result.adjusted is not None
    assert result.adjusted.value == pytest.approx(1000 * 400 / 60_000)
    assert (result.ratio.lower, result.ratio.upper) == pytest.approx(
        (poisson_interval(40).lower / 40, poisson_interval(40).upper / 40)
    )


def test_rates_as_the_standard_give_the_ratio_but_no_adjusted_rate() -> None:
    result = standardise_indirectly(12, [1000, 500], [0.004, 0.02], method="byar")
    assert result.expected == pytest.approx(14) and result.adjusted is None
    assert result.ratio.value == pytest.approx(12 / 14) and not math.isnan(result.ratio.upper)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("linelist.stratum_count", lambda: standardise_directly([-1], [10], [1])),
        ("linelist.stratum_count", lambda: standardise_directly([1.5], [10], [1])),
        ("linelist.strata_missing", lambda: standardise_directly([float("nan")], [10], [1])),
        ("linelist.strata_missing", lambda: standardise_directly([], [], [])),
        ("linelist.strata_differ", lambda: standardise_directly([1, 2], [10], [1, 1])),
        ("linelist.stratum_weight", lambda: standardise_directly([1], [-10], [1])),
        ("linelist.stratum_weight", lambda: standardise_directly([0], [0], [1])),
        ("linelist.events_without_population", lambda: standardise_directly([1, 1], [0, 10], [1, 1])),
        ("linelist.standard_without_population", lambda: standardise_directly([0, 1], [0, 10], [1, 1])),
        ("linelist.choice", lambda: standardise_directly([1], [10], [1], method="delta")),
        ("linelist.standard", lambda: standardise_indirectly([1], [10])),
        ("linelist.standard", lambda: standardise_indirectly([1], [10], [0.1], standard_events=[1])),
        ("linelist.standard", lambda: standardise_indirectly([1, 0], [10, 0], [0, 0.1])),
        ("linelist.strata_differ", lambda: standardise_indirectly([1, 2, 3], [10, 20], [0.1, 0.2])),
    ],
)
def test_bad_input_is_refused(code: str, call: object) -> None:
    assert callable(call)
    with pytest.raises(WeijianError) as caught:
        call()
    assert caught.value.code == code


def test_an_empty_stratum_without_standard_weight_is_left_out() -> None:
    with_empty = standardise_directly([3, 0], [100, 0], [5, 0])
    assert with_empty.adjusted == standardise_directly([3], [100], [5]).adjusted
