"""Family-doctor teams and contracts: who is covered, among all and in key populations, and where they go when ill."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb

from weijian.definitions.measures import Component, Measure, Population, Term, When
from weijian.engines.measures.evaluate import Figure, TableFunction
from weijian.engines.measures.rollup import Scope
from weijian.engines.measures.spells import merged_spells
from weijian.foundation.figures.declaring import declare
from weijian.kernel.time import Period

SERVICE = Population("service", "year_end")


def _in_force(t: Any) -> Any:
    """A contract is in force through its last day."""
    return t.valid_to >= t.as_of


def _contracts(name: str, where: Any = _in_force) -> Component:
    return Component(
        f"contracts.{name}",
        "primary_care.contract",
        where=where,
        distinct="subject_id",
        when=When.AS_OF_END,
        starts="signed_on",
        ends="ended_on",
        persons=True,
    )


def _key_population(name: str, where: Any) -> Component:
    """Members of key populations as their open health records name them."""
    return Component(
        f"key_population.{name}",
        "health_records.record",
        where=where,
        distinct="subject_id",
        when=When.AS_OF_END,
        starts="established_on",
        ends="closed_on",
        persons=True,
    )


def _any_group(t: Any) -> Any:
    return t.key_groups.fill_null("") != ""


def _poor_or_special(t: Any) -> Any:
    return t.key_groups.contains("09") | t.key_groups.contains("10")


def _elderly(t: Any) -> Any:
    return t.key_groups.contains("01")


PERSONS = _contracts("persons")
KEY_PERSONS = _contracts("key_persons", lambda t: _in_force(t) & _any_group(t))
POOR_SPECIAL = _contracts("poor_special", lambda t: _in_force(t) & _poor_or_special(t))
ELDERLY = _contracts("elderly", lambda t: _in_force(t) & _elderly(t))
KEY_ALL = _key_population("all", _any_group)
POOR_SPECIAL_ALL = _key_population("poor_special", _poor_or_special)
ELDERLY_ALL = _key_population("elderly", _elderly)
TEAMS = Component("teams.active", "primary_care.team", when=When.AS_OF_END, starts="formed_on", ends="dissolved_on")

_CONTRACTS = merged_spells(
    "SELECT q.subject_id, c.signed_on AS first_on, CASE WHEN c.ended_on <= c.valid_to THEN c.ended_on "
    "ELSE CAST(c.valid_to + INTERVAL 1 DAY AS DATE) END AS until_on "
    "FROM primary_care_contract c JOIN person q ON q.identity_id = c.person_id"
)
_CONTRACTED_VISITS = f"""
    FROM encounters_outpatient_visit f JOIN person p ON p.identity_id = f.patient_id
    JOIN {_CONTRACTS} s ON s.subject_id = p.subject_id AND s.first_on <= f.visit_on AND s.until_on > f.visit_on
"""
_JOINED = ("encounters_outpatient_visit", "person", "primary_care_contract")


def _contracted(name: str, organisations: Any = None) -> Component:
    return Component(
        f"visits.{name}",
        "encounters.outpatient_visit",
        sql=_CONTRACTED_VISITS,
        date="visit_on",
        tables=_JOINED,
        organisations=organisations,
    )


VISITS_CONTRACTED = _contracted("contracted")
VISITS_CONTRACTED_PRIMARY = _contracted("contracted_primary", lambda o: o.category == "primary")


def _places(column: str) -> TableFunction:
    """Distinct areas with at least one contract in force on the period's last day."""

    def computed(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
        condition, values = scope.where()
        row = connection.execute(
            f"""SELECT count(DISTINCT {column}), count(*) FROM primary_care_contract c
            LEFT JOIN area a ON a.area_id = c.village_id
            WHERE c.signed_on <= ? AND c.valid_to >= ? AND (c.ended_on IS NULL OR c.ended_on > ?) AND {condition}""",
            [period.end, period.end, period.end, *values],
        ).fetchone()
        if row is None or row[1] == 0:
            return Figure(measure.id, str(period), (), None, None, None, "no_records")
        return Figure(measure.id, str(period), (), Decimal(row[0]), Decimal(row[0]), None)

    return computed


def _primary(measure_id: str, top: Term, *bottom: Term) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=bottom, owner="primary")


MEASURES: tuple[Measure, ...] = (
    _primary("contract.teams", TEAMS),
    declare("contract.streets", form="table", function="contract.streets", owner="primary"),
    declare("contract.villages", form="table", function="contract.villages", owner="primary"),
    _primary("contract.persons", PERSONS),
    _primary("contract.coverage", PERSONS, SERVICE),
    _primary("contract.key_persons", KEY_PERSONS),
    _primary("contract.key_coverage", KEY_PERSONS, KEY_ALL),
    _primary("contract.poor_special_coverage", POOR_SPECIAL, POOR_SPECIAL_ALL),
    _primary("contract.elderly_coverage", ELDERLY, ELDERLY_ALL),
    _primary("contract.persons_per_team", PERSONS, TEAMS),
    _primary("contract.first_visit_rate", VISITS_CONTRACTED_PRIMARY, VISITS_CONTRACTED),
)
TABLE_FUNCTIONS: dict[str, TableFunction] = {
    "contract.streets": _places("a.street_id"),
    "contract.villages": _places("a.area_id"),
}
TABLE_INPUTS: dict[str, tuple[str, ...]] = dict.fromkeys(TABLE_FUNCTIONS, ("primary_care_contract",))
