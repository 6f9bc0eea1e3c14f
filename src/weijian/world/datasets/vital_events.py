"""Births reported by midwifery institutions and street offices, deaths with their underlying cause."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weijian import content
from weijian.world.codes import by_slug
from weijian.world.datasets.born import births_of
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, flags, nothing, stream, text_codes, whole
from weijian.world.identity import numbered
from weijian.world.sampling import StratifiedChoice, choose, pick

CAUSE_BANDS = ("0", "1_4", "5_14", "15_29", "30_44", "45_59", "60_74", "75_up")
CAUSE_STARTS = (1, 5, 15, 30, 45, 60, 75)


def births(world: DistrictYear, year: int) -> Iterator[Stream]:
    """All births of a year that concern the district: of residents anywhere, of others in its institutions."""
    drawn = births_of(world, year)
    for code, rows in drawn.at.items():
        yield _birth_stream(world, code, code, year, drawn.facts, rows)
    offices = {office.street: office.code for office in world.district.by_role("population_office")}
    for number, code in enumerate(world.district.streets):
        if drawn.elsewhere[number].size:
            yield _birth_stream(world, offices[code], None, year, drawn.facts, drawn.elsewhere[number])


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
