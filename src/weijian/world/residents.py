"""Completes the people: homes, spells, conditions, documents and names; and adds the patients from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weijian.world.draft import Draft, draft, join, year_bounds
from weijian.world.frame import NONE
from weijian.world.identity import number_digits, resident_numbers, sequence_within, text_of
from weijian.world.names import draw_names
from weijian.world.people import People
from weijian.world.sampling import choose, pick, seeded

# Share of persons with hypertension and with diabetes by age from 0 in steps of 10 (China 2012–2015 surveys).
HYPERTENSION = (0.0, 0.0, 0.02, 0.07, 0.17, 0.33, 0.47, 0.58, 0.62, 0.60)
DIABETES = (0.0, 0.0, 0.01, 0.03, 0.07, 0.13, 0.18, 0.20, 0.19, 0.17)


@dataclass(frozen=True)
class IdentityPlan:
    """Which documents people hold. Area prefixes are codes that GB/T 2260 has not given out.

    ``local`` is the prefix of the registered, ``elsewhere`` those of everybody else; shares are of all persons.
    """

    local: int
    elsewhere: tuple[int, ...]
    other_document_share: float
    first_generation_share: float


@dataclass(frozen=True)
class VillagePlan:
    """Relative size of every village for the registered and for the other residents."""

    registered: NDArray[np.float64]
    other: NDArray[np.float64]


def homes(seed: int, people: Draft, plan: VillagePlan) -> NDArray[np.int16]:
    """Village of each person."""
    rng = seeded(seed, "homes")
    village = np.empty(people.size, dtype=np.int16)
    for registered, weights in ((True, plan.registered), (False, plan.other)):
        rows = np.flatnonzero(people.registered == registered)
        village[rows] = choose(rng, weights, rows.size)
    return village


def outsiders(seed: int, size: int, year_end: int) -> Draft:
    """Patients from elsewhere: no spell of any kind, mostly adults, some small children and pregnant women."""
    rng = seeded(seed, "outsiders")
    ages = np.clip(np.where(rng.random(size) < 0.12, rng.random(size) * 6, rng.gamma(6.0, 6.5, size)), 0, 95)
    birth = (year_end - 366 - np.floor(ages * 365.2425)).astype(np.int32)
    never = np.zeros(size, dtype=bool)
    return draft(rng.random(size) < 0.47, birth, never, never)


@dataclass(frozen=True)
class ServicePlan:
    """First and last day of the year, and the service population at the end of the day before it."""

    first: int
    last: int
    at_start: int


def complete(
    seed: int, local: Draft, visitors: Draft, villages: VillagePlan, identity: IdentityPlan, service: ServicePlan
) -> People:
    """The people of the world, residents first (see :class:`People`)."""
    both = join([local, visitors])
    rng = seeded(seed, "conditions")
    village = np.concatenate([homes(seed, local, villages), np.full(visitors.size, -1, dtype=np.int16)])
    decade = np.clip((service.last - both.birth) // 3652, 0, 9).astype(np.int64)
    hypertension = rng.random(both.size) < np.array(HYPERTENSION)[decade]
    diabetes = rng.random(both.size) < np.array(DIABETES)[decade] * np.where(hypertension, 1.6, 0.8)
    frailty = rng.lognormal(0.0, 0.9, both.size)
    frailty *= np.where(hypertension | diabetes, 1.9, 1.0) * np.where(both.died_on != NONE, 1.5, 1.0)
    service_from = np.where(
        both.service, _service_start(rng, both, service.first, service.last, service.at_start), NONE
    ).astype(np.int32)
    id_type, id_text = documents(seed, both, identity)
    return People(
        male=both.male,
        birth=both.birth,
        village=village,
        resident_from=both.spell_from,
        resident_to=both.spell_to,
        registered_from=both.registered_from,
        registered_to=both.registered_to,
        service_from=service_from,
        service_to=np.where(both.service, both.spell_to, NONE).astype(np.int32),
        died_on=both.died_on,
        born_here=both.born_here,
        frailty=frailty.astype(np.float32),
        hypertension=hypertension,
        diabetes=diabetes,
        id_type=id_type,
        id_text=id_text,
        name=draw_names(seed, both.male, both.birth),
        shown=np.arange(both.size, dtype=np.int32),
    )


def _service_start(rng: np.random.Generator, both: Draft, first: int, last: int, at_start: int) -> NDArray[np.int32]:
    """The public-health service takes a person up some months after arrival, at birth for children born here.

    Exactly ``at_start`` persons are in it at the end of the day before ``first``, where so many stood then.
    """
    wait = np.where(both.spell_from == both.birth, 0, rng.integers(0, 150, both.size))
    end = np.where(both.spell_to == NONE, last, both.spell_to)
    start = np.minimum(both.spell_from + wait, end)
    here = both.service & (both.spell_from < first) & (end >= first)
    start = np.where(here, np.minimum(start, first - 1), start)
    standing = np.flatnonzero(here)
    surplus = pick(rng, standing, max(0, standing.size - at_start))
    start[surplus] = np.minimum(first + rng.integers(0, 180, surplus.size), end[surplus])
    return start.astype(np.int32)


def documents(seed: int, both: Draft, plan: IdentityPlan) -> tuple[NDArray[np.int8], pa.Array]:
    """Document type (position in ``People.id_types``) and number of each person."""
    rng = seeded(seed, "documents")
    foreign = ~both.registered
    areas = np.where(
        foreign, np.array(plan.elsewhere)[rng.integers(0, len(plan.elsewhere), both.size)], plan.local
    ).astype(np.int64)
    # Some of the unregistered were born into the local prefix and moved their household away; ids stay for life.
    key = (areas * 100_000 + (both.birth.astype(np.int64) + 60_000)) * 2 + both.male
    numbers = resident_numbers(areas, both.birth, both.male, sequence_within(key))
    kind = np.zeros(both.size, dtype=np.int8)
    draw = rng.random(both.size)
    kind[foreign & (draw < plan.other_document_share)] = 2
    kind[foreign & (draw < plan.other_document_share * 0.4)] = 1
    text = text_of(numbers)
    serial = np.arange(both.size, dtype=np.int64)
    replaced = {1: ("E", 8), 2: ("H", 8)}
    for code, (letter, width) in replaced.items():
        rows = kind == code
        if rows.any():
            head = np.full((int(rows.sum()), 1), ord(letter), dtype=np.uint8)
            digits = number_digits((serial[rows] * 7919 + 10_000_019) % 10**width, width)
            text = _overwrite(text, rows, text_of(np.concatenate([head, digits], axis=1)))
    old = (kind == 0) & (rng.random(both.size) < plan.first_generation_share) & (both.birth < 10_000)
    old &= both.birth >= -25_567  # the short form has no century: 1900 to 1999 only
    if old.any():
        short = np.concatenate([numbers[old][:, :6], numbers[old][:, 8:17]], axis=1)
        text = _overwrite(text, old, text_of(short))
    return kind, text


def _overwrite(text: pa.Array, rows: NDArray[np.bool_], values: pa.Array) -> pa.Array:
    return pc.replace_with_mask(text, pa.array(rows), values)


def visiting_newborns(seed: int, year: int, size: int) -> Draft:
    """Children of mothers from elsewhere who are born in the district's institutions."""
    rng = seeded(seed, "visiting newborns", year)
    first, last = year_bounds(year)
    birth = rng.integers(first, last + 1, size).astype(np.int32)
    never = np.zeros(size, dtype=bool)
    return draft(rng.random(size) < 0.53, birth, never, never)
