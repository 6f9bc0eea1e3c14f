"""People under the care of community centres: health records, key groups, family-doctor contracts, conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.world.codes import by_slug
from weijian.world.datasets.draws import month_draw
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, day_number, flags, stream, text_codes, whole
from weijian.world.identity import numbered
from weijian.world.sampling import apportion, pick

Index = NDArray[np.int64]
#: Health records began with the national public-health programme.
PROGRAMME_START = day_number(date(2009, 7, 1))


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


def records(world: DistrictYear, managed: Managed) -> Iterator[Stream]:
    """Health records by the centre of the street: open ones, and those closed by death or removal."""
    rng, cal, people = world.rng("records"), world.cal, world.people
    first, last = world.bounds()
    gone = np.flatnonzero((people.service_from != NONE) & (people.service_to != NONE) & (people.service_to >= first))
    gone = gone[gone < world.locals]
    closed = pick(rng, gone, cal.scaled("health_records.closed_records"))
    index = np.concatenate([managed.holders, closed])
    established = _established(world, rng, index, np.arange(index.size) >= managed.holders.size)
    ended = np.where(np.arange(index.size) < managed.holders.size, NONE, people.service_to[index]).astype(np.int32)
    established = np.where(ended == NONE, established, np.minimum(established, ended)).astype(np.int32)
    died = people.died_on[index] != NONE
    status = np.where(ended == NONE, 0, np.where(died, 1, 2))
    updated = _updated(rng, established, ended, first, last, float(cal.at("health_records.updated_in_year_share")))
    groups = pa.concat_arrays(
        [managed.group_codes(np.arange(managed.holders.size)), pa.array([""] * closed.size, pa.string())]
    )
    street = world.street(index)
    for number, code in enumerate(world.district.streets):
        rows = np.flatnonzero(street == number)
        centre = world.district.centre_of_street(number).code
        who = index[rows]
        columns = {
            "record_no": numbered(code, np.arange(1, rows.size + 1), 8),
            **people.columns("person", who),
            "place": pa.array([centre], pa.string()).take(pa.array(np.zeros(rows.size, dtype=np.int64))),
            "village": text_codes(world.district.villages, people.village[who]),
            "established_on": dates(established[rows]),
            "key_groups": groups.take(pa.array(rows)),
            "status": text_codes(("1", "2", "3"), status[rows]),
            "closed_on": dates(ended[rows]),
            "updated_on": dates(updated[rows]),
        }
        if rows.size:
            yield stream("health_records.record", centre, world.year, columns, updated[rows], who, yearly=True)


def _established(
    world: DistrictYear, rng: np.random.Generator, index: Index, closed: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Day on which each record was opened: in the year for as many as the two year-end counts leave room for.

    Persons who came under the service in the year have theirs from then; the others' spread back to the programme's
    beginning.
    """
    cal, (first, last) = world.cal, world.bounds()
    before = cal.scaled(f"health_records.records_year_end_{world.year - 1}") - int(closed.sum())
    start = np.maximum(world.people.service_from[index], PROGRAMME_START)
    fresh = (start >= first) & ~closed
    wanted = int((~closed).sum()) - before - int(fresh.sum())
    fresh[pick(rng, np.flatnonzero(~fresh & ~closed), max(0, wanted))] = True
    low = np.where(fresh, np.maximum(start, first), np.minimum(start, first - 1))
    high = np.where(fresh, last, first - 1)
    wait = np.floor(rng.exponential(420.0, index.size)).astype(np.int32)
    return (low + wait % np.maximum(1, high - low + 1)).astype(np.int32)


def _updated(
    rng: np.random.Generator,
    established: NDArray[np.int32],
    ended: NDArray[np.int32],
    first: int,
    last: int,
    share: float,
) -> NDArray[np.int32]:
    """Last dynamic entry: in the year for ``share`` of the open records, else on a day before it."""
    in_year = (rng.random(established.size) < share) | (established >= first)
    start = np.where(in_year, np.maximum(established, first), established)
    stop = np.where(in_year, last, first - 1)
    day = start + np.floor(rng.random(established.size) * (stop - start + 1)).astype(np.int32)
    return np.where(ended == NONE, day, np.maximum(ended, established)).astype(np.int32)


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


def conditions(world: DistrictYear, managed: Managed) -> Iterator[Stream]:
    """Registrations under management at year end, and mental disorders closed in the year."""
    rng, cal, people = world.rng("conditions"), world.cal, world.people
    first, last = world.bounds()
    codes = by_slug("condition")
    parts: list[tuple[str, Index, NDArray[np.bool_], NDArray[np.bool_]]] = []
    for slug, flag, total in (
        ("hypertension", "hypertension", cal.scaled("conditions.hypertension")),
        ("type2_diabetes", "diabetes", cal.scaled("conditions.type2_diabetes")),
        ("tuberculosis", "tuberculosis", cal.scaled("conditions.tuberculosis")),
        ("mental_disorder", "mental", cal.scaled("conditions.mental_disorder")),
    ):
        chosen = _registered_for(world, rng, managed, flag, total)
        severe = np.zeros(chosen.size, dtype=bool)
        if slug == "mental_disorder":
            severe[pick(rng, np.arange(chosen.size), cal.scaled("conditions.mental_disorder_severe"))] = True
        parts.append((codes[slug], chosen, severe, np.zeros(chosen.size, dtype=bool)))
    spare = np.setdiff1d(managed.holders, parts[-1][1])
    closed = pick(rng, spare[(people.birth[spare] < first - 18 * 366)], cal.scaled("conditions.mental_closed_in_year"))
    parts.append((codes["mental_disorder"], closed, rng.random(closed.size) < 0.8, np.ones(closed.size, dtype=bool)))
    names = sorted({code for code, *_rest in parts})
    kind = np.concatenate([np.full(chosen.size, names.index(code)) for code, chosen, *_rest in parts])
    index = np.concatenate([chosen for _code, chosen, *_rest in parts])
    severe = np.concatenate([part[2] for part in parts])
    over = np.concatenate([part[3] for part in parts])
    new = rng.random(index.size) < float(cal.at("conditions.registered_in_year_share"))
    start = np.maximum(np.minimum(people.service_from[index], last - 30), first - 8 * 365)
    start = np.where(new, np.maximum(start, first), start)
    stop = np.where(new, last - 20, np.maximum(start, first - 1))
    registered = (start + np.floor(rng.random(index.size) * np.maximum(1, stop - start + 1))).astype(np.int32)
    registered = np.minimum(registered, last - 20).astype(np.int32)
    updated = np.minimum(last, np.maximum(registered, last - np.floor(rng.exponential(35.0, index.size)))).astype(
        np.int32
    )
    updated = np.maximum(updated, first).astype(np.int32)
    ended = np.where(over, updated, NONE).astype(np.int32)
    street = world.street(index)
    for number, code in enumerate(world.district.streets):
        at = np.flatnonzero(street == number)
        if at.size == 0:
            continue
        centre = world.district.centre_of_street(number).code
        who = index[at]
        columns = {
            "registration_no": numbered(f"MB{code[-6:]}", np.arange(1, at.size + 1), 6),
            **people.columns("person", who),
            "place": pa.array([centre] * at.size, pa.string()),
            "village": text_codes(world.district.villages, people.village[who]),
            "condition": text_codes(names, kind[at]),
            "severe": flags(severe[at]),
            "registered_on": dates(registered[at]),
            "closed_on": dates(ended[at]),
            "close_reason": text_codes(("3",), np.where(ended[at] == NONE, -1, 0)),
            "updated_on": dates(updated[at]),
        }
        yield stream("conditions.registration", centre, world.year, columns, updated[at], who, yearly=True)


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
