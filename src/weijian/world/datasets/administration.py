"""Matters of the bureau, which do not scale: approvals, disputes and complaints, safety hazards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian import content
from weijian.kernel.time.working_days import china_working_days
from weijian.world.codes import by_slug
from weijian.world.datasets.draws import month_draw, office_days
from weijian.world.district_year import DistrictYear
from weijian.world.frame import EPOCH, NONE, Stream, dates, flags, stream, text_codes, whole
from weijian.world.identity import numbered
from weijian.world.sampling import choose, exact_choice, pick


def approvals(world: DistrictYear, year: int) -> Iterator[Stream]:
    """Applications with their limit in working days; decided early as the calibration says."""
    rng, plan = world.rng("approvals", year), world.cal.at("approvals")
    items = content.read_csv("codes/approval_item.csv")
    total = int(plan["total"] if year == world.year else plan[f"total_{year}"])
    item = exact_choice(rng, [float(row[f"cases_{world.year}"]) for row in items], total)
    accepted = office_days(rng, year, plan["month_weights"], total)
    limit = np.array([int(row["legal_days"]) for row in items])[item]
    share = np.clip(rng.beta(2.0, 3.2, total), 0.02, 1.0) * plan["days_share_of_limit"]["max"]
    share *= plan["days_share_of_limit"]["mean"] / max(float(share.mean()), 1e-9)
    taken = np.clip(np.floor(share * limit), 0, np.floor(limit * plan["days_share_of_limit"]["max"]) - 1).astype(int)
    due, decided = _working_days_later(accepted, limit), _working_days_later(accepted, taken)
    rated = np.zeros(total, dtype=bool)
    rated[pick(rng, np.arange(total), round(total * plan["rated_share"]))] = True
    pleased = choose(rng, (0.74, 0.26), total)
    result = np.where(rng.random(total) < 0.97, 0, np.where(rng.random(total) < 0.5, 1, 2))
    zero = np.array([row["zero_visit"] == "true" for row in items])[item]
    columns = {
        "case_no": numbered(f"SP{year}", np.arange(1, total + 1), 6),
        "item": text_codes([row["code"] for row in items], item),
        "accepted_on": dates(accepted),
        "legal_days": whole(limit),
        "due_on": dates(due),
        "decided_on": dates(decided),
        "result": text_codes(("1", "2", "3"), result),
        "satisfaction": text_codes(("1", "2"), np.where(rated, pleased, -1)),
        "valid_complaint": flags(np.zeros(total, dtype=bool)),
        "zero_visit": flags(zero & (rng.random(total) < 0.6)),
    }
    yield stream("gov_services.approval", world.district.office("bureau").code, year, columns, accepted)


def _working_days_later(start: NDArray[np.int32], count: NDArray[np.int64]) -> NDArray[np.int32]:
    """The ``count``-th working day after each start."""
    calendar = china_working_days()
    low, high = int(start.min()), int(start.max()) + 2 * int(count.max()) + 40
    days = np.array([d for d in range(low, high) if calendar.is_working_day(EPOCH + timedelta(days=d))], dtype=np.int32)
    place = np.searchsorted(days, start, side="right") - 1 + count
    return days[place]


def disputes(world: DistrictYear, year: int) -> Iterator[Stream]:
    """Disputes by kind and complaints, exact in number."""
    rng, plan = world.rng("disputes", year), world.cal.at("disputes")
    wanted = {
        **plan[f"disputes_{year}"],
        "complaint": plan[f"complaints_{year}"],
        "unlicensed_complaint": plan[f"unlicensed_complaints_{year}"],
    }
    codes = by_slug("dispute_kind")
    slugs = np.array([slug for slug, count in wanted.items() for _ in range(count)], dtype=object)
    occurred = month_draw(rng, year, [1.0] * 12, slugs.size)
    order = np.argsort(occurred, kind="stable")
    occurred, slugs = occurred[order], rng.permutation(slugs)
    places = [item for item in world.district.institutions if item.visits > 0]
    place = choose(rng, [item.visits for item in places], slugs.size)
    closed = (occurred + rng.integers(3, 75, slugs.size)).astype(np.int32)
    columns = {
        "case_no": numbered(f"JF{year}", np.arange(1, slugs.size + 1), 4),
        "place": text_codes([item.code for item in places], np.where(slugs == "unlicensed_complaint", -1, place)),
        "kind": pa.array([codes[slug] for slug in slugs.tolist()]),
        "occurred_on": dates(occurred),
        "closed_on": dates(closed),
    }
    yield stream("quality.dispute", world.district.office("bureau").code, year, columns, occurred)


def hazards(world: DistrictYear, year: int) -> Iterator[Stream]:
    """Hazards found, most of them rectified by the end of the year."""
    rng, plan = world.rng("hazards", year), world.cal.at("hazards")
    suffix = "" if year == world.year else f"_{year}"
    found_total, rectified_total = int(plan[f"found{suffix}"]), int(plan[f"rectified{suffix}"])
    found = office_days(rng, year, plan["month_weights"], found_total)
    last = world.bounds(year)[1]
    rectified = np.minimum(found + rng.poisson(plan["days_to_rectify_mean"], found_total), last).astype(np.int32)
    rectified[np.argsort(-found, kind="stable")[: found_total - rectified_total]] = NONE  # the last found stay open
    names, weights = world.cal.weights("hazards.kind_weights")
    codes = by_slug("hazard_kind")
    places = [item for item in world.district.institutions if item.visits > 0]
    columns = {
        "hazard_no": numbered(f"YH{year}", np.arange(1, found_total + 1), 4),
        "place": text_codes([p.code for p in places], choose(rng, [p.staff + 5 for p in places], found_total)),
        "kind": text_codes([codes[name] for name in names], exact_choice(rng, weights, found_total)),
        "found_on": dates(found),
        "due_on": dates((found + 30).astype(np.int32)),
        "rectified_on": dates(rectified),
    }
    yield stream("facilities_safety.hazard", world.district.office("bureau").code, year, columns, found)
