"""Health workers of each institution, drawn from residents of working age."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from weijian.world.codes import by_slug
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, stream, text_codes
from weijian.world.identity import numbered
from weijian.world.places import Institution
from weijian.world.sampling import apportion, choose, exact_choice, pick_weighted

TECHNICAL = (
    "physician",
    "assistant_physician",
    "nurse",
    "pharmacist",
    "technician",
    "other_technical",
    "general_practitioner",
)
EDUCATION = (("10", 0.09), ("20", 0.46), ("30", 0.33), ("40", 0.12))


def staff(world: DistrictYear) -> Iterator[Stream]:
    """Everybody in post at year end, and those who left in the year; staff scale with the people."""
    rng, people, cal = world.rng("staff"), world.people, world.cal
    first, last = world.bounds()
    standing = world.standing("resident", last)
    age = people.age_on(standing, last)
    able = standing[(age >= 22) & (age <= 59) & (people.id_type[standing] == 0)]
    items = [item for item in world.district.institutions if item.staff > 0]
    heads = [item.staff for item in items]
    present = apportion(heads, cal.count(sum(heads))).tolist()
    gone = apportion(heads, cal.count(sum(heads) * float(cal.at("staff.left_in_year_share")))).tolist()
    total = sum(present) + sum(gone)
    weight = np.where(people.male[able], 0.38, 1.0)  # two thirds to three quarters of health workers are women
    chosen = rng.permutation(pick_weighted(rng, able, weight, total))
    start = 0
    for item, stay, left in zip(items, present, gone, strict=True):
        index = chosen[start : start + stay + left]
        start += stay + left
        if index.size:
            yield _members(world, rng, item, index, min(stay, index.size), first, last)


def _members(
    world: DistrictYear,
    rng: np.random.Generator,
    item: Institution,
    index: np.ndarray,
    stay: int,
    first: int,
    last: int,
) -> Stream:
    people = world.people
    slugs = _categories(world, rng, item, index.size, people.male[index])
    codes = by_slug("staff_category")
    titles, title_weights = world.cal.weights("staff.title_weights_technical")
    title_codes = by_slug("staff_title")
    technical = np.isin(slugs, TECHNICAL)
    title = np.where(technical, choose(rng, title_weights, index.size), -1)
    youngest = people.birth[index] + 22 * 365
    new = rng.random(index.size) < float(world.cal.at("staff.joined_in_year_share"))
    start = np.where(new, first, np.maximum(youngest, first - 30 * 365))
    stop = np.where(new, last, np.maximum(start, first - 1))
    joined = (start + np.floor(rng.random(index.size) * np.maximum(1, stop - start + 1))).astype(np.int32)
    left = np.full(index.size, NONE, dtype=np.int32)
    leaving = np.arange(index.size) >= stay
    left[leaving] = np.minimum(last - 1, np.maximum(joined[leaving], first) + rng.integers(0, 300, int(leaving.sum())))
    joined = np.where(leaving, np.minimum(joined, left), joined).astype(np.int32)
    updated = np.where(leaving, left, last).astype(np.int32)
    columns = {
        "staff_no": numbered("GH", np.arange(1, index.size + 1), 6),
        **people.columns("person", index),
        "place": pa.array([item.code] * index.size),
        "category": pa.array([codes[slug] for slug in slugs.tolist()]),
        "title": text_codes([title_codes[name] for name in titles], title),
        "education": text_codes(
            [code for code, _share in EDUCATION], choose(rng, [s for _c, s in EDUCATION], index.size)
        ),
        "employed_from": dates(joined),
        "employed_to": dates(left),
        "updated_on": dates(updated),
    }
    return stream("staff.member", item.code, world.year, columns, updated, index, yearly=True)


def _categories(
    world: DistrictYear, rng: np.random.Generator, item: Institution, size: int, male: np.ndarray
) -> np.ndarray:
    """Category slugs; nurses go to women first, as in life."""
    group = {"hospital": "hospital", "community_centre": "community"}.get(item.role, "other")
    names, weights = world.cal.weights(f"staff.category_weights_{group}")
    drawn = np.array(names, dtype=object)[exact_choice(rng, weights, size)]
    order = np.argsort(np.where(male, 1.0, 0.0) + rng.random(size) * 0.6, kind="stable")
    result = np.empty(size, dtype=object)
    nurses = drawn == "nurse"
    result[order] = np.concatenate([drawn[nurses], rng.permutation(drawn[~nurses])])
    if group == "community":
        share = float(world.cal.at("staff.general_practitioner_share_of_community_physicians"))
        result[(result == "physician") & (rng.random(size) < share)] = "general_practitioner"
    return result
