"""Rolls cubes up: for every component and period the sums by the wanted dimensions, all in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from weijian.definitions.measures import Component, When
from weijian.kernel.time import Period

#: Dimension a reader may ask for → SQL over ``cube c`` joined to ``area a``.
BY: dict[str, str] = {
    "area": "coalesce(a.street_id, a.area_id)",
    "village": "CASE WHEN a.level = 'village' THEN a.area_id END",
    "institution": "c.organisation_id",
    "sex": "c.sex",
    "age": (
        "CASE WHEN c.age < 0 THEN -1 WHEN c.age = 0 THEN 0 WHEN c.age < 5 THEN 1 "
        "WHEN c.age >= 85 THEN 85 ELSE c.age // 5 * 5 END"
    ),
    "single_age": "c.age",
}


@dataclass(frozen=True)
class Scope:
    """Which part of the district is asked for; None is all of it."""

    area_id: int | None = None
    organisation_id: int | None = None
    sex: str | None = None
    age_from: int | None = None
    age_to: int | None = None

    def where(self) -> tuple[str, list[object]]:
        """SQL condition over ``cube c`` and ``area a`` with its parameters."""
        parts: list[str] = []
        values: list[object] = []
        if self.area_id is not None:
            parts.append("(a.area_id = ? OR a.street_id = ? OR a.parent_id = ?)")
            values += [self.area_id] * 3
        for column, value in (("c.organisation_id", self.organisation_id), ("c.sex", self.sex)):
            if value is not None:
                parts.append(f"{column} = ?")
                values.append(value)
        if self.age_from is not None:
            parts.append("c.age >= ?")
            values.append(self.age_from)
        if self.age_to is not None:
            parts.append("c.age BETWEEN 0 AND ?")
            values.append(self.age_to)
        return " AND ".join(parts) or "true", values


def component_values(
    connection: duckdb.DuckDBPyConnection,
    components: Iterable[Component],
    periods: Sequence[Period],
    *,
    by: Sequence[str] = (),
    scope: Scope = Scope(),
) -> dict[tuple[object, ...], dict[str, int]]:
    """Sums by (period code, *dimension values) → component id → value; what is absent counts zero.

    Raises ``KeyError`` for a dimension that is not in :data:`BY`.
    """
    rows = [(one.id, str(period), *_months(one, period)) for one in components for period in periods]
    if not rows:
        return {}
    dimensions = [BY[name] for name in by]
    latest = {one.id for one in components if one.when is When.LATEST}
    condition, values = scope.where()
    connection.execute("CREATE OR REPLACE TEMP TABLE need (component VARCHAR, period VARCHAR, first DATE, last DATE)")
    connection.executemany("INSERT INTO need VALUES (?, ?, ?, ?)", rows)
    connection.execute("CREATE OR REPLACE TEMP TABLE latest (component VARCHAR)")
    if latest:
        connection.executemany("INSERT INTO latest VALUES (?)", [(name,) for name in sorted(latest)])
    select = "".join(f", {sql} AS d{index}" for index, sql in enumerate(dimensions))
    sql = f"""
        WITH wanted AS (
            SELECT n.period, c.* FROM need n JOIN cube c
            ON c.component = n.component AND c.month BETWEEN n.first AND n.last
        ), chosen AS (
            SELECT * FROM wanted WHERE component NOT IN (SELECT component FROM latest)
            UNION ALL
            SELECT * FROM wanted WHERE component IN (SELECT component FROM latest)
            QUALIFY month = max(month) OVER (PARTITION BY period, component, organisation_id)
        )
        SELECT c.period, c.component{select}, sum(c.value)::BIGINT
        FROM chosen c LEFT JOIN area a ON a.area_id = c.area_id
        WHERE {condition} GROUP BY ALL
    """
    found: dict[tuple[object, ...], dict[str, int]] = {}
    for period, component, *rest in connection.execute(sql, values).fetchall():
        found.setdefault((period, *rest[:-1]), {})[component] = int(rest[-1])
    return found


def _months(component: Component, period: Period) -> tuple[date, date]:
    """First and last month whose cube rows belong to the period."""
    if component.when is When.AS_OF_END:
        month = period.end.replace(day=1)
        return month, month
    if component.when is When.LATEST:
        month = period.end.replace(day=1)
        return date(month.year - 1 + month.month // 12, month.month % 12 + 1, 1), month
    if component.when is When.MCH_YEAR and period.start.month == 1 and period.end.month == 12:
        return date(period.start.year - 1, 10, 1), date(period.end.year, 9, 1)
    return period.start.replace(day=1), period.end.replace(day=1)
