"""Notifiable-disease cards with their seasons and age profiles, and public-health events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from weijian.world.datasets.cases import cases
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, flags, stream, text_codes, whole
from weijian.world.identity import numbered
from weijian.world.movements import month_days
from weijian.world.sampling import apportion, choose


def case_cards(world: DistrictYear, year: int) -> Iterator[Stream]:
    """A card for every case, from the institution that saw it."""
    rng, cal, people = world.rng("cards", year, "dates"), world.cal, world.people
    found = cases(world, year)
    size, diagnosed = found.size, found.diagnosed
    onset = (diagnosed - rng.geometric(0.35, size) + 1).astype(np.int32)
    onset = np.maximum(onset, people.birth[found.patient]).astype(np.int32)
    late = 1 + int(cal.at("infectious.not_timely_reported_days"))
    delay = np.where(found.timely, choose(rng, (0.78, 0.22), size), late + rng.integers(0, 5, size))
    reported = (diagnosed + delay).astype(np.int32)
    serial = rng.permutation(size * 3)[:size] + 1
    for at, item in enumerate(world.district.institutions):
        rows = np.flatnonzero(found.reporter == at)
        if rows.size == 0:
            continue
        who = found.patient[rows]
        columns = {
            "card_no": numbered(f"CRB{year}", serial[rows], 7),
            **people.columns("patient", who),
            "place": pa.array([item.code] * rows.size),
            "residence": text_codes(world.district.villages, people.village[who]),
            "disease": text_codes([row["disease"] for row in found.table], found.disease[rows]),
            "case_class": text_codes(("1", "2", "3", "4"), found.klass[rows]),
            "onset_on": dates(onset[rows]),
            "diagnosed_on": dates(diagnosed[rows]),
            "reported_on": dates(reported[rows]),
            "died_on": dates(np.full(rows.size, NONE)),
        }
        yield stream("cd_control.case_card", item.code, year, columns, diagnosed[rows], who)


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
