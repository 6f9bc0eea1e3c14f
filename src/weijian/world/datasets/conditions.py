"""Persons registered under management for a chronic or mental condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.world.codes import by_slug
from weijian.world.datasets.managed_people import Managed
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, flags, stream, text_codes
from weijian.world.identity import numbered
from weijian.world.sampling import pick

Index = NDArray[np.int64]
Days = NDArray[np.int32]
Flags = NDArray[np.bool_]

#: Key flag that stands for each condition, in the order of drawing; mental disorders last.
FLAG_OF = {
    "hypertension": "hypertension",
    "type2_diabetes": "diabetes",
    "tuberculosis": "tuberculosis",
    "mental_disorder": "mental",
}


@dataclass(frozen=True)
class _Cases:
    """Registrations as columns: condition (position in ``codes``), person, severe or not, closed in the year or not."""

    codes: list[str]
    kind: Index
    index: Index
    severe: Flags
    over: Flags


def conditions(world: DistrictYear, managed: Managed) -> Iterator[Stream]:
    """Registrations under management at year end, and mental disorders closed in the year."""
    rng, people = world.rng("conditions"), world.people
    cases = _cases(world, rng, managed)
    registered, updated = _days(world, rng, cases.index)
    ended = np.where(cases.over, updated, NONE).astype(np.int32)
    street = world.street(cases.index)
    for number, code in enumerate(world.district.streets):
        at = np.flatnonzero(street == number)
        if at.size == 0:
            continue
        centre = world.district.centre_of_street(number).code
        who = cases.index[at]
        columns = {
            "registration_no": numbered(f"MB{code[-6:]}", np.arange(1, at.size + 1), 6),
            **people.columns("person", who),
            "place": pa.array([centre] * at.size, pa.string()),
            "village": text_codes(world.district.villages, people.village[who]),
            "condition": text_codes(cases.codes, cases.kind[at]),
            "severe": flags(cases.severe[at]),
            "registered_on": dates(registered[at]),
            "closed_on": dates(ended[at]),
            "close_reason": text_codes(("3",), np.where(ended[at] == NONE, -1, 0)),
            "updated_on": dates(updated[at]),
        }
        yield stream("conditions.registration", centre, world.year, columns, updated[at], who, yearly=True)


def _cases(world: DistrictYear, rng: np.random.Generator, managed: Managed) -> _Cases:
    """Who is registered for what: exact totals; mental disorders in part severe, some of them closed in the year."""
    cal, codes = world.cal, by_slug("condition")
    listed = [codes[slug] for slug in FLAG_OF]
    kinds, persons = [], []
    for at, (slug, flag) in enumerate(FLAG_OF.items()):
        chosen = _registered_for(world, rng, managed, flag, cal.scaled(f"conditions.{slug}"))
        kinds.append(np.full(chosen.size, at))
        persons.append(chosen)
    mental = persons[-1]
    severe = pick(rng, np.arange(mental.size), cal.scaled("conditions.mental_disorder_severe"))
    spare = np.setdiff1d(managed.holders, mental)
    adults = spare[world.people.birth[spare] < world.bounds()[0] - 18 * 366]
    closed = pick(rng, adults, cal.scaled("conditions.mental_closed_in_year"))
    kinds.append(np.full(closed.size, len(listed) - 1))
    index = np.concatenate([*persons, closed])
    marked = np.zeros(index.size, dtype=bool)
    marked[index.size - closed.size - mental.size + severe] = True
    marked[index.size - closed.size :] = rng.random(closed.size) < 0.8
    over = np.arange(index.size) >= index.size - closed.size
    return _Cases(listed, np.concatenate(kinds), index, marked, over)


def _days(world: DistrictYear, rng: np.random.Generator, index: Index) -> tuple[Days, Days]:
    """Day of registration (for a share in the year itself) and of the last entry in the year."""
    first, last = world.bounds()
    new = rng.random(index.size) < float(world.cal.at("conditions.registered_in_year_share"))
    start = np.maximum(np.minimum(world.people.service_from[index], last - 30), first - 8 * 365)
    start = np.where(new, np.maximum(start, first), start)
    stop = np.where(new, last - 20, np.maximum(start, first - 1))
    registered = start + np.floor(rng.random(index.size) * np.maximum(1, stop - start + 1)).astype(np.int32)
    registered = np.minimum(registered, last - 20)
    entry = last - np.floor(rng.exponential(35.0, index.size)).astype(np.int32)
    updated = np.maximum(np.minimum(last, np.maximum(registered, entry)), first)
    return registered.astype(np.int32), updated.astype(np.int32)


def _registered_for(world: DistrictYear, rng: np.random.Generator, managed: Managed, flag: str, total: int) -> Index:
    """Record holders with the flag first, then others who fit, up to the total."""
    end = world.bounds()[1]
    bit = 1 << managed.slugs.index(flag)
    flagged = np.flatnonzero(managed.also & bit)
    chosen = pick(rng, flagged, total)
    if chosen.size < total:
        people = world.people
        age = people.age_on(managed.holders, end)
        sick = (
            getattr(people, flag)[managed.holders] if flag in ("hypertension", "diabetes") else np.ones(age.size, bool)
        )
        others = np.setdiff1d(np.flatnonzero(sick & (age >= 18)), chosen)
        chosen = np.concatenate([chosen, pick(rng, others, total - chosen.size)])
    return managed.holders[chosen]
