"""Health workers in post at the end of a period, and how many of them a thousand residents have."""

from __future__ import annotations

from typing import Any

from weijian.definitions.measures import Component, Measure, Population, When
from weijian.foundation.figures.declaring import declare

_KIND = "staff.member"
RESIDENTS = Population("resident", "year_end")
_PHYSICIANS = ("11", "12", "13")
_TECHNICAL = (*_PHYSICIANS, "21", "31", "41", "69")


def _in_post(name: str, where: Any) -> Component:
    """One person who works at two institutions is two posts: staff are counted by post, as the yearly report does."""
    return Component(
        f"staff.{name}", _KIND, where=where, when=When.AS_OF_END, starts="employed_from", ends="employed_to"
    )


ALL = _in_post("all", None)
TECHNICAL = _in_post("technical", lambda t: t.category.isin(_TECHNICAL))
SENIOR = _in_post("senior", lambda t: t.category.isin(_TECHNICAL) & t.title.isin(["1", "2"]))
PHYSICIANS = _in_post("physicians", lambda t: t.category.isin(_PHYSICIANS))
GENERAL_PRACTITIONERS = _in_post("general_practitioners", lambda t: t.category == "13")
NURSES = _in_post("nurses", lambda t: t.category == "21")


def _staff(measure_id: str, top: Component, *bottom: Component | Population) -> Measure:
    return declare(measure_id, numerator=(top,), denominator=bottom, owner="personnel")


MEASURES: tuple[Measure, ...] = (
    _staff("staff.total", ALL),
    _staff("staff.technical", TECHNICAL),
    _staff("staff.physicians", PHYSICIANS),
    _staff("staff.nurses", NURSES),
    _staff("staff.physicians_per_1000_resident", PHYSICIANS, RESIDENTS),
    _staff("staff.nurses_per_1000_resident", NURSES, RESIDENTS),
    _staff("staff.gp_per_10000_resident", GENERAL_PRACTITIONERS, RESIDENTS),
    _staff("staff.nurse_physician_ratio", NURSES, PHYSICIANS),
    _staff("staff.senior_share", SENIOR, TECHNICAL),
)
