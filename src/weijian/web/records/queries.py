"""One page of the records that a figure counts, from the figure's own snapshot, inside the reader's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import duckdb

from weijian.definitions.expressions import in_snapshot
from weijian.definitions.fields import FieldType
from weijian.definitions.measures import Component, Measure
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.rollup import Scope
from weijian.engines.measures.selecting import FIXED, counts_whole_table, selection_sql, wanted_partition
from weijian.foundation.access.scope import ReadScope
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.store import store_of
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.time import Period
from weijian.kernel.time.months import last_of_month
from weijian.web.records.counting import Counts, counts_from_cubes


@dataclass(frozen=True)
class Part:
    """One countable part of a figure: a component and whether it stands above or below the line."""

    component: Component
    side: str  # numerator, minus, denominator


@dataclass(frozen=True)
class Order:
    """By which column a list is ordered, and whether downwards; rows that are equal follow newest first."""

    column: str
    descending: bool


NEWEST = Order("business_date", True)

#: Rows up to which every column with an order can be sorted by; beyond, the date alone.
SORTABLE_ROWS = 500_000

_WITHOUT_ORDER = (FieldType.PERSON, FieldType.ORGANISATION, FieldType.AREA, FieldType.CODES)


@dataclass(frozen=True)
class Question:
    """Which records are asked for."""

    part: Part
    period: Period
    scope: Scope
    reader: ReadScope
    snapshot: Snapshot

    @property
    def kind(self) -> RecordKind:
        """Record kind of the rows."""
        return kind_by_id(self.part.component.kind)


@dataclass(frozen=True)
class RecordPage:
    """Rows of one page as dictionaries by column, the number of all rows, and what they add up to."""

    rows: Sequence[dict[str, Any]]
    total: int
    counted: int


def parts_of(measure: Measure) -> tuple[Part, ...]:
    """Parts of a figure that can be listed; a growth lists those of the measure that it compares."""
    base = measures()[measure.of] if measure.of else measure
    sides = (("numerator", base.numerator), ("minus", base.numerator_minus), ("denominator", base.denominator))
    found: dict[str, Part] = {}
    for side, terms in sides:
        for term in terms:
            if isinstance(term, Component):
                found.setdefault(term.id, Part(term, side))
    return tuple(found.values())


def shown_columns(kind: RecordKind) -> tuple[str, ...]:
    """Columns of the kind's list that a snapshot holds, the person's reference included."""
    return tuple(kind.field(name).column for name in kind.list_columns if in_snapshot(kind.field(name)))


def _columns(kind: RecordKind) -> tuple[str, ...]:
    """What is read beside the fixed columns: those shown, and the person even where the list does not show it."""
    person = (kind.person.column,) if kind.person else ()
    return tuple(dict.fromkeys((*shown_columns(kind), *person)))


def count_records(asked: Question) -> tuple[int, int]:
    """Number of the rows, and what they add up to; remembered, because a snapshot never changes."""
    if asked.reader.empty:
        return 0, 0
    counts = _counts(asked)
    return sum(found[0] for found in counts.values()), sum(found[1] for found in counts.values())


def sortable_columns(kind: RecordKind, total: int) -> frozenset[str]:
    """Columns by which a list of ``total`` rows can be sorted: the business date always, because files are kept by it;
    the others as long as sorting them is cheap. Persons, places and institutions never: their numbers mean no order.
    """
    found = {kind.field(kind.business_date).column}
    if total <= SORTABLE_ROWS:
        shown = set(shown_columns(kind))
        found |= {
            one.column
            for one in kind.fields
            if one.column in shown and not one.personal and one.type not in _WITHOUT_ORDER
        }
    return frozenset(found)


def record_page(asked: Question, *, offset: int, size: int, order: Order = NEWEST) -> RecordPage:
    """One page in an order. Nothing of a person but its number inside; names come through ``web.records.persons``."""
    total, counted = count_records(asked)
    if total <= offset:
        return RecordPage((), total, counted)
    connection = store_of(asked.snapshot)
    files = _files(asked)
    by_date = order.column in ("business_date", asked.kind.field(asked.kind.business_date).column)
    if not by_date or counts_whole_table(asked.part.component):
        paths = [path for found in files.values() for path in found]
        return RecordPage(_rows(asked, connection, paths, offset, size, order), total, counted)
    counts = _counts(asked)
    chosen: list[str] = []
    before = 0
    skipped = offset
    since: date | None = None
    # Partitions follow the date: only those that this page falls into are read.
    for partition in sorted(files, reverse=order.descending):
        rows = counts.get(partition, (0, 0))[0]
        if before + rows > offset and before < offset + size:
            if not chosen:
                skipped = offset - before
                since = _few_days(partition, rows, skipped + size) if order.descending else None
            chosen += files[partition]
        before += rows
    if since is not None:
        found = _rows(asked, connection, chosen, skipped, size, order, since=since)
        if len(found) == size:  # so many rows on the last days: no earlier day can be on this page
            return RecordPage(found, total, counted)
    return RecordPage(_rows(asked, connection, chosen, skipped, size, order), total, counted)


def _few_days(partition: str, rows: int, wanted: int) -> date | None:
    """The day from which a month's last days should hold so many rows, with as many again to spare; None where most of the
    month would be needed. Persons then are joined to some thousand rows, not to a million."""
    days = 2 + 2 * wanted * 31 // max(rows, 1)
    if len(partition) != 7 or days > 15:
        return None
    return last_of_month(date.fromisoformat(f"{partition}-01")) - timedelta(days=days)


def _counts(asked: Question) -> Counts:
    """Rows and counted value by partition, remembered: paging asks again and again."""
    reader = asked.reader
    ids = None if reader.organisation_ids is None else tuple(sorted(reader.organisation_ids))
    component = asked.part.component.id
    key = (asked.snapshot.manifest_sha256, component, str(asked.period), asked.scope, ids, reader.sensitivity)
    if key not in _known:
        if len(_known) >= 256:
            _known.pop(next(iter(_known)))
        found = counts_from_cubes(
            store_of(asked.snapshot), asked.part.component, asked.period, asked.scope, reader, _files(asked)
        )
        _known[key] = _counted_rows(asked) if found is None else found
    return _known[key]


_known: dict[tuple[object, ...], Counts] = {}


def forget_counts() -> None:
    """Ask everything again; for benchmarks and tests."""
    _known.clear()


def _counted_rows(asked: Question) -> Counts:
    """Counted row by row, file after file."""
    partition_of = {path: partition for partition, paths in _files(asked).items() for path in paths}
    found: Counts = {}
    if not partition_of:
        return found
    sql, values = _statement(asked, list(partition_of), "filename, count(*), coalesce(sum(counted), 0)::BIGINT")
    for name, rows, counted in store_of(asked.snapshot).execute(f"{sql} GROUP BY filename", values).fetchall():
        partition = partition_of[str(name)]
        known = found.get(partition, (0, 0))
        found[partition] = (known[0] + int(rows), known[1] + int(counted))
    return found


def _rows(
    asked: Question,
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[str],
    offset: int,
    size: int,
    order: Order,
    *,
    since: date | None = None,
) -> list[dict[str, Any]]:
    columns = list(dict.fromkeys((*FIXED, *_columns(asked.kind), "counted")))
    names = ", ".join(f'r."{name}"' for name in columns)
    sql, values = _statement(asked, files, names, since)
    way = "DESC" if order.descending else "ASC"
    first = (
        "" if order.column == "business_date" else f'r."{_known_column(asked.kind, order.column)}" {way} NULLS LAST, '
    )
    dates = way if order.column == "business_date" else "DESC"
    found = connection.execute(
        f"{sql} ORDER BY {first}r.business_date {dates}, r.id {dates} LIMIT ? OFFSET ?", [*values, size, offset]
    )
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _statement(
    asked: Question, files: Sequence[str], select: str, since: date | None = None
) -> tuple[str, list[object]]:
    kind = asked.kind
    day = kind.field(kind.business_date).column
    paths = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
    source = (
        f'WITH "{kind.table}" AS (SELECT *, "{day}" AS business_date FROM read_parquet([{paths}], filename = true)'
        + (f" WHERE \"{day}\" >= DATE '{since}')" if since else ")")
    )
    condition, values = asked.reader.duckdb("r")
    rows = _compiled(kind.id, asked.part, str(asked.period), asked.scope)
    return f"{source} SELECT {select} FROM ({rows}) r WHERE {condition}", values


def _known_column(kind: RecordKind, column: str) -> str:
    """The column, if the list shows it: nothing else may stand in a statement."""
    if column not in shown_columns(kind):
        raise ValueError(f"{kind.id} shows no column {column!r}")
    return column


@lru_cache(maxsize=512)
def _compiled(kind_id: str, part: Part, period: str, scope: Scope) -> str:
    kind = kind_by_id(kind_id)
    return selection_sql(kind, part.component, Period.parse(period), _columns(kind), scope, by_file=True)


def _files(asked: Question) -> dict[str, list[str]]:
    """Paths by partition of the files that can hold counted rows, oldest partition first."""
    kind, component = asked.kind, asked.part.component
    found: dict[str, list[str]] = {}
    for file in sorted(
        lake.read_manifest(asked.snapshot.manifest_sha256)[0], key=lambda one: (one.partition, one.path)
    ):
        if file.table == kind.table and wanted_partition(kind, component, asked.period, file.partition):
            found.setdefault(file.partition, []).append(str(lake.root() / file.path))
    return found
