"""Counts over visits and discharges that need a second table: residence on the day, and the next admission of a
person."""

from __future__ import annotations

from weijian.definitions.measures import Component
from weijian.engines.measures.spells import merged_spells

_VISIT = "encounters.outpatient_visit"
_DISCHARGE = "encounters.discharge"

_LINKED_VISITS = (
    "FROM encounters_outpatient_visit f JOIN person p ON p.identity_id = f.patient_id AND p.subject_id IS NOT NULL"
)
_LINKED_DISCHARGES = (
    "FROM encounters_discharge f JOIN person p ON p.identity_id = f.patient_id AND p.subject_id IS NOT NULL"
)
#: Resident spells; a spell's end is its first day away.
_RESIDENT = merged_spells(
    "SELECT q.subject_id, r.resident_from AS first_on, coalesce(r.resident_to, DATE '9999-12-31') AS until_on "
    "FROM persons_registration r JOIN person q ON q.identity_id = r.person_id"
)
_NOT_RESIDENT = (
    f"LEFT JOIN {_RESIDENT} s ON s.subject_id = p.subject_id AND s.first_on <= f.visit_on AND s.until_on > f.visit_on "
    "WHERE s.subject_id IS NULL"
)
#: 出院31天内再住院 of the 病案首页: the next admission of the same person, at any institution.
_READMITTED = """f.id IN (
    SELECT g.id FROM encounters_discharge g JOIN person h ON h.identity_id = g.patient_id
    JOIN person q ON q.subject_id = h.subject_id JOIN encounters_discharge n ON n.patient_id = q.identity_id
    WHERE n.id <> g.id AND n.admitted_on >= g.discharged_on AND n.admitted_on <= g.discharged_on + INTERVAL 31 DAY)"""

VISITS_LINKED = Component(
    "visits.linked", _VISIT, sql=_LINKED_VISITS, date="visit_on", tables=("encounters_outpatient_visit", "person")
)
VISITS_NONLOCAL = Component(
    "visits.nonlocal",
    _VISIT,
    sql=f"{_LINKED_VISITS} {_NOT_RESIDENT}",
    date="visit_on",
    tables=("encounters_outpatient_visit", "person", "persons_registration"),
)
DISCHARGES_LINKED = Component(
    "discharges.linked",
    _DISCHARGE,
    sql=_LINKED_DISCHARGES,
    date="discharged_on",
    tables=("encounters_discharge", "person"),
)
READMITTED = Component(
    "discharges.readmitted_31d",
    _DISCHARGE,
    sql=f"{_LINKED_DISCHARGES} WHERE {_READMITTED}",
    date="discharged_on",
    tables=("encounters_discharge", "person"),
)
