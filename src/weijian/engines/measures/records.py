"""The records behind a figure: the same filters and periods as its cube, read from the same snapshot.

What a component counts is what its record list shows: number and rows come from one query. A list holds ids and columns
that are not personal; names are joined by the caller, through the access door, for those who may see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import ibis

from weijian.definitions.expressions import snapshot_schema
from weijian.definitions.fields import FieldType
from weijian.definitions.measures import Component, When
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.cubes import chosen_rows, organisation_filter
from weijian.engines.measures.rollup import Scope, months
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
    source, values = records_sql(connection, kind, component, period, scope)
    columns = listed_columns(kind)
    person = kind.person is not None
    unlinked = "count(*) FILTER (WHERE link_state <> 1)" if person else "NULL"
    head = connection.execute(
        f"SELECT count(*), coalesce(sum(counted_value), 0)::BIGINT, {unlinked} FROM ({source})", values
    ).fetchone()
    assert head is not None
    names = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(
        f"SELECT {names} FROM ({source}) ORDER BY business_date DESC, id DESC LIMIT ? OFFSET ?",
        [*values, limit, offset],
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


def records_sql(
    connection: duckdb.DuckDBPyConnection, kind: RecordKind, component: Component, period: Period, scope: Scope
) -> tuple[str, list[object]]:
    """SELECT of the counted records with ``counted_value``, and its parameters."""
    first, last = months(component, period)
    day = component.date or "business_date"
    condition, values = scope.where()
    organisations = organisation_filter(component, "c.organisation_id")
    if component.sql is not None:
        rows = (
            f"SELECT f.*, p.sex, p.birth_date, p.subject_id, 1 AS counted_value, f.{component.date} AS counted_day "
            f"{component.sql}"
        )
    else:
        rows = str(ibis.to_sql(chosen_rows(kind, component), dialect="duckdb"))
    if component.when is When.AS_OF_END:
        rows = rows.replace('"month_end"', f"(SELECT DATE '{_end(last)}' AS as_of)")
        within = "true"
    elif component.when is When.LATEST:
        within = (
            f"c.counted_day BETWEEN DATE '{first}' AND DATE '{_end(last)}' AND c.counted_day = "
            f"(SELECT max(l.{day}) FROM {kind.table} l WHERE l.organisation_id = c.organisation_id "
            f"AND l.{day} BETWEEN DATE '{first}' AND DATE '{_end(last)}') "
            f"AND NOT EXISTS (SELECT 1 FROM organisation o WHERE o.organisation_id = c.organisation_id "
            f"AND o.valid_to < DATE '{_end(last)}')"
        )
    else:
        within = f"c.counted_day BETWEEN DATE '{first}' AND DATE '{_end(last)}'"
    sql = (
        f"SELECT c.* FROM (SELECT r.*, {_age()} AS age_at FROM ({rows}) r) c LEFT JOIN area a ON a.area_id = c.area_id "
        f"WHERE {within}{organisations} AND {condition.replace('c.age', 'c.age_at')}"
    )
    return sql, values


def _age() -> str:
    difference = (
        "((year(r.counted_day) * 10000 + month(r.counted_day) * 100 + day(r.counted_day)) - "
        "(year(r.birth_date) * 10000 + month(r.birth_date) * 100 + day(r.birth_date))) // 10000"
    )
    return f"CASE WHEN r.birth_date IS NULL OR {difference} < 0 THEN -1 ELSE least(100, {difference}) END"


def _end(month: date) -> date:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def unlinked_share(lists: Sequence[RecordList]) -> float | None:
    """Share of records without a known person over the lists that should have one; None where none should."""
    counted = [one for one in lists if one.unlinked is not None]
    total = sum(one.total for one in counted)
    return sum(one.unlinked or 0 for one in counted) / total if total else None
