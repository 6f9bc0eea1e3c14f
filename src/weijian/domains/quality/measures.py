"""Medical disputes and complaints by kind, and their change against the year before."""

from __future__ import annotations

from weijian.definitions.measures import Component, Measure
from weijian.foundation.figures.declaring import declare

_KIND = "quality.dispute"


def _cases(name: str, *kinds: str) -> Component:
    return Component(f"disputes.{name}", _KIND, where=lambda t: t.kind.isin(kinds))


ALL = _cases("all", "1", "2", "3", "4")
DISTURBANCE = _cases("disturbance", "2")
INJURY = _cases("injury", "3")
THREAT = _cases("threat", "4")
COMPLAINTS = _cases("complaints", "5")
UNLICENSED = _cases("unlicensed", "6")


def _count(measure_id: str, component: Component) -> Measure:
    return declare(measure_id, numerator=(component,), owner="medical")


MEASURES: tuple[Measure, ...] = (
    _count("disputes.total", ALL),
    declare("disputes.growth", of="disputes.total", owner="medical"),
    _count("disputes.disturbance", DISTURBANCE),
    _count("disputes.injury", INJURY),
    _count("disputes.threat", THREAT),
    _count("disputes.complaints", COMPLAINTS),
    declare("disputes.complaints_growth", of="disputes.complaints", owner="medical"),
    _count("disputes.unlicensed_complaints", UNLICENSED),
    declare("disputes.unlicensed_complaints_growth", of="disputes.unlicensed_complaints", owner="medical"),
)
