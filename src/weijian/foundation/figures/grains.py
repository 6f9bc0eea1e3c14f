"""Which figures are published: periods of the snapshot's years, and the district, its streets and its institutions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from weijian.definitions.measures import Component, Measure, Population
from weijian.kernel.time import Period, PeriodKind

#: Kinds of period that every measure is published for.
PERIOD_KINDS = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR, PeriodKind.YEAR_TO_DATE)


@dataclass(frozen=True)
class Grain:
    """One level of place: the dimensions that it asks the engine for."""

    name: str
    by: tuple[str, ...]


DISTRICT = Grain("district", ())
STREET = Grain("street", ("area",))
INSTITUTION = Grain("institution", ("institution",))


def published_periods(first: date, last: date) -> list[Period]:
    """All published periods that the months from ``first`` to ``last`` complete; the running year as year to date."""
    found: list[Period] = []
    for kind in PERIOD_KINDS:
        found += [
            one for one in Period.between(kind, first, last) if one.end <= _month_end(last) and one.start >= first
        ]
    return found


def district_only(period: Period, last: date) -> bool:
    """Places are published for the last year only; the year before serves comparison of the whole district."""
    return period.end.year < last.year


def published_at(measure: Measure, grain: Grain) -> bool:
    """Whether the measure has a value at the grain: populations have no institution, tables only the district."""
    if grain is DISTRICT:
        return True
    if measure.form == "table":
        return False
    terms = (*measure.numerator, *measure.numerator_minus, *measure.denominator)
    if grain is INSTITUTION:
        return not any(isinstance(term, Population) for term in terms)
    # Yearly populations by street exist; everything with an area can be told by street.
    return all(isinstance(term, (Component, Population)) for term in terms)


def _month_end(month: date) -> date:
    return Period.of(PeriodKind.MONTH, month).end
