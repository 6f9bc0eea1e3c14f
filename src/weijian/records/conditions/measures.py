"""Persons under management for a condition, each once, at the end of a period."""

from __future__ import annotations

from typing import Any

from weijian.definitions.measures import Component, Measure, Population, When
from weijian.foundation.figures.declaring import declare

_KIND = "conditions.registration"


def _registered(name: str, where: Any) -> Component:
    return Component(
        f"conditions.{name}",
        _KIND,
        where=where,
        distinct="subject_id",
        when=When.AS_OF_END,
        starts="registered_on",
        ends="closed_on",
        persons=True,
    )


HYPERTENSION = _registered("hypertension", lambda t: t.condition == "1")
DIABETES = _registered("diabetes", lambda t: t.condition == "2")
MENTAL = _registered("mental", lambda t: t.condition == "3")
MENTAL_SEVERE = _registered("mental_severe", lambda t: (t.condition == "3") & t.severe)
TUBERCULOSIS = _registered("tuberculosis", lambda t: t.condition == "4")

MEASURES: tuple[Measure, ...] = (
    declare("chronic.smi_registered", numerator=(MENTAL,), owner="disease"),
    declare("chronic.smi_severe", numerator=(MENTAL_SEVERE,), owner="disease"),
    declare(
        "chronic.smi_detection_rate",
        numerator=(MENTAL,),
        denominator=(Population("resident", "year_end"),),
        owner="disease",
    ),
    declare("chronic.hypertension_registered", numerator=(HYPERTENSION,), owner="primary"),
    declare("chronic.diabetes_registered", numerator=(DIABETES,), owner="primary"),
    declare("chronic.tb_registered", numerator=(TUBERCULOSIS,), owner="disease"),
)
