"""Measures over visits and discharges: volume, cost, stay, and what share of them primary care and each owner
carries."""

from __future__ import annotations

from typing import Any

import ibis

from weijian.definitions.measures import Component, Measure, Population
from weijian.foundation.figures.declaring import declare
from weijian.records.encounters import joined_components as joined

_VISIT = "encounters.outpatient_visit"
_DISCHARGE = "encounters.discharge"
RESIDENTS = Population("resident")

#: Departments whose discharges are surgical (科室 04 外科, 08 小儿外科).
SURGICAL_DEPARTMENTS = ("04", "08")


def _primary(o: Any) -> Any:
    return o.category == "primary"


def _public_hospital(o: Any) -> Any:
    return (o.ownership == "public") & (o.category == "hospital")


def _private(o: Any) -> Any:
    return o.ownership == "private"


def _tcm(o: Any) -> Any:
    return (o.nature == "tcm") & (o.category == "hospital")


def _public_l3(o: Any) -> Any:
    return (o.ownership == "public") & (o.level == "3")


def _public_l2(o: Any) -> Any:
    return (o.ownership == "public") & (o.level != "3")


def _level(level: str) -> Any:
    return lambda o: (o.level == level) & (o.category == "hospital")


def _seen(t: Any) -> Any:
    """Outpatient and emergency: the visits that average costs are taken over."""
    return t.visit_type.isin(["1", "2"])


def _stay(t: Any) -> Any:
    """Bed days of a discharge: nights stayed, one where admission and discharge fall on one day."""
    return ibis.greatest(t.discharged_on.delta(t.admitted_on, unit="day"), 1)


def _of_type(name: str, code: str) -> Component:
    return Component(f"visits.{name}", _VISIT, where=lambda t: t.visit_type == code)


VISITS = Component("visits.all", _VISIT)
OUTPATIENT = _of_type("outpatient", "1")
EMERGENCY = _of_type("emergency", "2")
CHECKUP = _of_type("checkup", "3")
PRIMARY = Component("visits.primary", _VISIT, organisations=_primary)
PUBLIC_HOSPITAL = Component("visits.public_hospital", _VISIT, organisations=_public_hospital)
PRIVATE = Component("visits.private", _VISIT, organisations=_private)
TCM = Component("visits.tcm", _VISIT, organisations=_tcm)
SEEN = Component("visits.seen", _VISIT, where=_seen)
SEEN_FEE = Component("visits.seen_fee", _VISIT, where=_seen, value=lambda t: t.total_fee)
SEEN_DRUG = Component("visits.seen_drug_fee", _VISIT, where=_seen, value=lambda t: t.drug_fee)
SEEN_L3 = Component("visits.seen_public_l3", _VISIT, where=_seen, organisations=_public_l3)
SEEN_L2 = Component("visits.seen_public_l2", _VISIT, where=_seen, organisations=_public_l2)
SEEN_FEE_L3 = Component(
    "visits.seen_fee_public_l3", _VISIT, where=_seen, value=lambda t: t.total_fee, organisations=_public_l3
)
SEEN_FEE_L2 = Component(
    "visits.seen_fee_public_l2", _VISIT, where=_seen, value=lambda t: t.total_fee, organisations=_public_l2
)
VISITS_UNLINKED = Component("visits.unlinked", _VISIT, where=lambda t: t.link_state != 1)

DISCHARGES = Component("discharges.all", _DISCHARGE)
OPERATED = Component("discharges.operated", _DISCHARGE, where=lambda t: t.operation_count > 0)
DIED = Component("discharges.died", _DISCHARGE, where=lambda t: t.disposition == "5", persons=True)
AMI = Component("discharges.ami", _DISCHARGE, where=lambda t: t.diagnosis.substr(0, 3).isin(["I21", "I22"]))
AMI_DIED = Component(
    "discharges.ami_died",
    _DISCHARGE,
    where=lambda t: t.diagnosis.substr(0, 3).isin(["I21", "I22"]) & (t.disposition == "5"),
    persons=True,
)
TO_PRIMARY = Component("discharges.to_primary", _DISCHARGE, where=lambda t: t.disposition == "3")
DAYS = Component("discharges.days", _DISCHARGE, value=_stay)
DAYS_L3 = Component("discharges.days_l3", _DISCHARGE, value=_stay, organisations=_level("3"))
DAYS_L2 = Component("discharges.days_l2", _DISCHARGE, value=_stay, organisations=_level("2"))
DISCHARGES_L3 = Component("discharges.l3", _DISCHARGE, organisations=_level("3"))
DISCHARGES_L2 = Component("discharges.l2", _DISCHARGE, organisations=_level("2"))
FEE = Component("discharges.fee", _DISCHARGE, value=lambda t: t.total_fee)
FEE_L3 = Component("discharges.fee_public_l3", _DISCHARGE, value=lambda t: t.total_fee, organisations=_public_l3)
FEE_L2 = Component("discharges.fee_public_l2", _DISCHARGE, value=lambda t: t.total_fee, organisations=_public_l2)
STAYS_L3 = Component("discharges.public_l3", _DISCHARGE, organisations=_public_l3)
STAYS_L2 = Component("discharges.public_l2", _DISCHARGE, organisations=_public_l2)
DRUG = Component("discharges.drug_fee", _DISCHARGE, value=lambda t: t.drug_fee)
MATERIAL = Component("discharges.material_fee", _DISCHARGE, value=lambda t: t.material_fee)
EXAMINATION = Component("discharges.examination_fee", _DISCHARGE, value=lambda t: t.examination_fee)
SURGICAL = Component(
    "discharges.surgical_l3",
    _DISCHARGE,
    where=lambda t: t.department.isin(SURGICAL_DEPARTMENTS),
    organisations=_level("3"),
)
SURGICAL_OPERATED = Component(
    "discharges.surgical_operated_l3",
    _DISCHARGE,
    where=lambda t: t.department.isin(SURGICAL_DEPARTMENTS) & (t.operation_count > 0),
    organisations=_level("3"),
)
DISCHARGES_UNLINKED = Component("discharges.unlinked", _DISCHARGE, where=lambda t: t.link_state != 1)


def _medical(measure_id: str, top: Component, bottom: Component | None = None, **given: Any) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=(bottom,) if bottom else (), owner="medical", **given)


def _growth(measure_id: str, of: str) -> Measure:
    return declare(measure_id, of=of, owner="medical")


MEASURES: tuple[Measure, ...] = (
    _medical("visits.total", VISITS),
    _medical("visits.outpatient", OUTPATIENT),
    _medical("visits.emergency", EMERGENCY),
    _medical("visits.checkup", CHECKUP),
    declare("visits.primary", numerator=(PRIMARY,), owner="primary"),
    declare("visits.primary_share", numerator=(PRIMARY,), denominator=(VISITS,), owner="primary"),
    _medical("visits.public_hospital_share", PUBLIC_HOSPITAL, VISITS),
    _medical("visits.private_share", PRIVATE, VISITS),
    declare("visits.tcm_share", numerator=(TCM,), denominator=(VISITS,), owner="tcm"),
    declare("visits.per_resident", numerator=(VISITS,), denominator=(RESIDENTS,), owner="medical"),
    _medical("visits.nonlocal_share", joined.VISITS_NONLOCAL, joined.VISITS_LINKED),
    _medical("discharges.total", DISCHARGES),
    _medical("discharges.surgery_share", OPERATED, DISCHARGES),
    _medical("discharges.fatality", DIED, DISCHARGES),
    _medical("discharges.ami_fatality", AMI_DIED, AMI),
    _medical("discharges.los_mean", DAYS, DISCHARGES),
    _medical("discharges.los_mean_l3", DAYS_L3, DISCHARGES_L3),
    _medical("discharges.los_mean_l2", DAYS_L2, DISCHARGES_L2),
    _medical("discharges.down_referral_share", TO_PRIMARY, DISCHARGES),
    _medical("discharges.readmission_31d", joined.READMITTED, joined.DISCHARGES_LINKED),
    _medical("discharges.surgery_of_surgical_share", SURGICAL_OPERATED, SURGICAL),
    _medical("cost.outpatient_per_visit", SEEN_FEE, SEEN),
    _medical("cost.outpatient_per_visit_public_l3", SEEN_FEE_L3, SEEN_L3),
    _medical("cost.outpatient_per_visit_public_l2", SEEN_FEE_L2, SEEN_L2),
    _medical("cost.inpatient_per_discharge", FEE, DISCHARGES),
    _medical("cost.inpatient_per_discharge_public_l3", FEE_L3, STAYS_L3),
    _medical("cost.inpatient_per_discharge_public_l2", FEE_L2, STAYS_L2),
    _medical("cost.inpatient_per_day", FEE, DAYS),
    _medical("cost.outpatient_drug_share", SEEN_DRUG, SEEN_FEE),
    _medical("cost.inpatient_drug_share", DRUG, FEE),
    declare("cost.drug_share", numerator=(SEEN_DRUG, DRUG), denominator=(SEEN_FEE, FEE), owner="medical"),
    _medical("cost.consumable_share", MATERIAL, FEE),
    _medical("cost.exam_share", EXAMINATION, FEE),
    _growth("cost.outpatient_per_visit_growth_l3", "cost.outpatient_per_visit_public_l3"),
    _growth("cost.inpatient_per_discharge_growth_l3", "cost.inpatient_per_discharge_public_l3"),
    _growth("cost.outpatient_per_visit_growth_l2", "cost.outpatient_per_visit_public_l2"),
    _growth("cost.inpatient_per_discharge_growth_l2", "cost.inpatient_per_discharge_public_l2"),
    declare(
        "quality.unlinked_share",
        numerator=(VISITS_UNLINKED, DISCHARGES_UNLINKED),
        denominator=(VISITS, DISCHARGES),
        owner="planning",
    ),
)
