"""Where a page of an indicator leads: the choices above it, each line narrowed further, and the records beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from weijian.definitions.measures import Measure
from weijian.foundation.snapshots.models import Snapshot
from weijian.web.indicators import asking
from weijian.web.indicators.asking import Asked, Choice
from weijian.web.indicators.breakdown import Addresses, Line
from weijian.web.records.queries import parts_of


@dataclass(frozen=True)
class Leads(Addresses):
    """Addresses of the lines, and ``whole``: the records of the figure itself, empty where none can be listed."""

    whole: str = ""


@dataclass(frozen=True)
class Filters:
    """The choices above the table; those that the measure has no use for are empty."""

    periods: list[tuple[str, list[Choice]]]
    areas: list[Choice]
    institutions: list[Choice]
    sexes: list[Choice]
    ages: list[Choice]


def choices_of(measure: Measure | None, asked: Asked, snapshot: Snapshot) -> Filters:
    """The choices for one measure; for the list of all measures (None) period, street and institution."""
    grains = asking.grains_of(measure) if measure else ("area", "institution")
    return Filters(
        asking.period_choices(snapshot, asked),
        asking.area_choices(asked) if "area" in grains else [],
        asking.institution_choices(asked) if "institution" in grains else [],
        asking.sex_choices(asked) if "sex" in grains else [],
        asking.age_choices(asked) if "age" in grains else [],
    )


def leads_of(measure: Measure, asked: Asked, lines: Sequence[Line], *, may_open: bool) -> Leads:
    """A street leads to its villages; everything else to its own months, a month to its institutions."""
    drill: dict[str, str] = {}
    records: dict[str, str] = {}
    listed = may_open and bool(parts_of(measure))
    address = reverse("indicator_records", args=[measure.id])
    for one in lines:
        narrowed = _narrowed(asked, one.key)
        if narrowed is None or one.withheld:
            continue
        drill[one.key] = asked.address(**narrowed, by=_next(measure, asked))
        if listed and one.value is not None:
            records[one.key] = address + asked.address(**narrowed, by=None)
    return Leads(drill, records, address + asked.address(by=None) if listed else "")


def _narrowed(asked: Asked, key: str) -> dict[str, str | None] | None:
    """Parameters that narrow the question to one line; None where it cannot be (sex unknown, age unknown)."""
    if asked.grain in ("month", "quarter"):
        return {"period": key}
    if asked.grain in ("area", "village"):
        return {"area": key} if key else None
    if asked.grain == "institution":
        return {"institution": key} if key else None
    if asked.grain == "sex":
        return {"sex": key} if key in ("1", "2") else None
    return {"age": key} if not key.startswith("-") else None


def _next(measure: Measure, asked: Asked) -> str:
    grains = asking.grains_of(measure)
    wanted = {"area": "village", "month": "institution", "quarter": "institution"}.get(asked.grain, "month")
    if wanted in grains:
        return wanted
    return "area" if asked.grain in ("month", "quarter") and "area" in grains else "month"
