"""Measures over the yearly attributes that tell how institutions develop: information systems, pilots, centres,
nursing, and the mark-up on drugs."""

from __future__ import annotations

from typing import Any

from weijian.definitions.measures import Component, Measure
from weijian.domains.hospital_mgmt.alliance_measures import attribute
from weijian.foundation.figures.declaring import declare


def _public_hospitals(o: Any) -> Any:
    return (o.ownership == "public") & (o.affiliation == "district") & (o.category == "hospital")


CLINICS = attribute("clinics_in_programme", where=lambda t: t.vaccination_clinic)
CLINICS_4A = attribute("vaccination_4a", where=lambda t: t.vaccination_clinic & t.vaccination_4a)
REMOTE_IMAGING = attribute(
    "remote_imaging", where=lambda t: t.remote_imaging, organisations=lambda o: o.type == "community_centre"
)
SECURITY_FILED = attribute("security_filed", where=lambda t: t.security_filed)
SECURITY_ASSESSED = attribute("security_assessed", where=lambda t: t.security_assessed)
CHRONIC_DRUGS = attribute("chronic_drug_pilot", where=lambda t: t.chronic_drug_pilot)
MODERN_PILOTS = attribute("modern_management_pilot", where=lambda t: t.modern_management_pilot)
HARDSHIP = attribute("hardship_subsidy", where=lambda t: t.hardship_subsidy)
METABOLIC = attribute("metabolic_centre", where=lambda t: t.metabolic_centre)
NURSING_CLINICS = attribute("nursing_clinics", value=lambda t: t.nursing_clinics)
BABY_ROOMS = attribute("baby_rooms", value=lambda t: t.baby_rooms)
#: Hundredths of a percent, so that the sum is a whole number.
MARKUP = attribute(
    "drug_markup_public",
    value=lambda t: (t.drug_markup_percent * 100).round().cast("int64"),
    organisations=_public_hospitals,
)
MARKUP_STATED = attribute(
    "drug_markup_stated", where=lambda t: t.drug_markup_percent.notnull(), organisations=_public_hospitals
)


def _count(measure_id: str, component: Component, owner: str) -> Measure:
    return declare(measure_id, numerator=(component,), owner=owner)


MEASURES: tuple[Measure, ...] = (
    _count("institutions.remote_imaging_centres", REMOTE_IMAGING, "primary"),
    _count("institutions.mlps_filed", SECURITY_FILED, "planning"),
    _count("institutions.mlps_assessed", SECURITY_ASSESSED, "planning"),
    _count("institutions.chronic_drug_pilots", CHRONIC_DRUGS, "primary"),
    _count("institutions.modern_pilots", MODERN_PILOTS, "medical"),
    _count("institutions.hardship", HARDSHIP, "finance"),
    _count("institutions.metabolic_centres", METABOLIC, "medical"),
    _count("institutions.nursing_clinics", NURSING_CLINICS, "medical"),
    _count("institutions.baby_rooms", BABY_ROOMS, "family"),
    declare("immunization.clinics_4a_rate", numerator=(CLINICS_4A,), denominator=(CLINICS,), owner="disease"),
    declare("cost.drug_markup_rate", numerator=(MARKUP,), denominator=(MARKUP_STATED,), owner="finance", scale=0.01),
)
