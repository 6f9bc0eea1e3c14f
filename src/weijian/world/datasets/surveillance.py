"""Notifiable-disease cards with their seasons and age profiles, and public-health events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian import content
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, flags, stream, text_codes, whole
from weijian.world.identity import numbered
from weijian.world.movements import month_days
from weijian.world.places import Institution
from weijian.world.sampling import apportion, choose

AGE_BANDS = ((0, 1), (2, 5), (6, 17), (18, 34), (35, 59), (60, 120))


def case_cards(world: DistrictYear, year: int) -> Iterator[Stream]:
    """Cards of confirmed and clinical cases in calibrated number, and of suspected cases and carriers beside them."""
    rng, cal, people = world.rng("cards", year), world.cal, world.people
    table = content.read_csv(cal.at("meta.infectious"))
    totals = [cal.count(float(row[f"cases_{year}"])) for row in table]
    bands = _bands(world)
    parts = [
        _disease(world, rng, (at, total, year), row, bands)
        for at, (row, total) in enumerate(zip(table, totals, strict=True))
    ]
    disease, index, klass, diagnosed, timely = (np.concatenate(column) for column in zip(*parts, strict=True))
    size = index.size
    onset = (diagnosed - rng.geometric(0.35, size) + 1).astype(np.int32)
    onset = np.maximum(onset, people.birth[index]).astype(np.int32)
    late = 1 + int(cal.at("infectious.not_timely_reported_days"))
    delay = np.where(timely, choose(rng, (0.78, 0.22), size), late + rng.integers(0, 5, size))
    reported = (diagnosed + delay).astype(np.int32)
    serial = rng.permutation(size * 3)[:size] + 1
    reporters = [item for item in world.district.institutions if _card_weight(item) > 0]
    chosen = choose(rng, [_card_weight(item) for item in reporters], size)
    for at, item in enumerate(reporters):
        rows = np.flatnonzero(chosen == at)
        if rows.size == 0:
            continue
        who = index[rows]
        columns = {
            "card_no": numbered(f"CRB{year}", serial[rows], 7),
            **people.columns("patient", who),
            "place": pa.array([item.code] * rows.size),
            "residence": text_codes(world.district.villages, people.village[who]),
            "disease": text_codes([row["disease"] for row in table], disease[rows]),
            "case_class": text_codes(("1", "2", "3", "4"), klass[rows]),
            "onset_on": dates(onset[rows]),
            "diagnosed_on": dates(diagnosed[rows]),
            "reported_on": dates(reported[rows]),
            "died_on": dates(np.full(rows.size, NONE)),
        }
        yield stream("cd_control.case_card", item.code, year, columns, diagnosed[rows], who)


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


def events(world: DistrictYear, year: int) -> Iterator[Stream]:
    """Graded events and incidents below grading, reported by the centre for disease control; they do not scale."""
    rng, plan = world.rng("events", year), world.cal.at("events")
    rows = _events_of_year(plan) if year == world.year else _events_before(plan, year)
    office = world.district.office("cdc").code
    months = apportion(plan["months_graded"], len(rows)).tolist()
    occurred = np.sort(month_days(rng, year, months))
    village = rng.integers(0, len(world.district.villages), len(rows))
    order = rng.permutation(len(rows))
    kind, grade, food = (np.array(column, dtype=object)[order] for column in zip(*rows, strict=True))
    size = len(rows)
    cases = np.where(grade == "9", rng.integers(2, 12, size), rng.integers(10, 46, size))
    columns = {
        "event_no": numbered(f"SJ{year}", np.arange(1, size + 1), 4),
        "area_of_event": text_codes(world.district.villages, village),
        "kind": pa.array(kind.tolist(), pa.string()),
        "grade": pa.array(grade.tolist(), pa.string()),
        "food_related": flags(food.astype(bool)),
        "occurred_on": dates(occurred),
        "reported_on": dates(occurred),
        "reported_in_time": flags(np.ones(size, dtype=bool)),
        "handled": flags(np.ones(size, dtype=bool)),
        "closed_on": dates((occurred + rng.integers(5, 25, size)).astype(np.int32)),
        "cases": whole(cases),
        "deaths": whole(np.zeros(size, dtype=np.int64)),
    }
    yield stream("emergency.event", office, year, columns, occurred)


def _events_of_year(plan: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """(kind, grade, food-related) of every event; graded food events are the poisonings first."""
    grades = [code for code, count in plan["grade_counts"].items() for _ in range(count)]
    kinds = [code for code, count in plan["kind_counts_graded"].items() for _ in range(count)]
    kinds.sort(key=lambda code: code != "02")
    graded = [
        (kind, grade, at < int(plan["graded_food"])) for at, (kind, grade) in enumerate(zip(kinds, grades, strict=True))
    ]
    food = [("02", "9", True)] * int(plan["ungraded_food"])
    other = [("01", "9", False)] * int(plan["ungraded_other"])
    return graded + food + other


def _events_before(plan: dict[str, Any], year: int) -> list[tuple[str, str, bool]]:
    """The year before: graded events and food incidents are stated, of the graded as many are food as a year later."""
    graded, food = int(plan[f"graded_{year}"]), int(plan[f"food_{year}"])
    shared = int(plan["graded_food"])
    rows = [("02", "4", True)] * shared + [("01", "4", False)] * (graded - shared)
    return rows + [("02", "9", True)] * (food - shared)
