"""Missing counts, marked outbreaks and truncation: what a baseline may contain, and that the future never matters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.registry import ALGORITHMS, detect
from weijian.engines.detection.series import from_arrays

RNG = np.random.default_rng(4)
COUNTS = RNG.negative_binomial(4, 4 / 12, (6, 400)).astype(float)
SEQUENTIAL = ("cusum", "ewma", "glr-poisson", "glr-negbin")


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_later_counts_change_no_decision(name: str) -> None:
    changed = COUNTS.copy()
    changed[:, 390:] = 999
    times = np.arange(370, 390)
    one, two = (detect(from_arrays(c), name, times=times) for c in (COUNTS, changed))
    np.testing.assert_array_equal(one.upperbound, two.upperbound)
    np.testing.assert_array_equal(one.alarm, two.alarm)


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_series_do_not_influence_each_other(name: str) -> None:
    times = np.arange(380, 400)
    together = detect(from_arrays(COUNTS), name, times=times)
    for row in range(6):
        alone = detect(from_arrays(COUNTS[row]), name, times=times)
        np.testing.assert_allclose(together.upperbound[row], alone.upperbound[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "name", ["farrington-flexible", "farrington", "bayes", "rki", "percentile", "ears-c1", "historical-limits"]
)
def test_marked_outbreak_is_left_out_of_the_baseline(name: str) -> None:
    """A huge marked outbreak in the baseline lowers nothing once it is left out; unmarked it lifts the bound."""
    counts = COUNTS[:1].copy()
    column = 399
    lifted = {"ears-c1": [394, 395], "bayes": [395]}.get(name, [column - 52, column - 51])
    counts[0, lifted] += 400
    state = np.zeros(counts.shape, bool)
    state[0, lifted] = True
    batch = from_arrays(counts, state=state)
    parameters = {"reweight": "FALSE"} if name.startswith("farrington") else {}
    plain = detect(batch, name, parameters, times=np.array([column]))
    kept = detect(replace(batch, exclude_outbreaks=True), name, parameters, times=np.array([column]))
    assert kept.upperbound[0, 0] < plain.upperbound[0, 0]
    assert plain.baseline is not None
    assert kept.baseline is not None
    assert set(lifted) <= set(plain.baseline(0, 0).used.tolist())
    assert kept.baseline(0, 0).left_out["outbreak"].tolist() == lifted


def test_marked_outbreak_equals_missing_count_for_undated_farrington() -> None:
    state = np.zeros(COUNTS.shape, bool)
    state[:, 340:348] = True
    gone = np.where(state, np.nan, COUNTS)
    times = np.array([399])
    settings = {"noPeriods": 5, "limit54": "0,4"}
    marked = detect(
        from_arrays(COUNTS, state=state, exclude_outbreaks=True), "farrington-flexible", settings, times=times
    )
    missing = detect(from_arrays(gone), "farrington-flexible", settings, times=times)
    np.testing.assert_array_equal(marked.upperbound, missing.upperbound)


@pytest.mark.parametrize("name", ["ears-c1", "rki", "historical-limits"])
def test_gap_in_baseline_gives_a_reason(name: str) -> None:
    counts = COUNTS.copy()
    counts[0, [395, 399 - 104]] = np.nan
    counts[0, 52:200] = np.nan
    found = detect(from_arrays(counts), name, times=np.array([399]))
    assert found.reason[0, 0] == Reason.GAP_IN_BASELINE
    assert np.isnan(found.upperbound[0, 0])
    assert (found.reason[1:] == Reason.NONE).all()


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_a_missing_present_count_never_alarms(name: str) -> None:
    counts = COUNTS.copy()
    counts[0, 399] = np.nan
    found = detect(from_arrays(counts), name, times=np.arange(395, 400))
    assert not found.alarm[0, 4]
    assert found.reason[0, 4] != Reason.NONE


def test_population_of_zero_has_a_reason_and_others_go_on() -> None:
    population = np.full(COUNTS.shape, 1000.0)
    population[2, 390] = 0
    population[3, 399] = np.nan
    found = detect(
        from_arrays(COUNTS, population=population), "farrington-flexible",
        {"populationOffset": "TRUE", "limit54": "0,4", "w": "3"}, times=np.array([399]),
    )  # fmt: skip
    assert found.reason[3, 0] == Reason.POPULATION
    assert (found.reason[[0, 1, 4, 5], 0] == Reason.NONE).all()


@pytest.mark.parametrize("value", [0.0, 5.0, 1e9])
@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_constant_series_never_fail(name: str, value: float) -> None:
    found = detect(from_arrays(np.full((1, 380), value)), name, times=np.arange(370, 380))
    assert (~np.isnan(found.upperbound) | (found.reason > 0)).all()
    if value == 5 and name not in ("fixed-threshold", "one-case", "ears-c3"):
        assert not found.alarm.any()


def test_threads_change_no_digit() -> None:
    batch = from_arrays(RNG.poisson(3, (1500, 330)).astype(float))
    one, two = (detect(batch, "farrington-flexible", times=np.array([329]), threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.upperbound, two.upperbound)
