"""Resident health records by the centre of the street: open ones, and those closed by death or removal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.world.datasets.managed_people import Managed
from weijian.world.district_year import DistrictYear
from weijian.world.frame import NONE, Stream, dates, day_number, stream, text_codes
from weijian.world.identity import numbered
from weijian.world.sampling import pick

Index = NDArray[np.int64]
#: Health records began with the national public-health programme.
PROGRAMME_START = day_number(date(2009, 7, 1))


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
