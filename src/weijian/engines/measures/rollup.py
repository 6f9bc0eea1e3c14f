"""Rolls cubes up: for every component and period the sums by the wanted dimensions, all in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from weijian.definitions.measures import Component, When
from weijian.engines.measures.cubes import coverage_id, organisation_filter
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period, PeriodKind

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
#: Dimensions that only the full cube has; all else is read from the cube of places, which is a hundred times smaller.
_PERSONAL = frozenset({"sex", "age", "single_age"})


@dataclass(frozen=True)
class Scope:
    """Which part of the district is asked for; None is all of it. An area is a street or a village."""

    area_id: int | None = None
    organisation_id: int | None = None
    sex: str | None = None
    age_from: int | None = None
    age_to: int | None = None

    @property
    def personal(self) -> bool:
        """Whether it asks for a sex or an age."""
        return self.sex is not None or self.age_from is not None or self.age_to is not None

    def where(self) -> tuple[str, list[object]]:
        """SQL condition over ``cube c`` and ``area a`` with its parameters."""
        parts: list[str] = []
        values: list[object] = []
        if self.area_id is not None:
            parts.append("(a.area_id = ? OR a.street_id = ?)")
            values += [self.area_id] * 2
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


_SUMS = """
WITH need AS (
    SELECT unnest(?::VARCHAR[]) AS component, unnest(?::VARCHAR[]) AS period,
        unnest(?::DATE[]) AS first, unnest(?::DATE[]) AS last, unnest(?::BOOLEAN[]) AS latest
), wanted AS (
    SELECT n.period, n.latest, n.last, c.* FROM need n JOIN {cube} c ON c.component = n.component AND c.month BETWEEN
    n.first AND n.last WHERE c.component IN (SELECT DISTINCT unnest(?::VARCHAR[]))
), chosen AS (
    SELECT * FROM wanted WHERE NOT latest
    UNION ALL
    SELECT w.* FROM wanted w LEFT JOIN organisation o ON o.organisation_id = w.organisation_id
    WHERE latest AND coalesce(o.valid_to >= last_day(w.last), true)
    QUALIFY month = max(month) OVER (PARTITION BY period, component, w.organisation_id)
)
SELECT c.period, c.component{select}, sum(c.value)::BIGINT
FROM chosen c LEFT JOIN area a ON a.area_id = c.area_id
WHERE {condition} GROUP BY ALL
"""

_COVERED = """
WITH need AS (
    SELECT unnest(?::VARCHAR[]) AS component, unnest(?::VARCHAR[]) AS coverage, unnest(?::VARCHAR[]) AS period,
        unnest(?::DATE[]) AS first, unnest(?::DATE[]) AS last
)
SELECT DISTINCT n.component, n.period FROM need n JOIN coverage c
ON c.component = n.coverage AND c.month BETWEEN n.first AND n.last
"""


def component_values(
    connection: duckdb.DuckDBPyConnection,
    components: Iterable[Component],
    periods: Sequence[Period],
    *,
    by: Sequence[str] = (),
    scope: Scope = Scope(),
) -> dict[tuple[object, ...], dict[str, int]]:
    """Sums by (period code, *dimension values) → component id → value; what is absent counted nothing there.

    The latest report of an institution that was closed before the period's last day counts no longer: its beds are
    gone, or stand in the reports of the institution into which it was merged.

    Raises ``KeyError`` for a dimension that is not in :data:`BY`, and :class:`WeijianError` ``measure.period`` for
    a period that is not made of whole months.
    """
    needs = [(one, period, *months(one, period)) for one in components for period in periods]
    if not needs:
        return {}
    condition, values = scope.where()
    personal = scope.personal or bool(_PERSONAL & set(by))
    cube = _personal_cube(connection, [one for one, *_rest in needs]) if personal else "cube_place"
    select = "".join(f", {BY[name]} AS d{index}" for index, name in enumerate(by))
    parameters: list[object] = [
        [one.id for one, *_rest in needs],
        [str(period) for _one, period, *_rest in needs],
        [need[2] for need in needs],
        [need[3] for need in needs],
        [one.when is When.LATEST for one, *_rest in needs],
        sorted({one.id for one, *_rest in needs}),
    ]
    sql = _SUMS.format(cube=cube, select=select, condition=condition)
    found: dict[tuple[object, ...], dict[str, int]] = {}
    for period, component, *rest in connection.execute(sql, [*parameters, *values]).fetchall():
        found.setdefault((period, *rest[:-1]), {})[component] = int(rest[-1])
    return found


def _personal_cube(connection: duckdb.DuckDBPyConnection, components: Sequence[Component]) -> str:
    """The cubes of some components by sex and age, one below the other; each stands in a table of its query."""
    wanted = {one.id: one for one in components}
    rows = connection.execute(
        "SELECT component, source, field FROM cube_source WHERE component IN (SELECT unnest(?::VARCHAR[]))",
        [list(wanted)],
    ).fetchall()
    parts = [
        f"SELECT '{name}' AS component, month, organisation_id, area_id, sex, age, {field} AS value FROM {source} "
        f"WHERE {'true' if wanted[name].when is When.LATEST else f'{field} <> 0'}{organisation_filter(wanted[name])}"
        for name, source, field in rows
    ]
    return f"({' UNION ALL '.join(parts)})" if parts else f"({_NO_CUBE})"


_NO_CUBE = (
    "SELECT ''::VARCHAR AS component, NULL::DATE AS month, 0::BIGINT AS organisation_id, 0::BIGINT AS area_id, "
    "''::VARCHAR AS sex, 0 AS age, 0::BIGINT AS value WHERE false"
)


def covered(
    connection: duckdb.DuckDBPyConnection, components: Iterable[Component], periods: Sequence[Period]
) -> set[tuple[str, str]]:
    """(component id, period code) for which the district has any record of the kind: there, nothing found is a zero."""
    needs = [(one, period, *months(one, period)) for one in components for period in periods]
    rows = connection.execute(
        _COVERED,
        [
            [one.id for one, *_rest in needs],
            [coverage_id(one.kind, one) for one, *_rest in needs],
            [str(period) for _one, period, *_rest in needs],
            [need[2] for need in needs],
            [need[3] for need in needs],
        ],
    ).fetchall()
    return {(str(component), str(period)) for component, period in rows}


def months(component: Component, period: Period) -> tuple[date, date]:
    """First and last month whose cube rows belong to the period.

    Stocks take the month of the period's last day; latest reports the twelve months up to it; the year of maternal and
    child health (and what of it a year to date has reached) starts on 1 October before.
    """
    _whole_months(period)
    last = period.end.replace(day=1)
    if component.when is When.AS_OF_END:
        return last, last
    if component.when is When.LATEST:
        return date(last.year - 1 + last.month // 12, last.month % 12 + 1, 1), last
    if component.when is When.MCH_YEAR and period.kind in (PeriodKind.YEAR, PeriodKind.YEAR_TO_DATE):
        return date(last.year - 1, 10, 1), min(last, date(last.year, 9, 1))
    return period.start.replace(day=1), last


def _whole_months(period: Period) -> None:
    ends = (period.end + timedelta(days=1)).day == 1
    if not ends or (period.start.day != 1 and not period.is_stock):
        raise WeijianError(
            "measure.period",
            f"{period.label_zh}不是整月,指标按整月计算。",
            str(period),
            "用月、季度、半年、年、年初至今(2017-06YTD)或月末时点(@2017-06-30)",
        )
