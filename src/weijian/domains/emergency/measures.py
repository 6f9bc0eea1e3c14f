"""Public-health events by grade, food incidents beside them, and whether they were reported within two hours."""

from __future__ import annotations

from weijian.definitions.measures import Component, Measure
from weijian.foundation.figures.declaring import declare

_KIND = "emergency.event"

GRADED = Component("events.graded", _KIND, where=lambda t: t.grade != "9", date="reported_on")
FOOD = Component("events.food", _KIND, where=lambda t: t.food_related, date="reported_on")
ALL = Component("events.all", _KIND, date="reported_on")
IN_TIME = Component("events.in_time", _KIND, where=lambda t: t.reported_in_time, date="reported_on")

MEASURES: tuple[Measure, ...] = (
    declare("emergency.events", numerator=(GRADED,), owner="disease"),
    declare(
        "emergency.food_incidents",
        numerator=(FOOD,),
        owner="disease",
        exclusions_zh="含未达分级标准的事件,因此可以多于突发公共卫生事件数。",
        exclusions_en="Events below the grades are included, so that it may exceed the graded events.",
    ),
    declare("emergency.event_timely_rate", numerator=(IN_TIME,), denominator=(ALL,), owner="disease"),
)
