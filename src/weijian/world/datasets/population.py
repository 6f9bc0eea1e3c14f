"""The population register of the street offices, and the official population table of the statistics office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.world.age_sex import AGES
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, constant, dates, day_number, stream, text_codes, whole
from weijian.world.identity import numbered
from weijian.world.sampling import apportion, choose

BASES = ("registered", "resident", "service")
#: Household types of the unregistered: elsewhere in the city, in the province, in another province.
OTHER_HOUSEHOLDS = (("2", 0.22), ("3", 0.30), ("4", 0.48))


def registrations(world: DistrictYear) -> Iterator[Stream]:
    """One row per person who stood on a basis between the two year ends, from the office of the street."""
    people, rng = world.people, world.rng("registration")
    first, last = world.bounds()
    local = np.arange(world.locals)
    alive = (people.resident_to[local] == NONE) | (people.resident_to[local] >= first)
    local = local[alive]
    street = world.street(local)
    offices = {office.street: office.code for office in world.district.by_role("population_office")}
    for number, code in enumerate(world.district.streets):
        index = local[street == number]
        if index.size and code in offices:
            index = index[np.argsort(people.village[index], kind="stable")]
            yield _register(world, rng, offices[code], code, index, first, last)


def _register(
    world: DistrictYear,
    rng: np.random.Generator,
    office: str,
    street: str,
    index: NDArray[np.int64],
    first: int,
    last: int,
) -> Stream:
    people = world.people
    registered = people.registered_from[index] != NONE
    household = choose(rng, [share for _code, share in OTHER_HOUSEHOLDS], index.size) + 1
    household = np.where(
        registered, 0, np.where(people.id_type[index] == 1, 5, np.where(people.id_type[index] == 2, 4, household))
    )
    changed = np.maximum(people.resident_from[index], people.resident_to[index])
    routine = first + np.floor(rng.random(index.size) * (last - first + 1)).astype(np.int32)
    updated = np.clip(np.where((changed >= first) & (changed <= last), changed, routine), first, last).astype(np.int32)
    columns = {
        "registration_no": numbered(f"RK{street[-6:]}", np.arange(1, index.size + 1), 7),
        **people.columns("person", index),
        "village": text_codes(world.district.villages, people.village[index]),
        "household_type": text_codes(("1", "2", "3", "4", "5", "6"), household),
    }
    for basis in BASES:
        columns[f"{basis}_from"] = dates(getattr(people, f"{basis}_from")[index])
        columns[f"{basis}_to"] = dates(getattr(people, f"{basis}_to")[index])
    columns["updated_on"] = dates(updated)
    return stream("persons.registration", office, world.year, columns, updated, index, yearly=True)


def population_table(world: DistrictYear) -> Iterator[Stream]:
    """Official counts by basis, village, sex and single age at three year ends and the middle of the year."""
    office = world.district.office("statistics_office").code
    year = world.year
    yield _table(world, office, year, [date(year, 6, 30), date(year, 12, 31)])
    yield _table(world, office, year - 1, [date(year - 1, 12, 31)])
    yield _earlier_table(world, office)


def counts(world: DistrictYear, basis: str, day: date) -> NDArray[np.int64]:
    """Persons on a basis at the end of a day as village × sex × age."""
    people = world.people
    index = world.standing(basis, day_number(day))
    age = np.minimum(people.age_on(index, day_number(day)), AGES - 1)
    cell = (people.village[index].astype(np.int64) * 2 + ~people.male[index]) * AGES + age
    return np.bincount(cell, minlength=len(world.district.villages) * 2 * AGES)


def _table(world: DistrictYear, office: str, year: int, days: list[date]) -> Stream:
    cells = {(basis, day): counts(world, basis, day) for day in days for basis in BASES}
    return _rows(world, office, year, cells)


def _earlier_table(world: DistrictYear, office: str) -> Stream:
    """The year end two years back, which average populations of the year before need: its shape is the next year's."""
    last = date(world.year - 1, 12, 31)
    cells = {}
    for basis in ("registered", "resident"):
        total = world.cal.count(
            2 * world.cal.at(f"population.{basis}.average_{world.year - 1}")
            - world.cal.at(f"population.{basis}.year_end_{world.year - 1}")
        )
        cells[basis, date(world.year - 2, 12, 31)] = _brought_to(counts(world, basis, last), total)
    return _rows(world, office, world.year - 2, cells)


def _brought_to(table: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Village × sex × age brought to a total: sex and age first, then places, so that no age gains by rounding.

    Rounding cell by cell would keep every cell of one person and take all that is to go from the full ones: from the
    young.
    """
    places = table.reshape(-1, 2 * AGES)
    by_age = apportion(places.sum(axis=0), total)
    columns = [
        apportion(places[:, at], int(wanted)) if wanted else np.zeros(len(places), dtype=np.int64)
        for at, wanted in enumerate(by_age)
    ]
    return np.stack(columns, axis=1).ravel()


def _rows(world: DistrictYear, office: str, year: int, cells: dict[tuple[str, date], NDArray[np.int64]]) -> Stream:
    parts: list[dict[str, pa.Array]] = []
    business = []
    serial = 0
    for (basis, day), table in cells.items():
        at = np.flatnonzero(table)
        village, rest = np.divmod(at, 2 * AGES)
        sex, age = np.divmod(rest, AGES)
        number = np.arange(serial + 1, serial + at.size + 1)
        serial += at.size
        when = np.full(at.size, day_number(day), dtype=np.int32)
        business.append(when)
        parts.append(
            {
                "row_no": numbered(f"RS{year}", number, 7),
                "basis": constant(basis, at.size),
                "village": text_codes(world.district.villages, village),
                "reference_on": dates(when),
                "sex": text_codes(("1", "2"), sex),
                "age": whole(age),
                "persons": whole(table[at]),
            }
        )
    columns = {name: pa.concat_arrays([part[name] for part in parts]) for name in parts[0]}
    return stream("populations.population_count", office, year, columns, np.concatenate(business), yearly=True)
