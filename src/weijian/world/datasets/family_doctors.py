"""Family-doctor teams and the contracts that they sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.world.datasets.draws import month_draw
from weijian.world.datasets.managed_people import Managed
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, day_number, stream, text_codes, whole
from weijian.world.identity import numbered
from weijian.world.sampling import pick

Index = NDArray[np.int64]


def teams(world: DistrictYear) -> tuple[list[Stream], dict[int, list[str]]]:
    """Family-doctor teams (which do not scale) and their numbers by street."""
    rng = world.rng("teams")
    by_street = world.cal.at("contracts.teams_by_street")
    streams, numbers = [], {}
    for at, street in enumerate(world.district.streets):
        count = int(by_street.get(street, 0))
        villages = np.flatnonzero(world.district.street_of_village == at)
        centre = world.district.centre_of_street(at).code
        numbers[at] = [f"TD{street[-6:]}{serial:03d}" for serial in range(1, count + 1)]
        if not count:
            continue
        served = villages[np.arange(count) % villages.size]
        formed = np.sort(rng.integers(day_number(date(2016, 7, 1)), day_number(date(world.year, 6, 30)), count)).astype(
            np.int32
        )
        columns = {
            "team_no": pa.array(numbers[at]),
            "team_name": pa.array([f"{serial}号家庭医生团队" for serial in range(1, count + 1)]),
            "place": pa.array([centre] * count),
            "village": text_codes(world.district.villages, served),
            "members": whole(np.maximum(3, rng.poisson(world.cal.at("contracts.members_mean"), count))),
            "formed_on": dates(formed),
            "dissolved_on": dates(np.full(count, NONE)),
        }
        streams.append(stream("primary_care.team", centre, world.year, columns, formed, yearly=True))
    return streams, numbers


def contracts(world: DistrictYear, managed: Managed, teams_by_street: dict[int, list[str]]) -> Iterator[Stream]:
    """Contracts signed in the year: those in force at its end, and those ended before."""
    rng, cal, people = world.rng("contracts"), world.cal, world.people
    last = world.bounds()[1]
    in_force = np.flatnonzero(managed.contracted)
    ended = pick(rng, np.flatnonzero(~managed.contracted), cal.scaled("contracts.ended_in_year"))
    rows = np.concatenate([in_force, ended])
    index = managed.holders[rows]
    signed = month_draw(rng, world.year, cal.at("contracts.sign_month_weights"), index.size)
    signed = np.maximum(signed, np.minimum(people.service_from[index], last)).astype(np.int32)
    over = np.where(
        np.arange(rows.size) < in_force.size, NONE, signed + np.floor(rng.random(rows.size) * (last - signed + 1))
    )
    street = world.street(index)
    for number, code in enumerate(world.district.streets):
        at = np.flatnonzero(street == number)
        if at.size == 0:
            continue
        centre = world.district.centre_of_street(number).code
        who = index[at]
        names = teams_by_street[number] or [f"TD{code[-6:]}000"]
        columns = {
            "contract_no": numbered(f"QY{code[-6:]}", rng.permutation(at.size) + 1, 7),
            **people.columns("person", who),
            "place": pa.array([centre], pa.string()).take(pa.array(np.zeros(at.size, dtype=np.int64))),
            "village": text_codes(world.district.villages, people.village[who]),
            "team_no": text_codes(names, people.village[who].astype(np.int64) % len(names)),
            "signed_on": dates(signed[at]),
            "valid_to": dates(signed[at] + 365),
            "ended_on": dates(over[at].astype(np.int32)),
            "key_groups": managed.group_codes(rows[at]),
        }
        yield stream("primary_care.contract", centre, world.year, columns, signed[at], who)
