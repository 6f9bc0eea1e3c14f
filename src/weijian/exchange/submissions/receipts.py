"""Counts what became of every row of a batch, file by file: the numbers of a receipt."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import duckdb

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


def add_block(
    tallies: Tallies, lake: duckdb.DuckDBPyConnection, kind: RecordKind, checked: Checked, result: LoadResult
) -> None:
    """Add one block of rows: ``judged`` stands in ``lake``, ``checked`` and ``result`` say what was found and done."""
    lake.register("bad", checked.bad)
    lake.register("warned", checked.warned)
    lake.register("outcomes", result.outcomes)
    for file_no, count, bad in lake.execute(
        "SELECT file_no, count(*), count(*) FILTER (WHERE errors <> 0) FROM judged GROUP BY ALL"
    ).fetchall():
        tally = tallies[file_no]
        tally.received += count
        tally.quarantined += bad
        tally.accepted += count - bad
    for file_no, name, count in lake.execute(
        "SELECT file_no, outcome, count(*) FROM outcomes WHERE outcome IN ('duplicate', 'superseded') GROUP BY ALL"
    ).fetchall():
        tally = tallies[file_no]
        tally.accepted -= count
        setattr(tally, name, getattr(tally, name) + count)
    stands = "LEFT JOIN outcomes o USING (file_no, line_no) WHERE coalesce(o.outcome, 'new') IN ('new', 'corrected')"
    for file_no, count in lake.execute(f"SELECT w.file_no, count(*) FROM warned w {stands} GROUP BY ALL").fetchall():
        tallies[file_no].warned += count
    for table, column, severity in (("bad", "errors", Severity.ERROR), ("warned", "warnings", Severity.WARNING)):
        for file_no, mask, count in lake.execute(
            f"SELECT file_no, {column}, count(*) FROM {table} GROUP BY ALL"
        ).fetchall():
            for code in reasons(kind, mask, severity):
                tallies[file_no].reasons[code] += count
    for name in ("bad", "warned", "outcomes"):
        lake.unregister(name)
