"""Births, deaths and what follows from both with a population: rates, ratios, life expectancy.

Maternal and child measures follow the year of 全国妇幼健康统计调查制度 (1 October to 30 September); the
calendar-year twins stand beside them under their own ids.
"""

from __future__ import annotations

from typing import Any

from weijian.definitions.measures import Component, Measure, Population, Term, When
from weijian.engines.measures.cubes import age_on
from weijian.foundation.figures.declaring import declare
from weijian.records.vital_events import life_measures as life

_BIRTH = "vital_events.birth"
_DEATH = "vital_events.death"
REGISTERED = Population("registered")
RESIDENTS = Population("resident")


def _births(name: str, where: Any, when: When = When.DURING) -> Component:
    return Component(f"births.{name}", _BIRTH, where=where, when=when)


def _deaths(name: str, where: Any, when: When = When.DURING) -> Component:
    return Component(f"deaths.{name}", _DEATH, where=where, when=when, persons=True)


def _registered(t: Any) -> Any:
    return t.registered_household


def _resident(t: Any) -> Any:
    return t.resident


def _under(years: int) -> Any:
    return lambda t: t.registered_household & (age_on(t.born_on, t.died_on) < years)


def _newborn(t: Any) -> Any:
    return t.registered_household & (t.died_on.delta(t.born_on, unit="day") < 28)


def _caused(first: str, last: str) -> Any:
    return lambda t: t.resident & t.cause.substr(0, 3).between(first, last)


REGISTERED_BIRTHS = _births("registered", _registered)
REGISTERED_POLICY = _births("registered_policy", lambda t: t.registered_household & t.policy_compliant)
REGISTERED_MALE = _births("registered_male", lambda t: t.registered_household & (t.sex == "1"))
REGISTERED_FEMALE = _births("registered_female", lambda t: t.registered_household & (t.sex == "2"))
RESIDENT_BIRTHS = _births("resident", _resident)
RESIDENT_POLICY = _births("resident_policy", lambda t: t.resident & t.policy_compliant)
RESIDENT_MALE = _births("resident_male", lambda t: t.resident & (t.sex == "1"))
RESIDENT_FEMALE = _births("resident_female", lambda t: t.resident & (t.sex == "2"))
FACILITY = _births("facility", lambda t: t.place_id.notnull())
IN_FACILITY = _births("resident_in_facility", lambda t: t.resident & t.place_id.notnull())
LOW_WEIGHT = _births("low_weight", lambda t: t.resident & (t.birth_weight < 2500))
WEIGHED = _births("weighed", lambda t: t.resident & t.birth_weight.notnull())
PRETERM = _births("preterm", lambda t: t.resident & t.gestation_weeks.between(28, 36))
TERM_KNOWN = _births("term_known", lambda t: t.resident & t.gestation_weeks.notnull())
LATER = _births("second_or_later", lambda t: t.resident & (t.birth_order >= 2))
ORDER_KNOWN = _births("order_known", lambda t: t.resident & t.birth_order.notnull())
MCH_BIRTHS = _births("registered_mch", _registered, When.MCH_YEAR)

INFANT = _deaths("infant_mch", _under(1), When.MCH_YEAR)
UNDER_5 = _deaths("under5_mch", _under(5), When.MCH_YEAR)
NEONATAL = _deaths("neonatal_mch", _newborn, When.MCH_YEAR)
INFANT_CALENDAR = _deaths("infant", _under(1))
UNDER_5_CALENDAR = _deaths("under5", _under(5))
MATERNAL = _deaths("maternal_mch", lambda t: t.registered_household & t.maternal, When.MCH_YEAR)
REGISTERED_DEATHS = _deaths("registered", _registered)
ALL_DEATHS = _deaths("all", None)
ILL_DEFINED = _deaths("ill_defined", _caused("R00", "R99"))
INJURY = _deaths("injury", _caused("V01", "Y98"))
CANCER = _deaths("cancer", _caused("C00", "C97"))
CIRCULATORY = _deaths("circulatory", _caused("I00", "I99"))

COMPONENTS: tuple[Component, ...] = (life.RESIDENT_DEATHS, life.NCD_DEATHS)
TABLE_FUNCTIONS = life.TABLE_FUNCTIONS
TABLE_INPUTS = life.TABLE_INPUTS
TABLE_BY_SEX = life.TABLE_BY_SEX


def _family(measure_id: str, top: Term, *bottom: Term, **given: Any) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=bottom, owner="family", **given)


def _mch(measure_id: str, top: Term, *bottom: Term, **given: Any) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=bottom, owner="primary", **given)


def _death(measure_id: str, top: Term, *bottom: Term, **given: Any) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=bottom, owner="disease", **given)


MEASURES: tuple[Measure, ...] = (
    _family("births.registered", REGISTERED_BIRTHS),
    _family("birth.rate_registered", REGISTERED_BIRTHS, REGISTERED),
    _family("birth.policy_rate_registered", REGISTERED_POLICY, REGISTERED_BIRTHS),
    _family("birth.sex_ratio_registered", REGISTERED_MALE, REGISTERED_FEMALE),
    _family("births.resident", RESIDENT_BIRTHS),
    _family("birth.rate_resident", RESIDENT_BIRTHS, RESIDENTS),
    _family("birth.policy_rate_resident", RESIDENT_POLICY, RESIDENT_BIRTHS),
    _family("birth.sex_ratio_resident", RESIDENT_MALE, RESIDENT_FEMALE),
    _mch("birth.facility_births", FACILITY),
    _mch("birth.hospital_delivery_rate", IN_FACILITY, RESIDENT_BIRTHS),
    _mch("birth.low_weight_rate", LOW_WEIGHT, WEIGHED),
    _mch("birth.preterm_rate", PRETERM, TERM_KNOWN),
    _family("birth.second_or_later_share", LATER, ORDER_KNOWN),
    _mch("mortality.live_births_mch_year", MCH_BIRTHS),
    _mch("mortality.infant_rate", INFANT, MCH_BIRTHS),
    _mch("mortality.under5_rate", UNDER_5, MCH_BIRTHS),
    _mch("mortality.neonatal_rate", NEONATAL, MCH_BIRTHS),
    _mch("mortality.infant_rate_calendar", INFANT_CALENDAR, REGISTERED_BIRTHS),
    _mch("mortality.under5_rate_calendar", UNDER_5_CALENDAR, REGISTERED_BIRTHS),
    _mch("mortality.maternal_deaths", MATERNAL),
    _mch("mortality.maternal_ratio", MATERNAL, MCH_BIRTHS),
    _death("mortality.deaths_resident", life.RESIDENT_DEATHS),
    _death("mortality.crude_rate_resident", life.RESIDENT_DEATHS, RESIDENTS),
    _death("mortality.crude_rate_registered", REGISTERED_DEATHS, REGISTERED),
    _death("mortality.crude_rate_all", ALL_DEATHS, RESIDENTS),
    _death("mortality.ill_defined_share", ILL_DEFINED, life.RESIDENT_DEATHS),
    _death("mortality.injury_rate", INJURY, RESIDENTS),
    _death("mortality.cancer_rate", CANCER, RESIDENTS),
    _death("mortality.circulatory_rate", CIRCULATORY, RESIDENTS),
    *life.MEASURES,
)
