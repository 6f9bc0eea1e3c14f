"""Detectors on tables small enough to check with a pocket calculator; the expected values are worked out in the
comments.
"""

from __future__ import annotations

import numpy as np
import pytest

from weijian.engines.detection.registry import detect
from weijian.engines.detection.series import from_arrays


def last(
    counts: list[float], name: str, parameters: dict[str, object] | None = None, freq: int = 52
) -> tuple[float, bool]:
    found = detect(from_arrays(counts, freq=freq), name, parameters or {}, times=np.array([len(counts) - 1]))
    return float(found.upperbound[0, -1]), bool(found.alarm[0, -1])


def test_ears_c1() -> None:
    """Baseline 1..7: mean 4, sd sqrt(28/6) = 2.160247; z(0.999) = 3.090232; bound 10.675665."""
    bound, alarm = last([1, 2, 3, 4, 5, 6, 7, 11], "ears-c1")
    assert bound == pytest.approx(4 + 3.090232306167813 * 2.160246899469287)
    assert alarm


def test_ears_c2_skips_the_last_two() -> None:
    bound, alarm = last([1, 2, 3, 4, 5, 6, 7, 90, 90, 10], "ears-c2")
    assert bound == pytest.approx(10.675665, abs=1e-6)
    assert not alarm


def test_cusum_standard() -> None:
    """Given mean 4: z = (6-4)/2 = 1, less k = 1.04 gives S = 0; then z = 2.5 gives 1.46; then z = 2: 2.42 >= 2.26,
    alarm.
    """
    found = detect(from_arrays([4.0, 6, 9, 8]), "cusum", {"m": "4"}, times=np.array([1, 2, 3]))
    np.testing.assert_allclose(found.detail["cusum"][0], [0, 1.46, 2.42])
    assert found.alarm[0].tolist() == [False, False, True]
    # Bounds ceil(2 (3.3 - S) + 4): 10.6 -> 11, 10.6 -> 11, 7.68 -> 8.
    assert found.upperbound[0].tolist() == [11, 11, 8]


def test_cusum_reset_starts_again() -> None:
    counts = from_arrays([4.0, 20, 4, 20])
    kept = detect(counts, "cusum", {"m": "4"}, times=np.array([1, 2, 3]))
    fresh = detect(counts, "cusum", {"m": "4", "reset": "TRUE"}, times=np.array([1, 2, 3]))
    assert kept.alarm[0].tolist() == [True, True, True]
    assert fresh.alarm[0].tolist() == [True, False, True]


def test_bayes() -> None:
    """Six zeros: negative binomial size 1/2, probability 6/7: P(0) = 0.92582, P(<=1) = 0.99195; the 95 % quantile
    is 1.
    """
    assert last([0, 0, 0, 0, 0, 0, 2], "bayes") == (1, True)
    assert last([0, 0, 0, 0, 0, 0, 1], "bayes") == (1, False)


def test_rki_small_and_large_mean() -> None:
    assert last([3, 3, 3, 3, 3, 3, 9], "rki", {"b": 0, "w": 6, "actY": "TRUE"}) == (8.102, True)
    bound, _ = last([20, 22, 24, 26, 28, 30, 31], "rki", {"b": 0, "w": 6, "actY": "TRUE"})
    assert bound == pytest.approx(25 + 2 * np.sqrt(14))


def test_outbreak_p() -> None:
    """Counts 1, 3: isotonic means 1 and 3, overall 2: (1/2)^1 (3/2)^3 = 1.6875."""
    bound, alarm = last([1, 3], "outbreak-p")
    assert bound == pytest.approx(1.6875)
    assert not alarm
    # Counts 3, 1 are pooled to 2, 2: statistic 1.
    assert last([3, 1], "outbreak-p")[0] == pytest.approx(1.0)


def test_glr_poisson() -> None:
    """In-control mean 2, counts 2, 8: change at the second: 8 log 4 - 6 = 5.09; at the first: 10 log 2.5 - 6 = 3.16."""
    found = detect(from_arrays([2.0, 2, 8]), "glr-poisson", {"mu0": 2}, times=np.array([1, 2]))
    np.testing.assert_allclose(found.detail["statistic"][0], [0, 8 * np.log(4) - 6])
    assert found.alarm[0].tolist() == [False, True]


def test_percentile() -> None:
    """Three years of 4 times, one to either side: 9 values 1..9, 80th percentile 7.4."""
    counts = [1, 2, 3, *([0] * 9), 4, 5, 6, *([0] * 9), 7, 8, 9, *([0] * 9), 0, 8]
    bound, alarm = last([0.0, *counts[:-2], 0, 8][-38:], "percentile", {"w": 1}, freq=12)
    assert bound == pytest.approx(7.4)
    assert alarm


def test_historical_limits() -> None:
    """Fifteen equal totals of 4 x 2 = 8: bound of the total 8, three past weeks hold 6, so 3 cases are above."""
    counts = [2.0] * (5 * 52 + 7)
    assert last([*counts, 3], "historical-limits") == (2, True)
    assert last([*counts, 2], "historical-limits") == (2, False)


def test_ewma() -> None:
    """Mean 4, deviation 2, lambda 0.5, L 3: first limit 4 + 6 sqrt(1/3 x 3/4) = 7; crossed above 2 x 7 - 4 = 10."""
    found = detect(from_arrays([4.0, 11]), "ewma", {"lambda": 0.5, "m": 4, "s": 2}, times=np.array([1]))
    assert found.upperbound[0, 0] == pytest.approx(10)
    assert found.alarm[0, 0]


def test_rules() -> None:
    assert last([1, 0, 0, 2, 0, 0, 2], "fixed-threshold", {"threshold": 5, "window": 7}) == (1, True)
    assert last([0, 1], "one-case") == (0, True)
    assert last([1, 0], "one-case") == (0, False)


def test_farrington_of_a_constant_baseline() -> None:
    """Thirty-five baseline counts of 16, no trend: mean 16, dispersion at least 1, variance of the log mean 1/(35 x
    16).

    tau = 1 + 16 x 1/(35 x 16) = 1 + 1/35; bound (16^(2/3) + z(0.975) sqrt(4/9 x 16^(1/3) tau))^(3/2) = 24.4.
    """
    counts = [16.0] * (52 * 5 + 4)
    bound, alarm = last([*counts, 25], "farrington")
    tau = 1 + 1 / 35
    expected = (16 ** (2 / 3) + 1.959963984540054 * np.sqrt(4 / 9 * 16 ** (1 / 3) * tau)) ** 1.5
    assert bound == pytest.approx(expected)
    assert alarm
