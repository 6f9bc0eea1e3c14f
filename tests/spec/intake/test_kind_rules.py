"""The rules of the record kinds, one by one: a row that breaks only this rule is told so, the same row mended is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest

from weijian.definitions.record_kinds import Severity
from weijian.engines.intake.engine import IntakeEngine, References, reasons
from weijian.engines.intake.headers import template_columns
from weijian.foundation.kinds.registry import kind_by_id, kinds

#: dataset, code of the rule, columns that break it, what mends them.
CASES: tuple[tuple[str, str, dict[str, str], dict[str, str]], ...] = (
    ("persons.registration", "resident_order", {"resident_from": "2017-02-01", "resident_to": "2017-01-01"}, {"resident_to": "2017-02-01"}),
    ("persons.registration", "registered_order", {"registered_from": "2017-02-01", "registered_to": "2017-01-01"}, {"registered_to": ""}),
    ("persons.registration", "service_order", {"service_from": "2017-02-01", "service_to": "2017-01-01"}, {"service_to": "2017-03-01"}),
    ("persons.registration", "no_basis", {}, {"service_from": "2017-02-01"}),
    ("populations.population_count", "open_age", {"age": "101"}, {"age": "100"}),
    ("staff.member", "employed_order", {"employed_from": "2017-02-01", "employed_to": "2017-01-31"}, {"employed_to": ""}),
    ("staff.member", "employed_young", {"employed_from": "2001-02-01", "person_birth_date": "1990-05-01"}, {"employed_from": "2012-02-01"}),
    ("health_records.record", "closed_order", {"established_on": "2017-02-01", "closed_on": "2017-01-01"}, {"closed_on": "2017-02-01"}),
    ("health_records.record", "established_before_birth", {"established_on": "2010-01-01", "person_birth_date": "2011-01-01"}, {"established_on": "2011-01-01"}),
    ("encounters.outpatient_visit", "fee_sum", {"total_fee": "10", "drug_fee": "5", "examination_fee": "5", "service_fee": "1"}, {"total_fee": "11"}),
    ("encounters.outpatient_visit", "no_diagnosis", {}, {"diagnosis": "O80"}),
    ("encounters.outpatient_visit", "fee_absurd", {"total_fee": "50000.01"}, {"total_fee": "50000"}),
    ("encounters.outpatient_visit", "visit_before_birth", {"visit_on": "2017-03-05", "patient_birth_date": "2017-03-06"}, {"visit_on": "2017-03-06"}),
    ("encounters.outpatient_visit", "sex_diagnosis", {"diagnosis": "O80.100", "patient_sex": "1"}, {"patient_sex": "2"}),
    ("encounters.discharge", "discharge_before_admission", {"admitted_on": "2017-03-06", "discharged_on": "2017-03-05"}, {"discharged_on": "2017-03-06"}),
    ("encounters.discharge", "fee_sum", {"total_fee": "10", "drug_fee": "3", "examination_fee": "3", "treatment_fee": "3", "material_fee": "1", "service_fee": "1"}, {"total_fee": "11"}),
    ("encounters.discharge", "long_stay", {"admitted_on": "2016-01-01", "discharged_on": "2017-03-05"}, {"admitted_on": "2016-03-06"}),
    ("encounters.discharge", "admitted_before_birth", {"admitted_on": "2017-03-05", "patient_birth_date": "2017-03-06"}, {"patient_birth_date": "2017-03-05"}),
    ("encounters.discharge", "sex_diagnosis", {"diagnosis": "O80", "patient_sex": "1"}, {"patient_sex": ""}),
    ("vital_events.birth", "weight_range", {"birth_weight": "3.2"}, {"birth_weight": "3200"}),
    ("vital_events.birth", "birth_differs", {"born_on": "2017-03-05", "child_birth_date": "2017-03-06"}, {"child_birth_date": ""}),
    ("vital_events.death", "death_before_birth", {"born_on": "2017-03-05", "died_on": "2017-03-04"}, {"died_on": "2017-03-05"}),
    ("vital_events.death", "birth_differs", {"born_on": "1950-03-05", "deceased_birth_date": "1951-03-05"}, {"born_on": "1951-03-05"}),
    ("vital_events.death", "maternal_male", {"maternal": "是", "deceased_sex": "1"}, {"maternal": "否"}),
    ("vital_events.death", "garbage_cause", {"cause": "R99"}, {"cause": "V01"}),
    ("primary_care.team", "dissolved_before_formed", {"formed_on": "2017-03-05", "dissolved_on": "2017-03-04"}, {"dissolved_on": ""}),
    ("primary_care.contract", "valid_order", {"signed_on": "2017-03-05", "valid_to": "2017-03-04"}, {"valid_to": "2018-03-04"}),
    ("primary_care.contract", "ended_before_signed", {"signed_on": "2017-03-05", "ended_on": "2017-03-04"}, {"ended_on": "2017-03-05"}),
    ("conditions.registration", "closed_order", {"registered_on": "2017-03-05", "closed_on": "2017-03-04"}, {"closed_on": "2017-03-05"}),
    ("conditions.registration", "closed_without_reason", {"closed_on": "2017-03-04"}, {"close_reason": "1"}),
    ("cd_control.case_card", "diagnosis_before_onset", {"onset_on": "2017-03-05", "diagnosed_on": "2017-03-04"}, {"onset_on": ""}),
    ("cd_control.case_card", "report_before_diagnosis", {"diagnosed_on": "2017-03-05", "reported_on": "2017-03-04"}, {"reported_on": "2017-03-05"}),
    ("cd_control.case_card", "death_before_onset", {"onset_on": "2017-03-05", "died_on": "2017-03-04"}, {"died_on": "2017-03-05"}),
    ("immunization.dose_summary", "given_over_due", {"doses_due": "4", "doses_given": "5"}, {"doses_given": "4"}),
    ("emergency.event", "report_before_event", {"occurred_on": "2017-03-05", "reported_on": "2017-03-04"}, {"reported_on": "2017-03-05"}),
    ("emergency.event", "closed_before_event", {"occurred_on": "2017-03-05", "closed_on": "2017-03-04"}, {"closed_on": ""}),
    ("emergency.event", "deaths_over_cases", {"cases": "1", "deaths": "2"}, {"cases": "2"}),
    ("gov_services.approval", "decided_before_accepted", {"accepted_on": "2017-03-05", "decided_on": "2017-03-04"}, {"decided_on": "2017-03-05"}),
    ("gov_services.approval", "due_before_accepted", {"accepted_on": "2017-03-05", "due_on": "2017-03-04"}, {"due_on": "2017-04-04"}),
    ("gov_services.approval", "decided_without_result", {"decided_on": "2017-03-04"}, {"result": "1"}),
    ("quality.dispute", "closed_before_occurred", {"occurred_on": "2017-03-05", "closed_on": "2017-03-04"}, {"closed_on": "2017-03-05"}),
    ("facilities_safety.hazard", "rectified_before_found", {"found_on": "2017-03-05", "rectified_on": "2017-03-04"}, {"rectified_on": ""}),
    ("facilities_safety.hazard", "due_before_found", {"found_on": "2017-03-05", "due_on": "2017-03-04"}, {"due_on": "2017-03-05"}),
    ("hospital_mgmt.monthly_operation", "staff_share", {"staff_expenditure": "2", "operating_expenditure": "1"}, {"operating_expenditure": "2"}),
    ("hospital_mgmt.monthly_operation", "overcrowded", {"open_bed_days": "100", "occupied_bed_days": "131"}, {"occupied_bed_days": "130"}),
    ("hospital_mgmt.monthly_operation", "drug_over_medical", {"medical_income": "1", "drug_income": "2"}, {"drug_income": "1"}),
    ("hospital_mgmt.monthly_operation", "open_bed_days_short", {"open_beds": "10", "open_bed_days": "311"}, {"open_bed_days": "310"}),
    ("hospital_mgmt.annual_attributes", "plans_order", {"plans_required": "1", "plans_present": "2"}, {"plans_required": "2"}),
    ("hospital_mgmt.annual_attributes", "stock_order", {"stock_required": "1", "stock_present": "2"}, {"stock_present": "1"}),
    ("hospital_mgmt.annual_attributes", "assessed_unfiled", {"security_filed": "否", "security_assessed": "是"}, {"security_filed": "是"}),
    ("hospital_mgmt.annual_attributes", "reported_unrequired", {"direct_report_required": "否", "direct_report_done": "是"}, {"direct_report_done": "否"}),
)  # fmt: skip

_CODES = (
    ("icd10", "O80"), ("icd10", "R99"), ("icd10", "V01"), ("sex", "1"), ("sex", "2"), ("close_reason", "1"),
    ("approval_result", "1"),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[IntakeEngine]:
    """An engine that knows a few codes and no institution; what else is wrong with a row does not matter here."""
    day = pa.date32()
    places = {
        "code": pa.string(),
        "organisation_id": pa.int64(),
        "area_id": pa.int64(),
        "valid_from": day,
        "valid_to": day,
    }
    areas = {name: kind for name, kind in places.items() if name != "organisation_id"}
    codes = pa.table(
        {"list": [one for one, _code in _CODES], "alias": [c for _, c in _CODES], "code": [c for _, c in _CODES]}
    )
    found = IntakeEngine(
        References(pa.schema(list(places.items())).empty_table(), pa.schema(list(areas.items())).empty_table(), codes)
    )
    yield found
    found.close()


def codes_of(engine: IntakeEngine, dataset: str, texts: dict[str, str]) -> set[str]:
    """Codes of all that is wrong with one row, given by column of the template."""
    kind = kind_by_id(dataset)
    names = [column.name for column in template_columns(kind)]
    assert set(texts) <= set(names)
    row = {name: pa.array([texts.get(name)], pa.string()) for name in names}
    row |= {"line_no": pa.array([2], pa.int64()), "file_no": pa.array([0], pa.int32())}
    files = pa.table(
        {
            "file_no": pa.array([0], pa.int32()),
            "institution_id": pa.array([1], pa.int64()),
            "institution_area_id": pa.array([1], pa.int64()),
            "received_on": pa.array([date(2018, 1, 1)], pa.date32()),
        }
    )
    (found,) = engine.check(kind, pa.table(row), files).rows.select(["errors", "warnings"]).to_pylist()
    return {
        code
        for severity, mask in ((Severity.ERROR, found["errors"]), (Severity.WARNING, found["warnings"]))
        for code in reasons(kind, mask, severity)
    }


@pytest.mark.parametrize(("dataset", "code", "broken", "mended"), CASES, ids=[f"{one[0]}:{one[1]}" for one in CASES])
def test_a_rule_speaks_where_it_is_broken_and_is_silent_otherwise(
    engine: IntakeEngine, dataset: str, code: str, broken: dict[str, str], mended: dict[str, str]
) -> None:
    assert code in codes_of(engine, dataset, broken)
    assert code not in codes_of(engine, dataset, broken | mended)


def test_every_rule_of_every_kind_stands_in_the_table() -> None:
    tried = {(dataset, code) for dataset, code, _broken, _mended in CASES}
    assert tried == {(kind.id, rule.code) for kind in kinds().values() for rule in kind.rules}
