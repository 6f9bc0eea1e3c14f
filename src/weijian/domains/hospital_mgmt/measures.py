"""Measures over the monthly operation and the yearly attributes of institutions: beds, money, readiness, membership."""

from __future__ import annotations

from typing import Any

from weijian.definitions.measures import Component, Measure, Population, Term, When
from weijian.domains.hospital_mgmt.alliance_measures import MEASURES as ALLIANCES
from weijian.domains.hospital_mgmt.alliance_measures import TABLE_FUNCTIONS as _ALLIANCE_FUNCTIONS
from weijian.domains.hospital_mgmt.alliance_measures import TABLE_INPUTS as _ALLIANCE_INPUTS
from weijian.domains.hospital_mgmt.alliance_measures import attribute
from weijian.domains.hospital_mgmt.development_measures import MEASURES as DEVELOPMENT
from weijian.domains.hospital_mgmt.named_institutions import named
from weijian.foundation.figures.declaring import declare
from weijian.records.encounters.measures import DISCHARGES

_MONTH = "hospital_mgmt.monthly_operation"
RESIDENTS = Population("resident", "year_end")
TABLE_FUNCTIONS = _ALLIANCE_FUNCTIONS
TABLE_INPUTS = _ALLIANCE_INPUTS


def _public_medical(o: Any) -> Any:
    """公立医疗机构: licensed, run by the district, and not a station of another institution."""
    return (o.ownership == "public") & (o.affiliation == "district") & o.licensed & o.parent_id.isnull()


def _public_hospital(o: Any) -> Any:
    return (o.ownership == "public") & (o.affiliation == "district") & (o.category == "hospital")


def _public_hospitals_all(o: Any) -> Any:
    return (o.ownership == "public") & (o.category == "hospital")


def _operation(name: str, value: Any, organisations: Any = None) -> Component:
    return Component(f"operation.{name}", _MONTH, value=value, organisations=organisations)


OCCUPIED = _operation("occupied_days", lambda t: t.occupied_bed_days)
OPEN_DAYS = _operation("open_days", lambda t: t.open_bed_days)
OCCUPIED_PUBLIC = _operation("occupied_days_public", lambda t: t.occupied_bed_days, _public_hospitals_all)
OPEN_DAYS_PUBLIC = _operation("open_days_public", lambda t: t.open_bed_days, _public_hospitals_all)
INCOME = _operation("medical_income_public", lambda t: t.medical_income, lambda o: o.ownership == "public")
SPENDING = _operation("expenditure_public", lambda t: t.operating_expenditure, _public_hospitals_all)
STAFF_SPENDING = _operation("staff_expenditure_public", lambda t: t.staff_expenditure, _public_hospitals_all)
HOSPITAL_DISCHARGES = DISCHARGES
#: Average open beds of a period are its open bed-days over its days, so that the turnover needs no average of averages.
OPEN_BEDS = Component("operation.open_beds", _MONTH, value=lambda t: t.open_beds, when=When.LATEST)
SURGICAL_L3 = Component(
    "operation.surgical_beds_l3",
    _MONTH,
    value=lambda t: t.surgical_beds.fill_null(0),
    when=When.LATEST,
    organisations=lambda o: (o.level == "3") & (o.category == "hospital"),
)
OPEN_L3 = Component(
    "operation.open_beds_l3",
    _MONTH,
    value=lambda t: t.open_beds,
    when=When.LATEST,
    organisations=lambda o: (o.level == "3") & (o.category == "hospital"),
)

BEDS = attribute("open_beds", value=lambda t: t.open_beds)
CLIFFORD_BEDS = attribute(
    "approved_beds_clifford", value=lambda t: t.approved_beds, organisations=named("institutions.clifford_beds")
)
TCM_BEDS = attribute(
    "approved_beds_district_tcm", value=lambda t: t.approved_beds, organisations=named("institutions.tcm_beds")
)
INSTITUTIONS = attribute("institutions")
PUBLIC_MEDICAL = attribute("public_medical", organisations=_public_medical)
PUBLIC_HOSPITALS = attribute("public_hospitals", organisations=_public_hospital)
MIDWIFERY_V = attribute("midwifery_v", where=lambda t: t.midwifery_level == "5")
MIDWIFERY_IV = attribute("midwifery_iv", where=lambda t: t.midwifery_level == "4")
ELDERLY = attribute("elderly_care", where=lambda t: t.elderly_care_institution)
ELDERLY_BEDS = attribute(
    "elderly_care_beds", where=lambda t: t.elderly_care_institution, value=lambda t: t.elderly_care_beds
)
CHEST_PAIN = attribute("chest_pain_national", where=lambda t: t.chest_pain_centre == "national")
SENTINELS = attribute("foodborne_sentinels", where=lambda t: t.foodborne_sentinel_since <= t.year_end)
CLINICS = attribute("vaccination_clinics", where=lambda t: t.vaccination_clinic)
CLINICS_DIGITAL = attribute("vaccination_digital", where=lambda t: t.vaccination_clinic & t.vaccination_digital)
COLD_ROOMS = attribute("cold_rooms", value=lambda t: t.cold_rooms)
ALARMS = attribute("temperature_alarms", value=lambda t: t.temperature_alarms)
REPORT_REQUIRED = attribute("direct_report_required", where=lambda t: t.direct_report_required)
REPORT_DONE = attribute("direct_report_done", where=lambda t: t.direct_report_required & t.direct_report_done)
PLANS_REQUIRED = attribute("plans_required", value=lambda t: t.plans_required)
PLANS_PRESENT = attribute("plans_present", value=lambda t: t.plans_present)
STOCK_REQUIRED = attribute("stock_required", value=lambda t: t.stock_required)
STOCK_PRESENT = attribute("stock_present", value=lambda t: t.stock_present)
SUPERVISED = attribute("supervised", where=lambda t: t.supervised, organisations=lambda o: o.licensed)
UNDER_SUPERVISION = attribute("under_supervision", organisations=lambda o: o.licensed)


def _by(owner: str, measure_id: str, top: Term, *bottom: Term, **given: Any) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=bottom, owner=owner, **given)


MEASURES: tuple[Measure, ...] = (
    _by("medical", "beds.total", BEDS),
    _by("medical", "beds.per_1000_resident", BEDS, RESIDENTS),
    _by("medical", "beds.use_rate", OCCUPIED, OPEN_DAYS),
    _by("medical", "beds.use_rate_public", OCCUPIED_PUBLIC, OPEN_DAYS_PUBLIC),
    _by("medical", "beds.turnover", HOSPITAL_DISCHARGES, OPEN_BEDS),
    _by("medical", "beds.surgical_share_l3", SURGICAL_L3, OPEN_L3),
    Measure(
        id="cost.medical_income",
        zh="公立医疗机构医疗收入",
        en="Medical income of public institutions",
        unit="元",
        form="sum",
        definition_zh="公立医疗机构医疗收入之和",
        definition_en="Medical income of public institutions",
        source="医院财务制度(2010)",
        numerator=(INCOME,),
        scale=0.01,
        decimals=2,
        owner="finance",
        date_basis="fiscal_year",
    ),
    declare("cost.medical_income_growth", of="cost.medical_income", owner="finance"),
    _by("finance", "cost.staff_share", STAFF_SPENDING, SPENDING),
    _by("medical", "institutions.total", INSTITUTIONS),
    _by("medical", "institutions.public_medical", PUBLIC_MEDICAL),
    _by("medical", "institutions.public_hospitals", PUBLIC_HOSPITALS),
    _by("primary", "institutions.midwifery_v", MIDWIFERY_V),
    _by("primary", "institutions.midwifery_iv", MIDWIFERY_IV),
    _by("family", "institutions.medical_elderly", ELDERLY),
    _by("family", "institutions.medical_elderly_beds", ELDERLY_BEDS),
    _by("medical", "institutions.clifford_beds", CLIFFORD_BEDS),
    Measure(
        id="institutions.tcm_beds",
        zh="区中医院床位数",
        en="Beds of the district TCM hospital",
        unit="张",
        form="sum",
        definition_zh="期末区中医院编制床位数",
        definition_en="Approved beds of the district TCM hospital at period end",
        source="国家卫生健康统计调查制度 医疗卫生机构年报表",
        numerator=(TCM_BEDS,),
        owner="tcm",
        date_basis="as_of",
    ),
    declare("institutions.tcm_new_beds", form="difference", of="institutions.tcm_beds", owner="tcm"),
    _by("medical", "institutions.chest_pain_centres", CHEST_PAIN),
    _by("disease", "institutions.foodborne_sentinels", SENTINELS),
    declare(
        "institutions.foodborne_sentinels_added",
        form="difference",
        of="institutions.foodborne_sentinels",
        owner="disease",
    ),
    declare("institutions.renamed", form="table", function="institutions.renamed", owner="medical"),
    _by("disease", "immunization.clinics", CLINICS),
    _by("disease", "immunization.clinics_digital", CLINICS_DIGITAL),
    _by("disease", "immunization.clinics_digital_rate", CLINICS_DIGITAL, CLINICS),
    _by("disease", "immunization.cold_rooms", COLD_ROOMS),
    _by("disease", "immunization.temp_alarms", ALARMS),
    *DEVELOPMENT,
    _by("disease", "infectious.direct_report_rate", REPORT_DONE, REPORT_REQUIRED),
    _by("disease", "emergency.plan_completeness", PLANS_PRESENT, PLANS_REQUIRED),
    _by("disease", "emergency.stock_completeness", STOCK_PRESENT, STOCK_REQUIRED),
    _by("policy", "supervision.coverage", SUPERVISED, UNDER_SUPERVISION),
    *ALLIANCES,
)
