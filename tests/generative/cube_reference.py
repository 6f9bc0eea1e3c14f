"""Cubes in plain Python: the specification that the engines are held to, row by row, without any query language."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Cube = set[tuple[Any, ...]]


def completed_age(born: date | None, day: date) -> int:
    """Completed years, −1 unknown or unborn, 100 for 100 and over; 29 February counts from 1 March in other years."""
    if born is None or born > day:
        return -1
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return min(years, 100)


def _grain(row: Row, person: Row | None, day: date) -> tuple[Any, ...]:
    sex = (person or {}).get("sex") or "0"
    return (
        day.replace(day=1),
        row["organisation_id"],
        row["area_id"],
        sex,
        completed_age((person or {}).get("birth_date"), day),
    )


def flow_cube(
    rows: Sequence[Row], people: Mapping[int, Row], column: str, values: Sequence[Callable[[Row], int]]
) -> Cube:
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * (len(values) + 1))
    for row in rows:
        if row[column] is None:
            continue
        cell = found[_grain(row, people.get(row["person_id"]), row[column])]
        cell[0] += 1
        for index, value in enumerate(values, start=1):
            cell[index] += value(row)
    return {(*grain, *cell) for grain, cell in found.items()}


def stock_cube(rows: Sequence[Row], people: Mapping[int, Row], days: Sequence[date], *, persons: bool) -> Cube:
    """Rows in force on each day; with ``persons`` only the latest row of each subject (identity where it has none)."""
    found: dict[tuple[Any, ...], int] = defaultdict(int)
    for day in days:
        in_force = [
            row for row in rows if row["signed_on"] <= day and (row["ended_on"] is None or row["ended_on"] > day)
        ]
        if persons:
            latest: dict[Any, Row] = {}
            for row in sorted(in_force, key=lambda row: (row["signed_on"], row["id"])):
                subject = (people.get(row["person_id"]) or {}).get("subject_id")
                latest[("s", subject) if subject is not None else ("p", row["person_id"])] = row
            in_force = list(latest.values())
        for row in in_force:
            found[_grain(row, people.get(row["person_id"]), day)] += 1
    return {(*grain, count, count) for grain, count in found.items()}


def random_district(seed: int) -> tuple[list[Row], list[Row], list[Row]]:
    """Visits, contracts and persons of one small district; ids are apart for each seed, so that districts can lie
    in one table."""
    rng = random.Random(seed)
    base = seed * 1000
    persons = [
        {
            "identity_id": base + number,
            "subject_id": None if rng.random() < 0.15 else base + rng.randrange(6),
            "sex": rng.choice(["1", "2", "0", None]),
            "birth_date": rng.choice([None, date(2016, 2, 29), date(1900, 1, 1), _day(rng, date(1950, 1, 1), 25_000)]),
        }
        for number in range(rng.randrange(1, 12))
    ]
    identities = [one["identity_id"] for one in persons]
    visits = [
        {
            "id": base + number,
            "person_id": rng.choice([*identities, None]),
            "place_id": base + rng.randrange(3),
            "organisation_id": base + rng.randrange(3),
            "area_id": rng.randrange(4),
            "link_state": 1,
            "visit_on": _day(rng, date(2016, 1, 1), 800),
            "type": rng.choice(["1", "2", None]),
            "fee": rng.randrange(-5, 500),
        }
        for number in range(rng.randrange(0, 40))
    ]
    contracts = []
    for number in range(rng.randrange(0, 25)):
        signed = _day(rng, date(2015, 1, 1), 1100)
        ended = None if rng.random() < 0.4 else signed + timedelta(days=rng.randrange(0, 400))
        contracts.append(
            {
                "id": base + number,
                "person_id": rng.choice(identities),
                "place_id": base,
                "organisation_id": base + rng.randrange(3),
                "area_id": rng.randrange(4),
                "link_state": 1,
                "signed_on": signed,
                "ended_on": ended,
            }
        )
    return visits, contracts, persons


def _day(rng: random.Random, first: date, span: int) -> date:
    return first + timedelta(days=rng.randrange(span))
