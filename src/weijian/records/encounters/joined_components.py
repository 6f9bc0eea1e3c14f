"""Counts over visits and discharges that need a second table: residence on the day, and the next admission of a
person."""

from __future__ import annotations

from weijian.definitions.measures import Component

_VISIT = "encounters.outpatient_visit"
_DISCHARGE = "encounters.discharge"

_LINKED_VISITS = (
    "FROM encounters_outpatient_visit f JOIN person p ON p.identity_id = f.patient_id AND p.subject_id IS NOT NULL"
)
_LINKED_DISCHARGES = (
    "FROM encounters_discharge f JOIN person p ON p.identity_id = f.patient_id AND p.subject_id IS NOT NULL"
)
#: Subjects with a resident spell that holds the day; a spell's end is its first day away.
_RESIDENT = """EXISTS (
    SELECT 1 FROM persons_registration r JOIN person q ON q.identity_id = r.person_id
    WHERE q.subject_id = p.subject_id AND r.resident_from <= f.visit_on
    AND (r.resident_to IS NULL OR r.resident_to > f.visit_on))"""
#: 出院31天内再住院 of the 病案首页: the next admission of the same person, at any institution.
_READMITTED = """EXISTS (
    SELECT 1 FROM encounters_discharge n JOIN person q ON q.identity_id = n.patient_id
    WHERE q.subject_id = p.subject_id AND n.id <> f.id
    AND n.admitted_on >= f.discharged_on AND n.admitted_on <= f.discharged_on + INTERVAL 31 DAY)"""

VISITS_LINKED = Component(
    "visits.linked", _VISIT, sql=_LINKED_VISITS, date="visit_on", tables=("encounters_outpatient_visit", "person")
)
VISITS_NONLOCAL = Component(
    "visits.nonlocal",
    _VISIT,
    sql=f"{_LINKED_VISITS} WHERE NOT {_RESIDENT}",
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
