"""The births of a year before anybody reports them: who was born where, of which mother."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weijian.world.datasets.mothers import draw_mothers
from weijian.world.district_year import DistrictYear
from weijian.world.sampling import apportion, choose, pick


@dataclass(frozen=True)
class Births:
    """All births of a year that concern the district; ``facts`` are columns, residents' births first.

    ``at`` names the rows of each maternity institution by its code, ``elsewhere`` those of each street (by number) whose
    residents were born outside the district and are reported by the street's population office.
    """

    facts: dict[str, NDArray[np.generic]]
    at: dict[str, NDArray[np.int64]]
    elsewhere: dict[int, NDArray[np.int64]]


@dataclass(frozen=True)
class Deliveries:
    """Births of one institution from the mother's side: who she is and the day of birth."""

    mother: NDArray[np.int64]
    born: NDArray[np.int32]

    @property
    def size(self) -> int:
        """Number of deliveries."""
        return int(self.mother.size)

    def first(self, size: int) -> Deliveries:
        """At most ``size`` of them: in a very small world a ward may have fewer patients than the year has births."""
        return Deliveries(self.mother[:size], self.born[:size])


NO_DELIVERIES = Deliveries(np.zeros(0, np.int64), np.zeros(0, np.int32))


def births_of(world: DistrictYear, year: int) -> Births:
    """The births of a year; drawn once."""
    return world.once(("births", year), lambda: _births(world, year))


def deliveries(world: DistrictYear, year: int) -> dict[str, Deliveries]:
    """The deliveries of each maternity institution, by its code; a second twin would count as another mother's."""
    drawn = births_of(world, year)
    index = drawn.facts["index"].astype(np.int64)
    mother = draw_mothers(world, world.rng("mothers", year), index, drawn.facts["mother"].astype(np.int64))
    return {code: Deliveries(mother[rows], world.people.birth[index[rows]]) for code, rows in drawn.at.items()}


def _births(world: DistrictYear, year: int) -> Births:
    people, rng, cal = world.people, world.rng("births", year), world.cal
    first, last = world.bounds(year)
    local = np.flatnonzero(people.born_here & (people.birth >= first) & (people.birth <= last))
    registered = people.registered_from[local] == people.birth[local]
    share = cal.at("births.resident_elsewhere") / cal.at("births.resident")
    share_registered = cal.at("births.registered_elsewhere") / cal.at("births.registered")
    away_registered = _some(rng, np.flatnonzero(registered), share_registered)
    away_other = _some(
        rng,
        np.flatnonzero(~registered),
        (share * local.size - away_registered.size) / max(1, int((~registered).sum())),
    )
    away = np.zeros(local.size, dtype=bool)
    away[away_registered] = away[away_other] = True
    policy = _policy(world, rng, registered, year)
    visitors = world.visiting_newborns[year]
    here = np.concatenate([local[~away], visitors])
    order = rng.permutation(here.size)
    facts = _facts(world, rng, np.concatenate([local, visitors]), registered, policy)
    position = np.concatenate([np.flatnonzero(~away), local.size + np.arange(visitors.size)])[order]
    start, at = 0, {}
    maternity = [item for item in world.district.institutions if item.births > 0]
    for item, count in zip(maternity, apportion([item.births for item in maternity], here.size), strict=True):
        at[item.code] = np.sort(position[start : start + count])
        start += count
    street = world.street(local)
    elsewhere = {number: np.flatnonzero(away & (street == number)) for number in range(len(world.district.streets))}
    return Births(facts, at, elsewhere)


def _some(rng: np.random.Generator, rows: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    return pick(rng, rows, round(rows.size * share))


def _policy(
    world: DistrictYear, rng: np.random.Generator, registered: NDArray[np.bool_], year: int
) -> NDArray[np.bool_]:
    """Births within policy: exact among the registered and among all residents."""
    suffix = "" if year == world.year else f"_{year}"
    inside = np.zeros(registered.size, dtype=bool)
    own = world.cal.scaled(f"births.registered{suffix}_policy_compliant")
    total = world.cal.scaled(f"births.resident{suffix}_policy_compliant")
    inside[pick(rng, np.flatnonzero(registered), own)] = True
    inside[pick(rng, np.flatnonzero(~registered), max(0, total - own))] = True
    return inside


def _facts(
    world: DistrictYear,
    rng: np.random.Generator,
    index: NDArray[np.int64],
    registered: NDArray[np.bool_],
    policy: NDArray[np.bool_],
) -> dict[str, NDArray[np.generic]]:
    """What a birth record says, for residents first and visitors after them."""
    traits = world.cal.at("births.attributes")
    size, residents = index.size, registered.size
    other = np.zeros(size - residents, dtype=bool)
    low = rng.random(size) < traits["low_weight_share"]
    early = rng.random(size) < np.where(low, 0.55, (traits["preterm_share"] - 0.55 * traits["low_weight_share"]) / 0.94)
    weight = np.where(low, 2480 - rng.gamma(1.6, 220, size), np.clip(rng.normal(3240, 370, size), 2500, 4900))
    order = choose(rng, [traits["first_share"], traits["second_share"], traits["third_or_later_share"]], size) + 1
    mother = np.clip(
        np.rint(rng.normal(traits["mother_age_mean"] + (order - 1.6) * 2.2, traits["mother_age_sd"])), 15, 52
    )
    number = rng.permutation(size * 7)[:size] + 1
    nameless = rng.random(size) < traits["unnamed_share"]
    return {
        "index": index,
        "registered": np.concatenate([registered, other]),
        "resident": np.arange(size) < residents,
        "policy": np.concatenate([policy, rng.random(size - residents) < 0.97]),
        "weight": np.maximum(np.rint(weight / 10) * 10, 450).astype(np.int64),
        "weeks": np.where(early, 36 - rng.poisson(1.4, size).clip(0, 12), rng.integers(37, 42, size)),
        "order": order,
        "mother": mother.astype(np.int64),
        "number": number,
        "nameless": nameless,
        "numberless": rng.random(size) < traits["without_number_share"],
        # Without name and number a child is known by its certificate alone.
        "certificate_only": nameless | (rng.random(size) < 0.5),
    }
