"""Counts over visits and discharges that need a second table: residence on the day, and the next admission of a person."""

from __future__ import annotations

from weijian.definitions.measures import Component

_VISIT = "encounters.outpatient_visit"
_DISCHARGE = "encounters.discharge"

#: Month, place, sex and age of a linked visit or discharge; ``f`` is the record, ``p`` its person.
_GRAIN = """
    CAST(date_trunc('month', f.{day}) AS DATE) AS month, f.organisation_id, f.area_id, coalesce(p.sex, '0') AS sex,
    CASE WHEN p.birth_date IS NULL OR p.birth_date > f.{day} THEN -1 ELSE least(100, CAST(floor(
        (year(f.{day}) * 10000 + month(f.{day}) * 100 + day(f.{day})
         - year(p.birth_date) * 10000 - month(p.birth_date) * 100 - day(p.birth_date)) / 10000) AS INTEGER)) END AS age,
    count(*) AS value
"""

_LINKED = "FROM {table} f JOIN person p ON p.identity_id = f.patient_id AND p.subject_id IS NOT NULL"

#: Subjects with a resident spell that holds the day; a spell's end is its first day away.
_RESIDENT = """EXISTS (
    SELECT 1 FROM persons_registration r JOIN person q ON q.identity_id = r.person_id
    WHERE q.subject_id = p.subject_id AND r.resident_from <= f.visit_on
    AND (r.resident_to IS NULL OR r.resident_to > f.visit_on))"""

_VISIT_SQL = f"SELECT {_GRAIN.format(day='visit_on')} {_LINKED.format(table='encounters_outpatient_visit')}"
_DISCHARGE_SQL = f"SELECT {_GRAIN.format(day='discharged_on')} {_LINKED.format(table='encounters_discharge')}"

VISITS_LINKED = Component(
    "visits.linked",
    _VISIT,
    sql=f"{_VISIT_SQL} GROUP BY 1, 2, 3, 4, 5",
    tables=("encounters_outpatient_visit", "person"),
)
VISITS_NONLOCAL = Component(
    "visits.nonlocal",
    _VISIT,
    sql=f"{_VISIT_SQL} WHERE NOT {_RESIDENT} GROUP BY 1, 2, 3, 4, 5",
    tables=("encounters_outpatient_visit", "person", "persons_registration"),
)
DISCHARGES_LINKED = Component(
    "discharges.linked",
    _DISCHARGE,
    sql=f"{_DISCHARGE_SQL} GROUP BY 1, 2, 3, 4, 5",
    tables=("encounters_discharge", "person"),
)
#: 31 days after WS/T 病案首页 是否有出院31天内再住院计划: the next admission of the same person, at any institution.
READMITTED = Component(
    "discharges.readmitted_31d",
    _DISCHARGE,
    sql=f"""{_DISCHARGE_SQL} WHERE EXISTS (
        SELECT 1 FROM encounters_discharge n JOIN person q ON q.identity_id = n.patient_id
        WHERE q.subject_id = p.subject_id AND n.id <> f.id
        AND n.admitted_on >= f.discharged_on AND n.admitted_on <= f.discharged_on + INTERVAL 31 DAY
    ) GROUP BY 1, 2, 3, 4, 5""",
    tables=("encounters_discharge", "person"),
)
