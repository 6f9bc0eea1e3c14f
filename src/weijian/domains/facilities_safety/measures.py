"""Safety hazards found and rectified."""

from __future__ import annotations

from weijian.definitions.measures import Component, Measure
from weijian.foundation.figures.declaring import declare

_KIND = "facilities_safety.hazard"

FOUND = Component("hazards.found", _KIND)
RECTIFIED = Component("hazards.rectified", _KIND, where=lambda t: t.rectified_on.notnull())

MEASURES: tuple[Measure, ...] = (
    declare("hazards.found", numerator=(FOUND,), owner="facilities"),
    declare("hazards.rectified", numerator=(RECTIFIED,), owner="facilities"),
    declare("hazards.rectification_rate", numerator=(RECTIFIED,), denominator=(FOUND,), owner="facilities"),
)
