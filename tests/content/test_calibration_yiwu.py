"""The second district prints document 001's core figures from data alone: whole numbers, and people drawn at scale 1."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from weijian import content
from weijian.engines.lifetable import AgeGrid, life_tables
from weijian.kernel.quantities.published import within_rounding
from weijian.kernel.quantities.rounding import ratio
from weijian.world.age_sex import AGES, read_age_sex
from weijian.world.calibration import plan_before, read_calibration, year_plan
from weijian.world.draft import Draft, year_bounds
from weijian.world.frame import NONE
from weijian.world.movements import all_people
from weijian.world.sampling import seeded

CAL = read_calibration("330782", 2020, 1.0)
WORLD = CAL.values
FIGURES = {row["id"]: row for row in content.read_csv("figures/document_001.csv")}
CORE = {name for name, row in FIGURES.items() if row["expectation"] == "computed"}
#: Institutions that give first care, as ``visits.primary`` counts them.
PRIMARY = {"primary"}


def share(numerator: int, denominator: int, per: int) -> Any:
    value = ratio(numerator, denominator, per)
    assert value is not None
    return value


def primary_visits() -> int:
    rows = content.read_csv("institutions/cn_330782_2020.csv")
    return sum(int(row["visits_2020"]) for row in rows if row["category"] in PRIMARY)


@pytest.fixture(scope="module")
def people() -> Draft:
    """Everybody of the district at scale 1, without names and homes."""
    return all_people(
        seeded(2017, 2020, "people"), year_plan(CAL, 2020), plan_before(CAL, 2020), read_age_sex("330782", 2020)
    )


def completed_years(birth: np.ndarray, day: np.ndarray) -> np.ndarray:
    born, on = birth.astype("datetime64[D]"), day.astype("datetime64[D]")
    years = on.astype("datetime64[Y]").astype(int) - born.astype("datetime64[Y]").astype(int)
    birthday = (born - born.astype("datetime64[Y]")).astype(int)
    reached = (on - on.astype("datetime64[Y]")).astype(int) >= birthday
    return np.clip(np.where(reached, years, years - 1), 0, AGES - 1)


def expectancy(people: Draft, basis: str) -> Decimal:
    """Abridged life table of 2019: deaths by age over the average population in the shape of the year's end."""
    first, last = year_bounds(2019)
    begin, end = (
        (people.registered_from, people.registered_to)
        if basis == "registered"
        else (people.spell_from, people.spell_to)
    )
    dead = np.flatnonzero((people.died_on >= first) & (people.died_on <= last) & (begin != NONE))
    standing = np.flatnonzero((begin != NONE) & (begin <= last) & ((end == NONE) | (end > last)))
    died = np.bincount(completed_years(people.birth[dead], people.died_on[dead]), minlength=AGES)
    alive = np.bincount(completed_years(people.birth[standing], np.full(standing.size, last)), minlength=AGES)
    living = alive * (WORLD["population"][basis]["average_2019"] / alive.sum())
    grid = AgeGrid.abridged(85)
    bands = list(pairwise([*grid.lows, AGES]))
    table = life_tables(
        grid,
        np.array([living[low:high].sum() for low, high in bands]),
        np.array([died[low:high].sum() for low, high in bands], dtype=float),
    )
    return Decimal(str(round(float(table.ex[0, 0]), 8)))


COUNTED: dict[str, Any] = {
    "yw20-primary-visit-rate": share(primary_visits(), WORLD["visits"]["total"], 100),
    "yw19-cdr": share(WORLD["deaths"]["registered_2019"], WORLD["population"]["registered"]["average_2019"], 1000),
    "yw20-fd-teams": WORLD["contracts"]["teams"],
    "yw20-fd-coverage": share(WORLD["contracts"]["in_force"], WORLD["population"]["service"]["year_end_2020"], 100),
    "yw20-fd-key": share(WORLD["contracts"]["key_in_force"], WORLD["contracts"]["key_population"], 100),
    "yw20-births-hukou": WORLD["births"]["registered"],
}


def test_every_core_figure_is_looked_at() -> None:
    assert {*COUNTED, "yw19-le"} == CORE


@pytest.mark.parametrize("figure", sorted(COUNTED))
def test_calibration_prints_as_published(figure: str) -> None:
    row = FIGURES[figure]
    if row["comparator"] == ">=":
        assert COUNTED[figure] >= Decimal(row["value"])
    else:
        assert within_rounding(COUNTED[figure], Decimal(row["value"]), Decimal(row["half_unit"]))


@pytest.mark.parametrize("basis", ["registered", "resident"])
def test_life_expectancy_prints_as_published_on_either_basis(people: Draft, basis: str) -> None:
    row = FIGURES["yw19-le"]
    assert within_rounding(expectancy(people, basis), Decimal(row["value"]), Decimal(row["half_unit"]))


def test_parts_sum_to_their_whole() -> None:
    births, contracts = WORLD["births"], WORLD["contracts"]
    for basis in ("registered", "resident"):
        assert sum(births["monthly"][f"{basis}_2020"]) == births[basis]
        assert sum(births["monthly"][f"{basis}_2019"]) == births[f"{basis}_2019"]
    first = contracts["key_first"].values()
    assert sum(group["persons"] for group in first) == contracts["key_population"]
    assert sum(group["contracted"] for group in first) == contracts["key_in_force"]
    assert sum(contracts["teams_by_street"].values()) == contracts["teams"]
