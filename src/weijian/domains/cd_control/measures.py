"""Reported notifiable diseases: cases and incidence by class, and whether cards came in time."""

from __future__ import annotations

from typing import Any

from weijian import content
from weijian.definitions.measures import Component, Measure, Population, Term
from weijian.foundation.figures.declaring import declare

_KIND = "cd_control.case_card"
RESIDENTS = Population("resident")
_DISEASES = content.read_csv("codes/notifiable_disease.csv")


def _codes(*classes: str) -> list[str]:
    return [row["code"] for row in _DISEASES if row["class"] in classes]


def _counted(t: Any) -> Any:
    """Cases that statistics count: clinically diagnosed and confirmed (传染病信息报告管理规范)."""
    return t.case_class.isin(["2", "3"])


def _cases(name: str, codes: list[str]) -> Component:
    return Component(
        f"cases.{name}",
        _KIND,
        where=lambda t: _counted(t) & t.disease.isin(codes),
        date="reported_on",
        persons=True,
    )


_URGENT = [row["code"] for row in _DISEASES if row["report_hours"] == "2"]

AB = _cases("ab", _codes("A", "B"))
C = _cases("c", _codes("C"))
DENGUE = _cases("dengue", ["2400"])
TUBERCULOSIS = _cases("tuberculosis", ["2600"])
CARDS = Component("cards.all", _KIND, date="reported_on")
#: 2 hours means the same day, 24 hours at most the next one: cards carry dates.
IN_TIME = Component(
    "cards.in_time",
    _KIND,
    where=lambda t: t.reported_on.delta(t.diagnosed_on, unit="day") <= t.disease.isin(_URGENT).ifelse(0, 1),
    date="reported_on",
)


def _disease(measure_id: str, top: Term, *bottom: Term) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=bottom, owner="disease")


MEASURES: tuple[Measure, ...] = (
    _disease("infectious.ab_cases", AB),
    _disease("infectious.ab_incidence", AB, RESIDENTS),
    _disease("infectious.c_cases", C),
    _disease("infectious.c_incidence", C, RESIDENTS),
    _disease("infectious.dengue_cases", DENGUE),
    _disease("infectious.tb_incidence", TUBERCULOSIS, RESIDENTS),
    _disease("infectious.report_timely_rate", IN_TIME, CARDS),
)
