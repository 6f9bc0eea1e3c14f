"""The life table computed by hand: numbers chosen so that every column comes out even.

Half-interval rule at every age. q = nD / (P + (n−a)D): 100/1000, 40/800, 0/500, 40/200; the open interval
has m = 10/400. Survivors 100,000 · 0.9 · 0.95 · 1 · 0.8. Years lived in the open interval are 68,400 · 40.
Variances of q are 0.1²·0.9/100, 0.05²·0.95/10, 0 and 0.2²·0.8/8; that of the open interval's 40 years is
1/(10·0.025²) = 160.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from weijian.engines.lifetable import AgeGrid, Separation, life_tables

# age population deaths   qx      lx      dx      Lx       Tx       ex    variance of ex × lx²
TABLE = """
  0        950    100   0.10  100000   10000   95000  3994250  39.9425  806754939750.0
  1        780     10   0.05   90000    4500  351000  3899250  43.325   805026372187.5
  5        500      0   0.00   85500       0  427500  3548250  41.5     801386156250.0
 10        180      8   0.20   85500   17100  384750  3120750  36.5     801386156250.0
 15        400     10   1.00   68400   68400 2736000  2736000  40.0     748569600000.0
"""
ROWS = [[float(cell) for cell in line.split()] for line in TABLE.strip().splitlines()]
COLUMNS = {"qx": 3, "lx": 4, "dx": 5, "Lx": 6, "Tx": 7, "ex": 8}


def test_every_column() -> None:
    ages, population, deaths = ([row[place] for row in ROWS] for place in (0, 1, 2))
    tables = life_tables(AgeGrid(tuple(map(int, ages))), population, deaths, Separation("midpoint"))
    for column, place in COLUMNS.items():
        expected = [row[place] for row in ROWS]
        np.testing.assert_allclose(getattr(tables, column)[0], expected, rtol=1e-12, err_msg=column)
    for index, row in enumerate(ROWS):
        half_width = 1.959963984540054 * math.sqrt(row[9]) / row[4]
        assert tables.ex_low[0, index] == pytest.approx(row[8] - half_width, rel=1e-12)
        assert tables.ex_high[0, index] == pytest.approx(row[8] + half_width, rel=1e-12)


def test_open_interval_without_deaths_takes_the_rate_of_the_ages_below_with_it() -> None:
    """8 deaths among 180 + 400 person-years from age 10: 72.5 years for those who reach 15."""
    ages, population, deaths = ([row[place] for row in ROWS] for place in (0, 1, 2))
    tables = life_tables(AgeGrid(tuple(map(int, ages))), population, [*deaths[:-1], 0], Separation("midpoint"))
    assert tables.ex[0, -1] == pytest.approx(72.5)
    assert tables.ex[0, 3] == pytest.approx((384750 + 68400 * 72.5) / 85500)
    assert tables.open_from.tolist() == [3]
