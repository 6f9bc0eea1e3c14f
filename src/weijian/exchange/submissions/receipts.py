"""Counts what became of every row of a batch, file by file: the numbers of a receipt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.engine import Checked, reasons
from weijian.foundation.bulk.copying import plain
from weijian.foundation.bulk.services import LoadResult


@dataclass
class Tally:
    """Numbers of one file; ``received`` = accepted + duplicate + superseded + quarantined."""

    received: int = 0
    accepted: int = 0
    warned: int = 0
    duplicate: int = 0
    superseded: int = 0
    quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)  # rows new or corrected, by month of their business date


Tallies = defaultdict[int, Tally]


def new_tallies() -> Tallies:
    """An empty tally for every file number."""
    return defaultdict(Tally)


def add_block(tallies: Tallies, kind: RecordKind, checked: Checked, result: LoadResult) -> None:
    """Add one block of rows: ``checked`` and ``result`` say what was found and done."""
    for file_no, count in _counted(checked.rows, "file_no"):
        tallies[file_no].received += count
        tallies[file_no].accepted += count
    for file_no, mask, count in _counted(checked.sent, "file_no", "errors"):
        tally = tallies[file_no]
        tally.quarantined += count
        tally.accepted -= count
        tally.reasons.update(dict.fromkeys(reasons(kind, mask, Severity.ERROR), count))
    for file_no, name, count in _counted(result.outcomes, "file_no", "outcome"):
        if name in ("duplicate", "superseded"):
            tally = tallies[file_no]
            tally.accepted -= count
            setattr(tally, name, getattr(tally, name) + count)
    for file_no, month, count in _months(kind, checked, result.outcomes):
        tallies[file_no].months[month] += count
    flagged = pc.and_(pc.equal(checked.rows.column("errors"), 0), pc.not_equal(checked.rows.column("warnings"), 0))
    warned = checked.rows.select(["file_no", "line_no", "warnings"]).filter(flagged)
    for file_no, mask, count in _counted(warned, "file_no", "warnings"):
        tallies[file_no].reasons.update(dict.fromkeys(reasons(kind, mask, Severity.WARNING), count))
    for file_no, count in _counted(_standing(warned, result.outcomes), "file_no"):
        tallies[file_no].warned += count


def _counted(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    """Different values of the columns, and how many rows have them."""
    counted = table.select(names).group_by(list(names)).aggregate([([], "count_all")])
    yield from zip(*(counted.column(name).to_pylist() for name in (*names, "count_all")), strict=True)


def _standing(warned: pa.Table, outcomes: pa.Table) -> pa.Table:
    """Warned rows that stand after the load: a duplicate or a superseded row is no warning of this file."""
    if warned.num_rows == 0 or outcomes.num_rows == 0:
        return warned
    fallen = outcomes.filter(pc.is_in(outcomes.column("outcome"), pa.array(["duplicate", "superseded"])))
    keys = ["file_no", "line_no"]
    return warned.join(fallen.select(keys).cast(warned.select(keys).schema), keys=keys, join_type="left anti")


def _months(kind: RecordKind, checked: Checked, outcomes: pa.Table) -> Iterator[tuple[int, str, int]]:
    """File, month of the business date and number of rows that came new or corrected a stored one."""
    rows = checked.rows
    stands = checked.good().to_numpy(zero_copy_only=False)
    fallen = outcomes.filter(pc.is_in(outcomes.column("outcome"), pa.array(["duplicate", "superseded"])))
    if fallen.num_rows:
        stands &= ~np.isin(_place_in_batch(rows), _place_in_batch(fallen))
    days = plain(rows.column(kind.field(kind.business_date).column)).to_numpy(zero_copy_only=False)[stands]
    months = days.astype("datetime64[M]").astype(np.int64)
    file_no = rows.column("file_no").to_numpy()[stands].astype(np.int64)
    # A month counts from 1970 and may lie before it; shifted by 12,000 it takes five digits.
    found, counts = np.unique(file_no * 100_000 + (months + 12_000), return_counts=True)
    for both, count in zip(found.tolist(), counts.tolist(), strict=True):
        month = both % 100_000 - 12_000
        yield both // 100_000, f"{1970 + month // 12:04d}-{month % 12 + 1:02d}", count


def _place_in_batch(rows: pa.Table) -> np.ndarray:
    """File and line as one number, in the manner of ``received_seq``."""
    numbers = (rows.column(name).to_numpy().astype(np.int64) for name in ("file_no", "line_no"))
    file_no, line_no = numbers
    return np.asarray(file_no * 10_000_000_000 + line_no)
