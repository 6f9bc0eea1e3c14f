"""The space-time permutation scan against its definition, computed naively, and its behaviour on planted clusters."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from weijian.engines.detection.scan import distances, scan
from weijian.engines.detection.series import DetectionError


def naive_best(counts: np.ndarray, distance: np.ndarray, window: int, share: float) -> tuple[float, set[int], int]:
    """Every circle and window by the formula, without any shortcut."""
    total = counts.sum()
    best: tuple[float, set[int], int] = (0.0, set(), 0)
    for centre, radius_area in itertools.product(range(counts.shape[0]), repeat=2):
        inside = distance[centre] <= distance[centre, radius_area]
        if counts[inside].sum() > share * total and radius_area != centre:
            continue
        for days in range(1, window + 1):
            c = counts[inside, -days:].sum()
            m = counts[inside].sum() * counts[:, -days:].sum() / total
            if c > m > 0:
                rest = (total - c) * np.log((total - c) / (total - m)) if total > c else 0.0
                value = c * np.log(c / m) + rest
                if value > best[0] + 1e-12:
                    best = (float(value), set(np.flatnonzero(inside).tolist()), days)
    return best


@pytest.mark.parametrize("seed", range(8))
def test_most_likely_cluster_is_that_of_the_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.uniform(0.1, 1.5, 9)[:, None] * np.ones(25)).astype(float)
    place = rng.random((2, 9))
    apart = distances(place[0], place[1], planar=True)
    found = scan(counts, apart, maxDays=7, replicates=19, seed=1).clusters[0]
    value, areas, days = naive_best(counts, apart, 7, 0.5)
    assert found.statistic == pytest.approx(value, rel=1e-12)
    assert (set(found.areas.tolist()), found.last_day - found.first_day + 1) == (areas, days)
    assert found.observed == counts[found.areas, found.first_day :].sum()


def test_replicates_give_the_largest_statistic_without_shortcut() -> None:
    """The bound that saves logarithms must never hide the largest value: same maximum with all logarithms taken."""
    from weijian.engines.detection import scan as module

    rng = np.random.default_rng(2)
    counts = rng.poisson(0.7, (12, 40))
    apart = distances(*rng.random((2, 12)), planar=True)
    circles = module._Circles(counts, apart, 0.5 * counts.sum(), None)
    share = counts.sum(axis=1) / counts.sum()
    recent = np.cumsum(counts.sum(axis=0)[::-1][:10])
    expected = circles.accumulate(share[:, None])[..., 0][..., None] * recent
    shapes = module._Shapes(circles, expected, float(counts.sum()))
    for seed in range(20):
        shuffled = np.random.default_rng(seed).permuted(counts, axis=1)
        window = module._recent(shuffled, 10)
        assert shapes.largest(window) == pytest.approx(shapes.statistics(window).max(), rel=1e-12)


def test_planted_cluster_is_found_and_chance_is_not() -> None:
    rng = np.random.default_rng(11)
    counts = rng.poisson(0.4, (40, 120)).astype(float)
    place = rng.random((2, 40))
    apart = distances(113 + place[0], 23 + place[1])
    quiet = scan(counts, apart, replicates=99, seed=3)
    assert quiet.clusters[0].pvalue > 0.05
    near = np.argsort(apart[5])[:4]
    counts[near, -3:] += 2
    found = scan(counts, apart, replicates=99, seed=3).clusters[0]
    assert found.pvalue == 0.01
    assert set(near) <= set(found.areas.tolist())
    assert found.first_day == 117


def test_same_seed_same_answer_and_bad_input() -> None:
    counts = np.random.default_rng(0).poisson(1, (6, 30)).astype(float)
    apart = distances(np.arange(6.0), np.zeros(6), planar=True)
    one, two = (scan(counts, apart, replicates=49, seed=9).replicates for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert scan(np.zeros((6, 30)), apart, replicates=9).clusters == ()
    with pytest.raises(DetectionError, match="whole"):
        scan(counts + 0.5, apart)
    with pytest.raises(DetectionError):
        scan(counts, apart[:3])


def test_distance_of_a_degree_of_latitude() -> None:
    assert distances(np.array([113.0, 113.0]), np.array([23.0, 24.0]))[0, 1] == pytest.approx(111.195, abs=0.01)
