"""Chooses a mother for each birth: a woman of the age that the birth record states, who lives where the child does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE

#: Days of a year, with which ages are turned into windows of birth dates.
YEAR = 365.2425
#: Larger than any span of birth dates, so that one number holds a place and a date.
_SPAN = 1_000_000
#: How often a woman who was chosen twice is put back.
_ATTEMPTS = 6


@dataclass(frozen=True)
class _Women:
    """Women by place and date of birth: their positions and the sorted keys that find them."""

    index: NDArray[np.int64]
    keys: NDArray[np.int64]


def draw_mothers(
    world: DistrictYear, rng: np.random.Generator, child: NDArray[np.int64], age: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The mother's position for each child, of completed ``age`` on its day of birth.

    She lives in the child's street, or from elsewhere where the child does; where no such woman is of that age, somewhere
    in the district; where none is at all, the nearest in age. The same woman is taken twice only in a very small world.
    """
    people = world.people
    place = np.where(people.village[child] < 0, -1, world.street(child)) + 1
    first = people.birth[child] - np.floor((age + 1) * YEAR).astype(np.int64) + 2
    last = people.birth[child] - np.ceil(age * YEAR).astype(np.int64) - 1
    women = _women(world, child)
    by_street, anywhere = _ordered(world, women, True), _ordered(world, women, False)
    mother = np.full(child.size, -1, dtype=np.int64)
    open_rows = np.arange(child.size)
    for _attempt in range(_ATTEMPTS):
        mother[open_rows] = _pick(rng, by_street, place[open_rows], first[open_rows], last[open_rows])
        lacking = np.flatnonzero(mother < 0)
        district = np.where(place[lacking] == 0, 0, 1)
        mother[lacking] = _pick(rng, anywhere, district, first[lacking], last[lacking], nearest=True)
        _values, firsts = np.unique(mother, return_index=True)
        open_rows = np.setdiff1d(np.arange(child.size), firsts)
        if open_rows.size == 0:
            break
    return mother


def _women(world: DistrictYear, child: NDArray[np.int64]) -> NDArray[np.int64]:
    """Women who were here, or from elsewhere, all through the time of these births."""
    people = world.people
    born = people.birth[child]
    first, last = (int(born.min()), int(born.max())) if born.size else (0, 0)
    rows = np.flatnonzero(~people.male & (people.died_on == NONE))
    elsewhere = rows >= world.locals
    settled = (people.resident_from[rows] <= first) & (
        (people.resident_to[rows] == NONE) | (people.resident_to[rows] > last + 30)
    )
    return rows[elsewhere | settled]


def _ordered(world: DistrictYear, women: NDArray[np.int64], by_street: bool) -> _Women:
    people = world.people
    place = np.where(people.village[women] < 0, -1, world.street(women) if by_street else 0) + 1
    keys = place.astype(np.int64) * _SPAN + people.birth[women] + _SPAN // 2
    order = np.argsort(keys, kind="stable")
    return _Women(women[order], keys[order])


def _pick(
    rng: np.random.Generator,
    women: _Women,
    place: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    *,
    nearest: bool = False,
) -> NDArray[np.int64]:
    """A woman of the place born from ``first`` to ``last``; −1 where there is none, or the nearest in the order."""
    base = place * _SPAN + _SPAN // 2
    low = np.searchsorted(women.keys, base + first, side="left")
    high = np.searchsorted(women.keys, base + last, side="right")
    at = low + np.floor(rng.random(place.size) * (high - low)).astype(np.int64)
    found = women.index[np.minimum(at, women.index.size - 1)]
    return found if nearest else np.where(high > low, found, -1)
