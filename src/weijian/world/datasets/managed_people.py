"""Who is under the care of the community centres: record holders, key population groups, and who is contracted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.world.codes import by_slug
from weijian.world.district_year import DistrictYear
from weijian.world.sampling import apportion, pick

Index = NDArray[np.int64]


@dataclass
class Managed:
    """Who holds a record, with which key flags, and who is contracted.

    ``first`` is the position of the first key flag in ``slugs`` (−1 none) and ``also`` a bit mask of all flags, both
    for each member of ``holders``; ``contracted`` marks members with a contract in force at year end.
    """

    slugs: tuple[str, ...]
    holders: Index
    first: NDArray[np.int8]
    also: NDArray[np.int32]
    contracted: NDArray[np.bool_]

    def group_codes(self, rows: Index) -> pa.Array:
        """The flags of holders as sorted codes joined by ``;``."""
        codes = by_slug("key_group")
        order = sorted(range(len(self.slugs)), key=lambda at: codes[self.slugs[at]])
        masks, place = np.unique(self.also[rows], return_inverse=True)
        texts = [";".join(codes[self.slugs[at]] for at in order if mask >> at & 1) for mask in masks.tolist()]
        return pa.array(texts, pa.string()).take(pa.array(place))


def manage(world: DistrictYear) -> Managed:
    """Choose record holders, key groups and contracts: exact totals, consistent with age, sex and conditions."""
    rng, cal, people = world.rng("managed"), world.cal, world.people
    end = world.bounds()[1]
    service = world.standing("service", end)
    age = people.age_on(service, end)
    cover = cal.at("health_records.coverage_by_age")
    chance = np.where(age < 7, cover["under_7"], np.where(age < 60, cover["from_7_to_59"], cover["from_60"]))
    holders = _weighted(rng, service, chance, cal.scaled("health_records.records"))
    groups = cal.at("contracts.key_first")
    slugs = tuple(groups)
    wanted = apportion([groups[slug]["persons"] for slug in slugs], cal.scaled("contracts.key_population"))
    signed = apportion([groups[slug]["contracted"] for slug in slugs], cal.scaled("contracts.key_in_force"))
    first = np.full(holders.size, -1, dtype=np.int8)
    contracted = np.zeros(holders.size, dtype=bool)
    for at, slug in enumerate(slugs):
        free = np.flatnonzero((first < 0) & _fits(world, slug, holders, end))
        chosen = pick(rng, free, int(wanted[at]))
        if chosen.size < wanted[at]:  # a small world may lack such people: fill up from anybody without a flag
            others = np.setdiff1d(np.flatnonzero(first < 0), chosen)
            chosen = np.concatenate([chosen, pick(rng, others, int(wanted[at]) - chosen.size)])
        first[chosen] = at
        contracted[pick(rng, chosen, int(signed[at]))] = True
    plain = np.flatnonzero(first < 0)
    contracted[pick(rng, plain, cal.scaled("contracts.in_force") - int(signed.sum()))] = True
    also = np.where(first >= 0, 1 << np.maximum(first, 0).astype(np.int32), 0).astype(np.int32)
    _further_flags(world, rng, slugs, first, also)
    return Managed(slugs, holders, first, also, contracted)


def _weighted(rng: np.random.Generator, candidates: Index, chance: NDArray[np.float64], size: int) -> Index:
    """Exactly ``size`` of the candidates, each with about its own chance."""
    size = min(size, candidates.size)
    # Odds against: the smallest keys are taken, so a person with chance 0.96 is nearly always among them.
    keys = rng.random(candidates.size) - chance
    return np.sort(candidates[np.argpartition(keys, size - 1)[:size]]) if size else candidates[:0]


def _fits(world: DistrictYear, slug: str, holders: Index, day: int) -> NDArray[np.bool_]:
    """Who may carry a key flag first."""
    people = world.people
    age = people.age_on(holders, day)
    male = people.male[holders]
    rules = {
        "child": age <= 6,
        "pregnant": ~male & (age >= 18) & (age <= 45),
        "elderly": age >= 65,
        "hypertension": people.hypertension[holders] & (age >= 35) & (age < 65),
        "diabetes": people.diabetes[holders] & (age >= 35) & (age < 65),
        "mental": (age >= 18) & (age < 65),
        "tuberculosis": (age >= 15) & (age < 65),
    }
    return rules.get(slug, (age >= 18) & (age < 65))


def _further_flags(
    world: DistrictYear,
    rng: np.random.Generator,
    slugs: tuple[str, ...],
    first: NDArray[np.int8],
    also: NDArray[np.int32],
) -> None:
    for name, chance in world.cal.at("contracts.key_also").items():
        if name == "source":
            continue
        slug, given = name.split("_given_")
        rows = first >= 0 if given == "any" else first == slugs.index(given)
        hit = np.flatnonzero(rows & (rng.random(first.size) < float(chance)))
        also[hit] |= 1 << slugs.index(slug)
