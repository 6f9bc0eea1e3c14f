"""Counts what became of every row of a batch, file by file: the numbers of a receipt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.engine import Checked, reasons
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
