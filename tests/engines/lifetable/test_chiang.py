"""The array engine against a plain loop, a published worked example, and what must hold for every table."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.engines.lifetable import AgeGrid, LifeTables, Separation, life_tables, life_tables_from_rates
from weijian.engines.lifetable.tables import NO_OPEN_RATE

GRID = AgeGrid.abridged(85)
people = st.integers(1, 10**6)


@st.composite
def populations(draw: st.DrawFn, grid: AgeGrid = GRID) -> tuple[list[int], list[int]]:
    """Population and deaths, often without any deaths at an age."""
    population = draw(st.lists(people, min_size=len(grid), max_size=len(grid)))
    shares = draw(st.lists(st.sampled_from([0.0, 0.0, 0.001, 0.02, 0.3]), min_size=len(grid), max_size=len(grid)))
    return population, [int(n * share) for n, share in zip(population, shares, strict=True)]


def _loop(grid: AgeGrid, population: Sequence[int], deaths: Sequence[int]) -> tuple[list[float], list[float]]:
    """eₓ and its standard error, written as the textbook does, age by age from the last to the first."""
    last = len(grid) - 1
    a_last = population[last] / deaths[last]
    ex, variance = [0.0] * len(grid), [0.0] * len(grid)
    ex[last], variance[last] = a_last, 1 / (deaths[last] * (deaths[last] / population[last]) ** 2)
    for i in range(last - 1, -1, -1):
        n = grid.lows[i + 1] - grid.lows[i]
        m = deaths[i] / population[i]
        q = n * m / (1 + n / 2 * m)
        ex[i] = (1 - q) * (n + ex[i + 1]) + q * n / 2
        spread = q * q * (1 - q) / deaths[i] if deaths[i] else 0.0
        variance[i] = (1 - q) ** 2 * variance[i + 1] + (n / 2 + ex[i + 1]) ** 2 * spread
    return ex, [math.sqrt(v) for v in variance]


@settings(deadline=None)
@given(populations())
def test_arrays_equal_the_loop(case: tuple[list[int], list[int]]) -> None:
    population, deaths = case
    deaths[-1] = max(deaths[-1], 1)
    tables = life_tables(GRID, population, deaths, Separation("midpoint"))
    ex, error = _loop(GRID, population, deaths)
    np.testing.assert_allclose(tables.ex[0], ex, rtol=1e-9)
    np.testing.assert_allclose(tables.standard_error[0], error, rtol=1e-9)


# Worked example in the documentation of PHEindicatormethods (phe_life_expectancy), which holds a0 = 0.1 and ₄a₁ = 2.
ENGLISH_POPULATION = [
    7060, 35059, 46974, 48489, 43219, 38561, 46009, 57208, 61435, 55601,
    50209, 56416, 46411, 39820, 37978, 37039, 33288, 23306, 11936, 11936,
]  # fmt: skip
ENGLISH_DEATHS = [17, 9, 4, 8, 20, 15, 24, 33, 50, 71, 100, 163, 263, 304, 536, 872, 1390, 1605, 1936, 1937]


ENGLISH_EXPECTANCY = [
    80.16960813, 79.36245674, 75.44193645, 70.47299936, 65.52909542, 60.67510088, 55.78835987, 50.92752727,
    46.06740425, 41.24505636, 36.49322717, 31.83343842, 27.26027992, 22.9719144, 18.76856852, 14.95858336,
    11.51684445, 8.618849241, 6.163942934, 6.16210635,
]  # fmt: skip
ENGLISH_LOW = [
    79.88268548, 79.0898816, 75.17407307, 70.20675732, 65.26548673, 60.41876577, 55.53801579, 50.68279939,
    45.82666794, 41.00842831, 36.26223216, 31.60996318, 27.04337271, 22.76653134, 18.57570352, 14.77985004,
    11.34831778, 8.451134045, 5.978358351, 5.887683386,
]  # fmt: skip


def test_published_example() -> None:
    tables = life_tables(AgeGrid.abridged(90), ENGLISH_POPULATION, ENGLISH_DEATHS, Separation(a0=0.1, a1_4=2))
    np.testing.assert_allclose(tables.ex[0], ENGLISH_EXPECTANCY, atol=1e-8)
    # Their limits are 1.96 standard errors away, ours 1.959964.
    np.testing.assert_allclose(tables.ex_low[0], ENGLISH_LOW, atol=1e-5)
    np.testing.assert_allclose(tables.ex - tables.ex_low, tables.ex_high - tables.ex)


@settings(deadline=None)
@given(populations())
def test_what_holds_for_every_table(case: tuple[list[int], list[int]]) -> None:
    tables = life_tables(GRID, *case)
    lx, dx = tables.lx[0], tables.dx[0]
    assert lx[0] == 100_000
    assert (np.diff(lx) <= 0).all()
    assert dx.sum() == pytest.approx(100_000)
    assert ((tables.qx >= 0) & (tables.qx <= 1)).all()
    if tables.open_from[0] == NO_OPEN_RATE:
        assert np.isnan(tables.ex).all()
        return
    alive = lx > 0
    assert np.isfinite(tables.ex[0][alive]).all()
    assert tables.Lx[0].sum() == pytest.approx(tables.Tx[0, 0])
    assert (tables.ex_low[0][alive] <= tables.ex[0][alive]).all()
    assert (tables.ex[0][alive] <= tables.ex_high[0][alive]).all()


@settings(deadline=None)
@given(st.lists(populations(), min_size=1, max_size=6))
def test_many_at_once_equal_each_alone(cases: list[tuple[list[int], list[int]]]) -> None:
    together = life_tables(GRID, [case[0] for case in cases], [case[1] for case in cases])
    assert len(together) == len(cases)
    for index, case in enumerate(cases):
        alone = life_tables(GRID, *case)
        assert together.rows(index) == alone.rows()
        assert together.open_from[index] == alone.open_from[0]


@settings(deadline=None)
@given(populations(), st.integers(2, 50))
def test_only_precision_depends_on_size(case: tuple[list[int], list[int]], times: int) -> None:
    population, deaths = np.array(case[0]), np.array(case[1])
    one, many = life_tables(GRID, population, deaths), life_tables(GRID, population * times, deaths * times)
    np.testing.assert_allclose(one.ex, many.ex, rtol=1e-9)
    np.testing.assert_allclose(one.standard_error, many.standard_error * math.sqrt(times), rtol=1e-9)


@pytest.mark.parametrize("age", range(20))
def test_a_death_more_shortens_life(age: int) -> None:
    grid, more = AgeGrid.abridged(90), list(ENGLISH_DEATHS)
    more[age] += 1
    before = life_tables(grid, ENGLISH_POPULATION, ENGLISH_DEATHS, Separation("midpoint")).ex[0, 0]
    assert life_tables(grid, ENGLISH_POPULATION, more, Separation("midpoint")).ex[0, 0] < before


def test_nobody_at_an_age_and_all_dead_at_another() -> None:
    grid = AgeGrid((0, 1, 5, 10))
    tables = life_tables(grid, [100, 0, 10, 50], [1, 0, 10, 5], Separation("midpoint"))
    assert tables.assumed_zero.tolist() == [[False, True, False]]
    assert tables.certain.tolist() == [[False, False, True]]
    assert tables.lx[0, -1] == 0
    assert [row["ex"] is None for row in tables.rows()] == [False, False, False, True]
    assert tables.rows()[2]["ex"] == pytest.approx(2.5)


def test_nobody_at_the_open_age_is_pooled_with_the_age_below() -> None:
    tables = life_tables(AgeGrid((0, 1, 5)), [100, 200, 0], [1, 2, 0])
    assert tables.open_from.tolist() == [1]
    assert tables.ex[0, -1] == pytest.approx(100)


def test_no_deaths_at_all_give_no_expectancy_and_no_failure() -> None:
    tables = life_tables(AgeGrid((0, 1, 5)), [100, 200, 300], [0, 0, 0])
    assert [row["ex"] for row in tables.rows()] == [None, None, None]
    assert [row["lx"] for row in tables.rows()] == [100_000.0] * 3


@pytest.mark.parametrize(
    ("population", "deaths"),
    [([1, 2], [0, 0]), ([1, 2, -3], [0, 0, 0]), ([1, 2, math.nan], [0, 0, 0]), ([[1, 2, 3]] * 2, [0, 0, 1])],
)
def test_unusable_arrays_are_refused(population: object, deaths: object) -> None:
    with pytest.raises(ValueError, match=r"needed|present|shape"):
        life_tables(AgeGrid((0, 1, 5)), population, deaths)  # type: ignore[arg-type]


def test_rates_with_given_years_lived() -> None:
    tables: LifeTables = life_tables_from_rates(AgeGrid((0, 1, 5)), [0.1, 0.01, 0.02], [0.3, 1.5])
    assert tables.qx[0, 0] == pytest.approx(0.1 / 1.07)
    assert tables.ex[0, -1] == pytest.approx(50)
    assert tables.rows()[0]["ex_low"] is None
