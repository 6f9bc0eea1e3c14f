"""People whom a registrar cannot tell apart: namesakes without a card, a relative's card, a number of two persons.

They are matters for a desk and do not scale: a district has a handful of open ones at any time, whatever its size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weijian.kernel.identifiers.resident_id import check_character
from weijian.world.frame import NONE
from weijian.world.identity import sequence_within
from weijian.world.people import People
from weijian.world.sampling import pick, seeded

#: Nobody at encounters (``People.shown``): the person has no card to show.
CARDLESS = -1
#: Ages of those who are mistaken: old enough to come alone.
AGES = (18 * 365, 80 * 365)


@dataclass(frozen=True)
class Confusion:
    """One mistaken identity, for the truth: whose records it concerns, with whom they can be mixed up, and how."""

    kind: str
    subject: int
    other: int | None


def confuse(seed: int, people: People, first: int, plan: Mapping[str, int]) -> tuple[People, list[Confusion]]:
    """The people with the mistaken identities of ``plan`` (kind → number), and what they are.

    ``first`` is a day before the years that are told; only persons who were here from then on are mistaken, and only the
    half that seeks care more often, so that the mistakes show. Names and the numbers shown at encounters change,
    nothing else: no count of a register moves.
    """
    rng = seeded(seed, "confusions")
    free = _candidates(people, first)
    shown, names = people.shown.copy(), _Changes()
    numbers: list[str] = []
    found: list[Confusion] = []

    pairs = _pairs(rng, people, free, plan.get("namesakes", 0))
    for one, other in pairs:
        names.put(other, people.name[one].as_py())
        shown[other] = CARDLESS
        found.append(Confusion("namesake", other, one))
    free = np.setdiff1d(free, np.array(pairs, dtype=np.int64).ravel())

    draw = _Strangers(rng, people, free)
    for one, other in draw.pairs(plan.get("borrowed_cards", 0)):
        shown[one] = other
        found.append(Confusion("borrowed_card", one, other))
    for one, other in draw.pairs(plan.get("shared_numbers", 0)):
        shown[one] = shown[other] = people.size + len(numbers)
        numbers.append(_nobody(people.id_text[one].as_py()))
        found += [Confusion("shared_number", one, other), Confusion("shared_number", other, one)]
    for one in draw.single(plan.get("short_numbers", 0), lambda at: 1900 <= _year(people, at) < 2000):
        shown[one] = people.size + len(numbers)
        own = people.id_text[one].as_py()
        numbers.append(own[:6] + own[8:17])
        found.append(Confusion("short_number", one, None))
    text = pa.concat_arrays([people.id_text, pa.array(numbers, pa.string())])
    return replace(people, shown=shown, name=names.applied(people.name), id_text=text), found


class _Changes:
    """New values for a few places of a long column."""

    def __init__(self) -> None:
        self._values: dict[int, str] = {}

    def put(self, at: int, value: str) -> None:
        self._values[at] = value

    def applied(self, column: pa.Array) -> pa.Array:
        mask = np.zeros(len(column), dtype=bool)
        mask[list(self._values)] = True
        values = [self._values[at] for at in sorted(self._values)]
        return pc.replace_with_mask(column, pa.array(mask), pa.array(values, pa.string()))


class _Strangers:
    """Draws persons, and pairs of one village with names that share neither family name nor last character."""

    def __init__(self, rng: np.random.Generator, people: People, free: NDArray[np.int64]) -> None:
        self._people = people
        self._left = rng.permutation(free).tolist()

    def pairs(self, count: int) -> list[tuple[int, int]]:
        result: list[tuple[int, int]] = []
        while len(result) < count and (one := self._take(lambda _at: True)) is not None:
            other = self._take(partial(self._strange, one))
            if other is not None:
                result.append((one, other))
        return result

    def single(self, count: int, fits: Callable[[int], bool]) -> list[int]:
        drawn = (self._take(fits) for _ in range(count))
        return [at for at in drawn if at is not None]

    def _take(self, fits: Callable[[int], bool]) -> int | None:
        for place, at in enumerate(self._left):
            if fits(at):
                return int(self._left.pop(place))
        return None

    def _strange(self, one: int, other: int) -> bool:
        mine, theirs = self._people.name[one].as_py(), self._people.name[other].as_py()
        near = self._people.village[one] == self._people.village[other]
        return bool(near) and mine[0] != theirs[0] and mine[-1] != theirs[-1]


def _candidates(people: People, first: int) -> NDArray[np.int64]:
    """Adults with an 18-digit number who were here all the time and come more often than half of all."""
    age = first - people.birth
    number = np.asarray(pc.equal(pc.utf8_length(people.id_text), 18).to_numpy(zero_copy_only=False), dtype=bool)
    fits = (people.village >= 0) & (people.resident_from != NONE) & (people.resident_from <= first)
    fits &= (people.resident_to == NONE) & (people.died_on == NONE) & (people.id_type == 0) & number
    rows = np.flatnonzero(fits & (age >= AGES[0]) & (age <= AGES[1]))
    return rows[people.frailty[rows] >= np.median(people.frailty[rows])] if rows.size else rows


def _pairs(rng: np.random.Generator, people: People, free: NDArray[np.int64], count: int) -> list[tuple[int, int]]:
    """Pairs of persons of one sex and date of birth, nobody in two of them."""
    key = people.birth[free].astype(np.int64) * 2 + people.male[free]
    order = np.argsort(key, kind="stable")
    ordered, place = key[order], sequence_within(key[order])
    starts = np.flatnonzero((place[:-1] % 2 == 0) & (ordered[1:] == ordered[:-1])) if free.size else free
    chosen = pick(rng, starts, count)
    return [(int(free[order[at]]), int(free[order[at + 1]])) for at in chosen.tolist()]


def _nobody(number: str) -> str:
    """A number that passes its check and is nobody's: the order number of its area and day was never given out."""
    first = number[:14] + str(998 + (int(number[16]) % 2))
    return first + check_character(first)


def _year(people: People, at: int) -> int:
    return int(people.birth[at].astype("datetime64[D]").astype("datetime64[Y]").astype(int)) + 1970
