"""Mistakes that a later file puts right: impossible rows, and rows whose first version said something else."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weijian.world.frame import NONE

Change = Callable[[pa.Table], pa.Table]


def _set(table: pa.Table, column: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    at = table.column_names.index(column)
    return table.set_column(at, column, values.cast(table.column(column).type))


def _days(table: pa.Table, column: str) -> pa.ChunkedArray:
    return table.column(column).cast(pa.int32())


def _like(table: pa.Table, column: str, value: int) -> pa.Scalar:
    kind = table.column(column).type
    return pa.scalar(Decimal(value) if pa.types.is_decimal(kind) else value, kind)


def shifted(column: str, days: int) -> Change:
    """The date of ``column`` moved by some days."""
    return lambda table: _set(table, column, pc.add(_days(table, column), pa.scalar(days, pa.int32())))


def before(column: str, other: str) -> Change:
    """``column`` set to ten days before ``other``, which it must not precede."""
    return lambda table: _set(table, column, pc.subtract(_days(table, other), pa.scalar(10, pa.int32())))


def in_future(column: str) -> Change:
    """The year typed with its middle digits exchanged (2107 for 2017): ninety years ahead."""
    return shifted(column, 90 * 365 + 22)


def more(column: str, amount: int) -> Change:
    """A number or an amount (in 元) that is larger by ``amount``."""
    return lambda table: _set(table, column, pc.add(table.column(column), _like(table, column, amount)))


def negative(column: str) -> Change:
    """An amount with a minus sign, as a refund row looks that was exported by mistake."""
    return lambda table: _set(table, column, pc.subtract(pc.negate(table.column(column)), _like(table, column, 1)))


def exceeding(column: str, limit: str, amount: int) -> Change:
    """``column`` larger than ``limit``, which bounds it."""
    return lambda table: _set(table, column, pc.add(table.column(limit), _like(table, limit, amount)))


def unknown(column: str, code: str) -> Change:
    """A code that no list holds, as an old version of a hospital system writes it."""
    return lambda table: _set(table, column, pa.array([code] * table.num_rows, pa.string()))


#: What each dataset's first, uncorrected version said otherwise; such rows are in order and are superseded later.
CORRECTIONS: dict[str, Change] = {
    "encounters.outpatient_visit": more("total_fee", 12),
    "encounters.discharge": more("total_fee", 150),
    "vital_events.birth": more("birth_weight", 100),
    "vital_events.death": shifted("born_on", -1),
    "health_records.record": shifted("established_on", -1),
    "primary_care.contract": shifted("valid_to", 1),
    "conditions.registration": shifted("registered_on", -1),
    "persons.registration": shifted("updated_on", -1),
    "staff.member": shifted("employed_from", -1),
    "cd_control.case_card": shifted("reported_on", 1),
    "hospital_mgmt.monthly_operation": more("drug_income", 100),
    "immunization.dose_summary": more("doses_due", 1),
    "gov_services.approval": shifted("due_on", 1),
}


def emptied(*columns: str, **values: str) -> Change:
    """Nothing in ``columns`` and other words in the columns of ``values``: a matter before it ended."""

    def change(table: pa.Table) -> pa.Table:
        for column in columns:
            table = _set(table, column, pa.nulls(table.num_rows, table.column(column).type))
        for column, value in values.items():
            table = _set(table, column, pa.array([value] * table.num_rows, pa.string()))
        return table

    return change


#: The day on which a matter ends, by dataset, and how it stands in the register until then.
ENDS = {
    "primary_care.contract": "ended_on",
    "gov_services.approval": "decided_on",
    "quality.dispute": "closed_on",
    "facilities_safety.hazard": "rectified_on",
    "emergency.event": "closed_on",
}
OPEN_MATTERS: dict[str, Change] = {
    "primary_care.contract": emptied("ended_on"),
    "gov_services.approval": emptied("decided_on", "result", "satisfaction"),
    "quality.dispute": emptied("closed_on"),
    "facilities_safety.hazard": emptied("rectified_on"),
    "emergency.event": emptied("closed_on", handled="否"),
}


def ends_of(dataset: str, table: pa.Table) -> NDArray[np.int32]:
    """Day number of each row's end, ``NONE`` where it has none or the dataset knows no matters."""
    if dataset not in ENDS:
        return np.full(table.num_rows, NONE)
    days = pc.fill_null(_days(table, ENDS[dataset]), pa.scalar(int(NONE), pa.int32()))
    return np.asarray(days.combine_chunks().to_numpy(zero_copy_only=False), dtype=np.int32)


#: Rows that intake must refuse, by dataset.
IMPOSSIBLE: dict[str, tuple[Change, ...]] = {
    "encounters.outpatient_visit": (
        negative("total_fee"),
        exceeding("drug_fee", "total_fee", 100),
        in_future("visit_on"),
        unknown("visit_type", "77"),
    ),
    "encounters.discharge": (
        before("discharged_on", "admitted_on"),
        exceeding("drug_fee", "total_fee", 1000),
        in_future("discharged_on"),
        unknown("disposition", "77"),
    ),
    "vital_events.birth": (in_future("born_on"),),
    "vital_events.death": (before("died_on", "born_on"), in_future("died_on")),
    "health_records.record": (before("closed_on", "established_on"),),
    "primary_care.contract": (before("valid_to", "signed_on"),),
    "conditions.registration": (before("closed_on", "registered_on"),),
    "staff.member": (
        before("employed_to", "employed_from"),
        unknown("category", "ZZ"),
    ),
    "cd_control.case_card": (
        before("reported_on", "diagnosed_on"),
        unknown("disease", "9X"),
    ),
    "immunization.dose_summary": (exceeding("doses_given", "doses_due", 3),),
    "gov_services.approval": (
        before("decided_on", "accepted_on"),
        unknown("item", "99"),
    ),
}


def make_impossible(dataset: str, table: pa.Table, rows: NDArray[np.int64]) -> pa.Table:
    """The rows, each impossible in one of the dataset's ways; ``rows`` are their numbers, which choose the way."""
    ways = IMPOSSIBLE[dataset]
    chosen = rows % len(ways)
    members = [np.flatnonzero(chosen == at) for at in range(len(ways))]
    parts = [way(table.take(pa.array(own))) for way, own in zip(ways, members, strict=True)]
    return pa.concat_tables(parts).take(pa.array(np.argsort(np.concatenate(members), kind="stable")))
