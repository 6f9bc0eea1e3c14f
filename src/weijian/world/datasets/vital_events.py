"""Births reported by midwifery institutions and street offices, deaths with their underlying cause."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weijian import content
from weijian.world.codes import by_slug
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, flags, nothing, stream, text_codes, whole
from weijian.world.identity import numbered
from weijian.world.sampling import StratifiedChoice, apportion, choose, pick

CAUSE_BANDS = ("0", "1_4", "5_14", "15_29", "30_44", "45_59", "60_74", "75_up")
CAUSE_STARTS = (1, 5, 15, 30, 45, 60, 75)


def births(world: DistrictYear, year: int) -> Iterator[Stream]:
    """All births of a year that concern the district: of residents anywhere, of others in its institutions."""
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
    start = 0
    maternity = [item for item in world.district.institutions if item.births > 0]
    for item, count in zip(maternity, apportion([item.births for item in maternity], here.size), strict=True):
        chosen = np.sort(position[start : start + count])
        start += count
        yield _birth_stream(world, item.code, item.code, year, facts, chosen)
    offices = {office.street: office.code for office in world.district.by_role("population_office")}
    street = world.street(local)
    for number, code in enumerate(world.district.streets):
        chosen = np.flatnonzero(away & (street == number))
        if chosen.size:
            yield _birth_stream(world, offices[code], None, year, facts, chosen)


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


def _birth_stream(
    world: DistrictYear,
    submitter: str,
    place: str | None,
    year: int,
    facts: dict[str, NDArray[np.generic]],
    rows: NDArray[np.int64],
) -> Stream:
    people = world.people
    index = facts["index"][rows].astype(np.int64)
    born = people.birth[index]
    certificate = numbered("Q44", facts["number"][rows].astype(np.int64), 7)
    child = people.columns("child", index)
    numberless, only = facts["numberless"][rows].astype(bool), facts["certificate_only"][rows].astype(bool)
    child["child_id_no"] = pc.if_else(
        pa.array(numberless), pc.if_else(pa.array(only), certificate, ""), child["child_id_no"]
    )
    kinds = np.where(numberless, np.where(only, 4, 5), people.id_type[index])
    child["child_id_type"] = text_codes(people.id_types, kinds)
    child["child_name"] = pc.if_else(pa.array(facts["nameless"][rows].astype(bool)), "", child["child_name"])
    village = people.village[index]
    columns = {
        "certificate_no": certificate,
        **child,
        "place": nothing(rows.size) if place is None else pa.array([place] * rows.size, pa.string()),
        "born_on": dates(born),
        "residence": text_codes(world.district.villages, village),
        "registered_household": flags(facts["registered"][rows]),
        "resident": flags(facts["resident"][rows]),
        "policy_compliant": flags(facts["policy"][rows]),
        "mother_age": whole(facts["mother"][rows]),
        "birth_weight": whole(facts["weight"][rows]),
        "gestation_weeks": whole(facts["weeks"][rows]),
        "birth_order": whole(facts["order"][rows]),
    }
    return stream("vital_events.birth", submitter, year, columns, born, index)


def deaths(world: DistrictYear, year: int) -> Iterator[Stream]:
    """All deaths of a year in the district: hospitals report theirs, community centres those at home."""
    people, rng, cal = world.people, world.rng("deaths", year), world.cal
    first, last = world.bounds(year)
    index = np.flatnonzero((people.died_on >= first) & (people.died_on <= last))
    died = people.died_on[index]
    if year == world.year:
        index, died = _with_visitors(world, rng, index, died, first, last)
    names, weights = cal.weights("deaths.place_weights")
    place = choose(rng, weights, index.size)
    place[people.village[index] < 0] = names.index("hospital")
    codes = by_slug("death_place")
    maternal = _maternal(world, rng, index, died, year)
    table = content.read_csv(cal.at("meta.death_causes"))
    causes, cause = _causes(rng, table, people.male[index], people.age_on(index, died), maternal)
    number = rng.permutation(index.size * 5)[: index.size] + 1
    reporter = _reporters(world, rng, index, np.array(names)[place] == "hospital")
    for at, item in enumerate(world.district.institutions):
        rows = np.flatnonzero(reporter == at)
        if rows.size == 0:
            continue
        who = index[rows]
        columns = {
            "certificate_no": numbered(f"SW{year}", number[rows], 7),
            **people.columns("deceased", who),
            "place": pa.array([item.code] * rows.size, pa.string()),
            "died_on": dates(died[rows]),
            "born_on": dates(people.birth[who]),
            "residence": text_codes(world.district.villages, people.village[who]),
            "registered_household": flags(people.registered_to[who] != NONE),
            "resident": flags(people.village[who] >= 0),
            "cause": text_codes(causes, cause[rows]),
            "death_place": text_codes([codes[name] for name in names], place[rows]),
            "maternal": flags(maternal[rows]),
        }
        yield stream("vital_events.death", item.code, year, columns, died[rows], who)


def _with_visitors(
    world: DistrictYear,
    rng: np.random.Generator,
    index: NDArray[np.int64],
    died: NDArray[np.int32],
    first: int,
    last: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Add the deaths of persons who live elsewhere; mostly old ones."""
    people = world.people
    elsewhere = np.arange(world.locals, people.size)
    old = elsewhere[people.birth[elsewhere] < first - 50 * 365]
    chosen = pick(rng, old, world.cal.scaled("deaths.nonresident_in_district"))
    day = rng.integers(first, last + 1, chosen.size).astype(np.int32)
    people.died_on[chosen] = day
    return np.concatenate([index, chosen]), np.concatenate([died, day])


def _maternal(
    world: DistrictYear, rng: np.random.Generator, index: NDArray[np.int64], died: NDArray[np.int32], year: int
) -> NDArray[np.bool_]:
    """Maternal deaths: as many as the calibration states, among women of childbearing age not registered here."""
    people = world.people
    age = people.age_on(index, died)
    fits = (
        ~people.male[index]
        & (age >= 20)
        & (age <= 42)
        & (people.registered_to[index] == NONE)
        & (people.village[index] >= 0)
    )
    result = np.zeros(index.size, dtype=bool)
    wanted = world.cal.scaled(f"child_deaths.other_maternal_{year}") if year == world.year else 0
    result[pick(rng, np.flatnonzero(fits), wanted)] = True
    return result


def _causes(
    rng: np.random.Generator,
    rows: list[dict[str, str]],
    male: NDArray[np.bool_],
    age: NDArray[np.int64],
    maternal: NDArray[np.bool_],
) -> tuple[list[str], NDArray[np.int64]]:
    table = np.array([[float(row[f"{sex}_{band}"]) for row in rows] for sex in "mf" for band in CAUSE_BANDS])
    stratum = np.where(male, 0, len(CAUSE_BANDS)) + np.searchsorted(CAUSE_STARTS, age, side="right")
    codes = [row["icd10"] for row in rows] + ["O72"]
    drawn = StratifiedChoice(table).draw(rng, stratum)
    return codes, np.where(maternal, len(rows), drawn)


def _reporters(
    world: DistrictYear, rng: np.random.Generator, index: NDArray[np.int64], in_hospital: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Position of the institution that fills each certificate."""
    district = world.district
    position = {item.code: at for at, item in enumerate(district.institutions)}
    hospitals = [item for item in district.institutions if item.discharges > 0]
    reporter = np.empty(index.size, dtype=np.int64)
    rows = np.flatnonzero(in_hospital)
    chosen = choose(rng, [item.discharges for item in hospitals], rows.size)
    reporter[rows] = np.array([position[item.code] for item in hospitals])[chosen]
    centres = np.array([position[district.centre_of_street(s).code] for s in range(len(district.streets))])
    rest = np.flatnonzero(~in_hospital)
    reporter[rest] = centres[np.maximum(world.street(index[rest]), 0)]
    return reporter
