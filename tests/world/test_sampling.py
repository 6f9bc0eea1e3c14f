"""Whole numbers that add up, and draws that follow their stratum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weijian.world.sampling import StratifiedChoice, apportion, half_up, pick, pick_weighted, seeded


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.integers(0, 10**7))
def test_apportioned_counts_add_up_and_stay_within_one_of_their_share(weights: list[float], total: int) -> None:
    counts = apportion(weights, total)
    assert counts.sum() == total
    if sum(weights) > 0:
        exact = np.array(weights) / sum(weights) * total
        assert (np.abs(counts - exact) < 1 + 1e-6 * total).all()


@pytest.mark.parametrize(
    ("value", "scale", "expected"), [(41300, 0.0005, 21), (150, 0.01, 2), (149, 0.01, 1), (5, 1, 5)]
)
def test_counts_are_rounded_half_up(value: int, scale: float, expected: int) -> None:
    assert half_up(value, scale) == expected


def test_a_stratum_draws_only_its_own_categories_in_its_own_proportion() -> None:
    table = [[1.0, 3.0, 0.0], [0.0, 0.0, 5.0]]
    strata = np.repeat([0, 1], 20_000)
    drawn = StratifiedChoice(table).draw(seeded(1, "test"), strata)
    first = np.bincount(drawn[:20_000], minlength=3) / 20_000
    assert first == pytest.approx([0.25, 0.75, 0.0], abs=0.015)
    assert (drawn[20_000:] == 2).all()


def test_picks_are_distinct_sorted_and_of_the_wanted_size() -> None:
    candidates = np.arange(100, 200)
    for chosen in (
        pick(seeded(1, "a"), candidates, 30),
        pick_weighted(seeded(1, "b"), candidates, np.linspace(1, 9, 100), 30),
    ):
        assert chosen.size == 30
        assert (np.diff(chosen) > 0).all()
    assert pick(seeded(1, "c"), candidates, 1000).size == 100
