"""People while they are being drawn: the columns that later steps fill in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from weijian.world.frame import NONE, day_number

Days = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass
class Draft:
    """Columns of equal length; ``registered`` and ``service`` say on which bases the person stands beside residence.

    ``born_here`` marks births that the district counts: a birth record of a resident exists.
    """

    male: Flags
    birth: Days
    registered: Flags
    service: Flags
    spell_from: Days
    spell_to: Days
    registered_from: Days
    registered_to: Days
    died_on: Days
    born_here: Flags

    @property
    def size(self) -> int:
        """Number of persons."""
        return int(self.male.size)


def draft(male: Flags, birth: Days, registered: Flags, service: Flags) -> Draft:
    """Persons without any date yet."""
    size = male.size
    return Draft(
        male=male,
        birth=birth.astype(np.int32),
        registered=registered,
        service=service,
        spell_from=empty(size),
        spell_to=empty(size),
        registered_from=empty(size),
        registered_to=empty(size),
        died_on=empty(size),
        born_here=np.zeros(size, dtype=bool),
    )


def empty(size: int) -> Days:
    """A column without dates."""
    return np.full(size, NONE, dtype=np.int32)


def join(parts: Sequence[Draft]) -> Draft:
    """One draft from several, in order."""
    return Draft(*(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(Draft)))


def year_bounds(year: int) -> tuple[int, int]:
    """First and last day of a calendar year as day numbers."""
    return day_number(date(year, 1, 1)), day_number(date(year, 12, 31))


def birth_days(rng: np.random.Generator, ages: NDArray[np.int64], year: int) -> Days:
    """A birth date for each completed age at the end of ``year``; the open group 100 spreads to 104."""
    at = ages + np.where(ages >= 100, rng.integers(0, 5, ages.size), 0)
    bounds = [year_bounds(year - age) for age in range(105)]
    first = np.array([start for start, _end in bounds])
    length = np.array([end - start + 1 for start, end in bounds])
    return (first[at] + np.floor(rng.random(ages.size) * length[at])).astype(np.int32)
