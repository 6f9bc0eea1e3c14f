"""Against published tables kept outside the clone: Human Mortality Database and the 2010 census of China."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from weijian.engines.lifetable import AgeGrid, life_tables, life_tables_from_rates

pytestmark = pytest.mark.shared

_CLONE = Path(__file__).resolve().parents[3]
_FOLDER = Path(os.environ.get("WEIJIAN_SHARED", _CLONE.parent / "shared")) / "data" / "population_and_life_tables"


def _rows(name: str) -> list[dict[str, str]]:
    path = _FOLDER / name
    if not path.is_file():
        pytest.skip(f"the shared data are not here ({name})")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _column(rows: list[dict[str, str]], name: str) -> NDArray[np.float64]:
    return np.array([float(row[name]) for row in rows])


def _hmd() -> Iterator[tuple[tuple[str, str], list[dict[str, str]]]]:
    tables: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in _rows("hmd_usa_period_life_tables_1950_1980_2000.csv"):
        tables[row["sex"], row["year"]].append(row)
    assert len(tables) == 9
    return iter(tables.items())


def test_hmd_expectancies_follow_from_rates_and_their_own_years_lived() -> None:
    for key, rows in _hmd():
        grid = AgeGrid.complete(110)
        tables = life_tables_from_rates(grid, _column(rows, "mx"), _column(rows, "ax")[:-1])
        # Half a unit of the last printed digit of ex, and what the five digits of mx leave open.
        np.testing.assert_allclose(tables.ex[0], _column(rows, "ex"), atol=0.01, err_msg=str(key))
        np.testing.assert_allclose(tables.qx[0], _column(rows, "qx"), atol=1.1e-5, err_msg=str(key))


def test_hmd_expectancies_with_our_years_lived() -> None:
    """Only ₁a₀ differs (0.05 to 0.14 against the rule): at most 0.01 years of e₀ in these nine tables."""
    for key, rows in _hmd():
        tables = life_tables_from_rates(AgeGrid.complete(110), _column(rows, "mx"))
        np.testing.assert_allclose(tables.ex[0], _column(rows, "ex"), atol=0.01, err_msg=str(key))


# e₀ of the 2010 census rows, complete table to 100+. The official 2010 value is 74.83: census deaths are
# under-reported, and the arithmetic must show that and not hide it.
@pytest.mark.parametrize(
    ("sex", "complete", "abridged"),
    [("total", 77.90, 78.16), ("male", 75.61, 75.79), ("female", 80.41, 80.77)],
)
def test_census_2010(sex: str, complete: float, abridged: float) -> None:
    rows = _rows("china_2010_census_deaths_by_single_age_sex.csv")
    population, deaths = _column(rows, f"avg_pop_{sex}"), _column(rows, f"deaths_{sex}")
    table = life_tables(AgeGrid.complete(100), population, deaths)
    assert table.ex[0, 0] == pytest.approx(complete, abs=0.005)
    assert table.ex_high[0, 0] - table.ex_low[0, 0] < 0.03
    np.testing.assert_allclose(table.mx[0] * 1000, _column(rows, f"death_rate_per_1000_{sex}"), atol=0.00501)
    grid = AgeGrid.abridged(85)
    grouped = life_tables(grid, np.add.reduceat(population, grid.lows), np.add.reduceat(deaths, grid.lows))
    # 0.2 to 0.4 years more than the complete table: 1/m at 85+ overstates where the old population grows.
    assert grouped.ex[0, 0] == pytest.approx(abridged, abs=0.005)


def test_census_2010_by_an_independent_recursion() -> None:
    """The same e₀ by survivors' years summed age by age in plain Python, with a₀ of the rule for both sexes."""
    rows = _rows("china_2010_census_deaths_by_single_age_sex.csv")
    population, deaths = _column(rows, "avg_pop_total"), _column(rows, "deaths_total")
    m = (deaths / population).tolist()
    a0 = ((0.045 + 2.684 * m[0]) + (0.053 + 2.800 * m[0])) / 2
    alive, years = 1.0, 0.0
    for age, rate in enumerate(m[:-1]):
        a = a0 if age == 0 else 0.5
        q = rate / (1 + (1 - a) * rate)
        years += alive * (1 - q) + alive * q * a
        alive *= 1 - q
    years += alive / m[-1]
    assert life_tables(AgeGrid.complete(100), population, deaths).ex[0, 0] == pytest.approx(years, rel=1e-12)
