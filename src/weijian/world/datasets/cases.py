"""The notifiable cases of a year before anybody writes a card: who fell ill of what, when, and where it was seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weijian import content
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE
from weijian.world.movements import month_days
from weijian.world.places import Institution
from weijian.world.sampling import apportion, choose

AGE_BANDS = ((0, 1), (2, 5), (6, 17), (18, 34), (35, 59), (60, 120))


@dataclass(frozen=True)
class Cases:
    """One place per case. ``disease`` is a row of ``table``, ``reporter`` a position in the district's institutions."""

    table: list[dict[str, str]]
    disease: NDArray[np.int64]
    patient: NDArray[np.int64]
    klass: NDArray[np.int64]
    diagnosed: NDArray[np.int32]
    timely: NDArray[np.bool_]
    reporter: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Number of cases."""
        return int(self.disease.size)


@dataclass(frozen=True)
class SeenCases:
    """Cases of one institution in order of the day, as its visits need them; ``icd10`` is a place in ``codes``."""

    patient: NDArray[np.int64]
    day: NDArray[np.int32]
    icd10: NDArray[np.int64]
    codes: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of cases."""
        return int(self.patient.size)

    def first(self, size: int) -> SeenCases:
        """At most ``size`` of them: a place with few visits cannot have seen more."""
        return SeenCases(self.patient[:size], self.day[:size], self.icd10[:size], self.codes)


NO_CASES = SeenCases(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64), ())


def cases(world: DistrictYear, year: int) -> Cases:
    """All cases of a year in calibrated number, suspected cases and carriers beside them; drawn once."""
    return world.once(("cases", year), lambda: _cases(world, year))


def _cases(world: DistrictYear, year: int) -> Cases:
    rng, cal = world.rng("cards", year), world.cal
    table = content.read_csv(cal.at("meta.infectious"))
    totals = [cal.count(float(row[f"cases_{year}"])) for row in table]
    bands = _bands(world)
    parts = [
        _disease(world, rng, (at, total, year), row, bands)
        for at, (row, total) in enumerate(zip(table, totals, strict=True))
    ]
    disease, index, klass, diagnosed, timely = (np.concatenate(column) for column in zip(*parts, strict=True))
    weights = [_card_weight(item) for item in world.district.institutions]
    return Cases(table, disease, index, klass, diagnosed, timely, choose(rng, weights, index.size))


def seen_cases(world: DistrictYear, year: int) -> dict[str, SeenCases]:
    """The cases that each institution saw, by its code and in order of the day."""
    drawn = cases(world, year)
    codes = tuple(row["icd10"] for row in drawn.table)
    order = np.lexsort((drawn.diagnosed, drawn.reporter))
    bounds = np.searchsorted(drawn.reporter[order], np.arange(len(world.district.institutions) + 1))
    result = {}
    for at, item in enumerate(world.district.institutions):
        rows = order[bounds[at] : bounds[at + 1]]
        if rows.size:
            result[item.code] = SeenCases(drawn.patient[rows], drawn.diagnosed[rows], drawn.disease[rows], codes)
    return result


def _card_weight(item: Institution) -> float:
    """Hospitals see most cases; centres some; clinics report through them."""
    role, visits, nature = item.role, item.visits, item.nature
    if nature == "chss":
        return 0.0
    return float(visits) * {"hospital": 1.0, "community_centre": 0.45, "cdc": 2.0}.get(role, 0.0)


def _disease(
    world: DistrictYear,
    rng: np.random.Generator,
    which: tuple[int, int, int],
    row: dict[str, str],
    bands: list[list[NDArray[np.int64]]],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_]]:
    """Cards of one disease (its number, its cases, the year): (disease, person, class, diagnosis day, timely)."""
    at, total, year = which
    cal = world.cal
    extra = int(
        rng.binomial(total, float(cal.at("infectious.suspected_share")) + float(cal.at("infectious.carrier_share")))
    )
    carriers = float(cal.at("infectious.carrier_share"))
    suspected = float(cal.at("infectious.suspected_share"))
    size = total + extra
    klass = np.where(rng.random(size) < float(row["clinical_share"]), 1, 2)
    klass[total:] = np.where(rng.random(extra) < suspected / (suspected + carriers), 0, 3)
    months = apportion([float(row[f"m{month:02d}"]) for month in range(1, 13)], size)
    diagnosed = month_days(rng, year, months.tolist())
    rng.shuffle(diagnosed)
    index = _patients(world, rng, cal.at("infectious.age_profiles")[row["age_profile"]], diagnosed, bands)
    timely = rng.random(size) < float(row["timely_share"])
    return np.full(size, at), index, klass, diagnosed, timely


def _patients(
    world: DistrictYear,
    rng: np.random.Generator,
    profile: list[float],
    day: NDArray[np.int32],
    bands: list[list[NDArray[np.int64]]],
) -> NDArray[np.int64]:
    """Persons of fitting age who live (or, for a share, do not live) in the district on the day."""
    elsewhere = rng.random(day.size) < float(world.cal.at("infectious.nonresident_share"))
    band = choose(rng, profile, day.size)
    index = np.zeros(day.size, dtype=np.int64)
    for visiting in (False, True):
        for at, fits in enumerate(bands[visiting]):
            rows = np.flatnonzero((elsewhere == visiting) & (band == at))
            if rows.size:
                index[rows] = fits[rng.integers(0, fits.size, rows.size)]
    return index


def _bands(world: DistrictYear) -> list[list[NDArray[np.int64]]]:
    """Persons by (resident, visiting) and age band; an empty band falls back to everybody."""
    result = []
    for visiting in (False, True):
        pool = _pool(world, visiting)
        age = world.people.age_on(pool, world.bounds()[0])
        bands = [pool[(age >= low) & (age <= high)] for low, high in AGE_BANDS]
        result.append([band if band.size else pool for band in bands])
    return result


def _pool(world: DistrictYear, visiting: bool) -> NDArray[np.int64]:
    """Persons born before the year before, alive through both years (so that any day of theirs fits)."""
    people = world.people
    rows = np.arange(world.locals, people.size) if visiting else np.arange(world.locals)
    start = world.bounds(world.year - 1)[0]
    fits = (people.birth[rows] < start - 31) & (people.died_on[rows] == NONE)
    if not visiting:
        fits &= (people.resident_to[rows] == NONE) & (people.resident_from[rows] < start)
    return rows[fits]
