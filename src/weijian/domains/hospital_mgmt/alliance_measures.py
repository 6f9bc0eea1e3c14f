"""Alliances that institutions belong to, and renamings: counts of distinct things that no sum over institutions
gives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb

from weijian import content
from weijian.definitions.measures import Component, Measure, When
from weijian.engines.measures.evaluate import Figure, TableFunction
from weijian.engines.measures.rollup import Scope
from weijian.foundation.figures.declaring import declare
from weijian.kernel.time import Period

_YEAR = "hospital_mgmt.annual_attributes"
_TABLE = "hospital_mgmt_annual_attributes"


def attribute(name: str, **given: Any) -> Component:
    """A count or sum over the latest yearly attributes of each institution inside the 12 months to the period's end."""
    return Component(f"attributes.{name}", _YEAR, when=When.LATEST, **given)


def _public_hospital(o: Any) -> Any:
    return (o.ownership == "public") & (o.affiliation == "district") & (o.category == "hospital")


IN_ALLIANCE = attribute(
    "public_hospitals_in_alliance",
    where=lambda t: t.alliance.notnull() & (t.alliance != ""),
    organisations=_public_hospital,
)
PUBLIC_HOSPITALS = attribute("public_hospitals_all", organisations=_public_hospital)


def _alliances(kind: str | None) -> TableFunction:
    """Distinct alliances with at least one member at the period's end, of one kind or of all."""

    def computed(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
        condition, values = scope.where()
        rows = connection.execute(
            f"""SELECT DISTINCT trim(unnest(string_split(c.alliance, ';')))
            FROM {_TABLE} c LEFT JOIN area a ON a.area_id = c.area_id
            WHERE c.alliance IS NOT NULL AND c.year_end BETWEEN ? AND ? AND {condition}""",
            [_year_before(period.end), period.end, *values],
        ).fetchall()
        if not _reported(connection, period):
            return Figure(measure.id, str(period), (), None, None, None, "no_records")
        found = {row[0] for row in rows if row[0] and (kind is None or _kinds().get(row[0]) == kind)}
        return _count(measure, period, len(found))

    return computed


def _renamed(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
    """Secondary hospitals whose name changed inside the period, from the institutions' own history."""
    condition, values = scope.where()
    rows = connection.execute(
        f"""SELECT count(*) FROM organisation c LEFT JOIN area a ON a.area_id = c.area_id
        WHERE c.renamed_on BETWEEN ? AND ? AND c.level = '2' AND c.category = 'hospital' AND {condition}""",
        [period.start, period.end, *values],
    ).fetchall()
    return _count(measure, period, int(rows[0][0]))


def _reported(connection: duckdb.DuckDBPyConnection, period: Period) -> bool:
    row = connection.execute(
        f"SELECT count(*) FROM {_TABLE} WHERE year_end BETWEEN ? AND ?", [_year_before(period.end), period.end]
    ).fetchone()
    return row is not None and int(row[0]) > 0


def _year_before(day: date) -> date:
    """First day of the month eleven months earlier: yearly reports inside twelve months count."""
    return date(day.year - 1 + day.month // 12, day.month % 12 + 1, 1)


def _count(measure: Measure, period: Period, amount: int) -> Figure:
    return Figure(measure.id, str(period), (), Decimal(amount), Decimal(amount), None)


@cache
def _kinds() -> dict[str, str]:
    folder = content.path("institutions/alliances_cn_440113.csv").parent
    found: dict[str, str] = {}
    for path in sorted(folder.glob("alliances_cn_*.csv")):
        found |= {row["code"]: row["kind"] for row in content.read_csv(f"institutions/{path.name}")}
    return found


def _alliance(measure_id: str) -> Measure:
    return declare(measure_id, form="table", function=measure_id, owner="medical")


MEASURES: tuple[Measure, ...] = (
    _alliance("alliance.total"),
    _alliance("alliance.groups"),
    _alliance("alliance.specialty"),
    _alliance("alliance.loose"),
    declare(
        "alliance.public_hospital_rate", numerator=(IN_ALLIANCE,), denominator=(PUBLIC_HOSPITALS,), owner="medical"
    ),
)

TABLE_FUNCTIONS: dict[str, TableFunction] = {
    "alliance.total": _alliances(None),
    "alliance.groups": _alliances("group"),
    "alliance.specialty": _alliances("specialty"),
    "alliance.loose": _alliances("loose"),
    "institutions.renamed": _renamed,
}
TABLE_INPUTS: dict[str, tuple[str, ...]] = dict.fromkeys(TABLE_FUNCTIONS, (_TABLE,)) | {"institutions.renamed": ()}
