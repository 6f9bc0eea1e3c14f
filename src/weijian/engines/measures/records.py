"""The records behind a figure: the same filters and periods as its cube, read from the same snapshot.

What a component counts is what its record list shows: number and rows come from one query. A list holds ids and columns
that are not personal; names are joined by the caller, through the access door, for those who may see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from weijian.definitions.expressions import snapshot_schema
from weijian.definitions.fields import FieldType
from weijian.definitions.measures import Component
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.rollup import Scope
from weijian.engines.measures.selecting import selection_sql
from weijian.kernel.time import Period


@dataclass(frozen=True)
class RecordList:
    """One page of the records of a component: column names, rows, how many there are, and how many have no known
    person."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    total: int
    value: int
    unlinked: int | None

    def as_dicts(self) -> list[dict[str, object]]:
        """Rows under their column names."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def record_list(
    connection: duckdb.DuckDBPyConnection,
    kind: RecordKind,
    component: Component,
    period: Period,
    scope: Scope = Scope(),
    *,
    limit: int = 100,
    offset: int = 0,
) -> RecordList:
    """Records that the component counts in the period and scope, newest first, from the connection's snapshot.

    ``total`` is the number of records, ``value`` what they sum to (the same number where records are counted).
    """
    columns = listed_columns(kind)
    source = selection_sql(kind, component, period, columns, scope)
    unlinked = "count(*) FILTER (WHERE link_state <> 1)" if kind.person is not None else "NULL"
    head = connection.execute(
        f"SELECT count(*), coalesce(sum(counted), 0)::BIGINT, {unlinked} FROM ({source})"
    ).fetchone()
    assert head is not None
    names = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(
        f"SELECT {names} FROM ({source}) ORDER BY business_date DESC, id DESC LIMIT ? OFFSET ?", [limit, offset]
    ).fetchall()
    return RecordList(
        kind.id, columns, tuple(rows), int(head[0]), int(head[1]), None if head[2] is None else int(head[2])
    )


def listed_columns(kind: RecordKind) -> tuple[str, ...]:
    """Row id, person id, then what the kind shows in lists and is not personal."""
    wanted = [kind.field(name) for name in kind.list_columns]
    shown = [one.column for one in wanted if one.type is not FieldType.PERSON and not one.personal]
    person = [kind.person.column] if kind.person else []
    names = ["id", *person, *(name for name in shown if name in snapshot_schema(kind)), "organisation_id", "area_id"]
    return tuple(dict.fromkeys(names))


def unlinked_share(lists: Sequence[RecordList]) -> float | None:
    """Share of records without a known person over the lists that should have one; None where none should."""
    counted = [one for one in lists if one.unlinked is not None]
    total = sum(one.total for one in counted)
    return sum(one.unlinked or 0 for one in counted) / total if total else None
