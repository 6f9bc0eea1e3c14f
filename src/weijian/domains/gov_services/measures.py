"""Administrative approvals: how many, how fast against the legal limit, how satisfied the applicants were."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import duckdb

from weijian.definitions.measures import Component, Measure
from weijian.engines.measures.evaluate import Figure, TableFunction
from weijian.engines.measures.rollup import Scope
from weijian.foundation.figures.declaring import declare
from weijian.kernel.time import Period, china_working_days

_KIND = "gov_services.approval"

ACCEPTED = Component("approvals.accepted", _KIND)
DECIDED = Component("approvals.decided", _KIND, where=lambda t: t.decided_on.notnull())
ON_TIME = Component("approvals.on_time", _KIND, where=lambda t: t.decided_on <= t.due_on)
EARLY = Component("approvals.early", _KIND, where=lambda t: t.decided_on < t.due_on)
RATED = Component("approvals.rated", _KIND, where=lambda t: t.satisfaction.notnull())
SATISFIED = Component("approvals.satisfied", _KIND, where=lambda t: t.satisfaction.isin(["1", "2", "3"]))
COMPLAINTS = Component("approvals.valid_complaints", _KIND, where=lambda t: t.valid_complaint)


def _mean_days(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
    """Mean working days from the day after acceptance to the decision (行政许可法 第八十二条 counts working days)."""
    condition, values = scope.where()
    rows = connection.execute(
        f"""SELECT c.accepted_on, c.decided_on, count(*) FROM gov_services_approval c LEFT JOIN area a ON a.area_id
        = c.area_id WHERE c.decided_on IS NOT NULL AND c.accepted_on BETWEEN ? AND ? AND {condition} GROUP BY 1, 2""",
        [period.start, period.end, *values],
    ).fetchall()
    if not rows:
        return Figure(measure.id, str(period), (), None, None, None, "no_records")
    passed = _working_days_passed()
    days = sum((passed[decided] - passed[accepted]) * count for accepted, decided, count in rows)
    cases = sum(count for _accepted, _decided, count in rows)
    return Figure(measure.id, str(period), (), round(Decimal(days) / cases, 8), Decimal(days), Decimal(cases))


@cache
def _working_days_passed() -> dict[date, int]:
    """Working days up to each day of four decades, so that the time between two days is one subtraction."""
    calendar, day, passed, found = china_working_days(), date(2000, 1, 1), 0, {}
    while day.year < 2040:
        passed += calendar.is_working_day(day)
        found[day] = passed
        day += timedelta(days=1)
    return found


def _zero_visit(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
    """Distinct items of which at least one case was handled without a visit."""
    condition, values = scope.where()
    row = connection.execute(
        f"""SELECT count(DISTINCT c.item) FILTER (WHERE c.zero_visit), count(*)
        FROM gov_services_approval c LEFT JOIN area a ON a.area_id = c.area_id
        WHERE c.accepted_on BETWEEN ? AND ? AND {condition}""",
        [period.start, period.end, *values],
    ).fetchone()
    if row is None or row[1] == 0:
        return Figure(measure.id, str(period), (), None, None, None, "no_records")
    return Figure(measure.id, str(period), (), Decimal(row[0]), Decimal(row[0]), None)


def _approval(measure_id: str, top: Component, *bottom: Component) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=bottom, owner="policy")


MEASURES: tuple[Measure, ...] = (
    _approval("approvals.accepted", ACCEPTED),
    _approval("approvals.on_time_rate", ON_TIME, DECIDED),
    _approval("approvals.early_rate", EARLY, DECIDED),
    _approval("approvals.satisfaction_rate", SATISFIED, RATED),
    _approval("approvals.valid_complaints", COMPLAINTS),
    declare("approvals.mean_days", form="table", function="approvals.mean_days", owner="policy"),
    declare("approvals.zero_visit_items", form="table", function="approvals.zero_visit_items", owner="policy"),
)
TABLE_FUNCTIONS: dict[str, TableFunction] = {
    "approvals.mean_days": _mean_days,
    "approvals.zero_visit_items": _zero_visit,
}
TABLE_INPUTS: dict[str, tuple[str, ...]] = dict.fromkeys(TABLE_FUNCTIONS, ("gov_services_approval",))
