"""Coverage of the national immunisation programme: doses given of doses due, over all vaccines and the lowest of
any."""

from __future__ import annotations

from decimal import Decimal

import duckdb

from weijian import content
from weijian.definitions.measures import Component, Measure
from weijian.engines.measures.evaluate import Figure, TableFunction
from weijian.engines.measures.rollup import Scope, component_values
from weijian.foundation.figures.declaring import declare
from weijian.kernel.time import Period

_KIND = "immunization.dose_summary"
_VACCINES = [row["code"] for row in content.read_csv("codes/vaccine.csv")]
_MEASLES = ("MR", "MMR")

GIVEN = Component("doses.given", _KIND, value=lambda t: t.doses_given)
DUE = Component("doses.due", _KIND, value=lambda t: t.doses_due)
MEASLES_GIVEN = Component(
    "doses.given_measles", _KIND, where=lambda t: t.vaccine.isin(_MEASLES), value=lambda t: t.doses_given
)
MEASLES_DUE = Component(
    "doses.due_measles", _KIND, where=lambda t: t.vaccine.isin(_MEASLES), value=lambda t: t.doses_due
)


def _of_vaccine(code: str) -> tuple[Component, Component]:
    return (
        Component(f"doses.given:{code}", _KIND, where=lambda t: t.vaccine == code, value=lambda t: t.doses_given),
        Component(f"doses.due:{code}", _KIND, where=lambda t: t.vaccine == code, value=lambda t: t.doses_due),
    )


_BY_VACCINE = {code: _of_vaccine(code) for code in _VACCINES}
COMPONENTS: tuple[Component, ...] = tuple(one for pair in _BY_VACCINE.values() for one in pair)


def _lowest(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
    """The lowest coverage of any vaccine that was due; numerator and denominator are those of that vaccine."""
    sums = component_values(connection, COMPONENTS, [period], scope=scope).get((str(period),), {})
    rates = []
    for given, due in _BY_VACCINE.values():
        wanted = sums.get(due.id)
        if wanted:
            done = sums.get(given.id) or 0
            rates.append((Decimal(done) / Decimal(wanted), done, wanted))
    if not rates:
        return Figure(measure.id, str(period), (), None, None, None, "no_records")
    rate, done, wanted = min(rates)
    return Figure(measure.id, str(period), (), round(rate * 100, 8), Decimal(done), Decimal(wanted))


def _immunization(measure_id: str, top: Component, *bottom: Component) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=bottom, owner="disease")


MEASURES: tuple[Measure, ...] = (
    _immunization("immunization.nip_coverage", GIVEN, DUE),
    _immunization("immunization.mmr_coverage", MEASLES_GIVEN, MEASLES_DUE),
    _immunization("immunization.doses", GIVEN),
    declare("immunization.min_vaccine_coverage", function="immunization.min_vaccine_coverage", owner="disease"),
)
TABLE_FUNCTIONS: dict[str, TableFunction] = {"immunization.min_vaccine_coverage": _lowest}
TABLE_INPUTS: dict[str, tuple[str, ...]] = dict.fromkeys(TABLE_FUNCTIONS, ("immunization_dose_summary",))
