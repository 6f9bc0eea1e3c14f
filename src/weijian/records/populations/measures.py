"""Populations as measures of their own: by basis, at the year end or as the mean of two year ends, and by age."""

from __future__ import annotations

from weijian.definitions.measures import Measure, Population
from weijian.foundation.figures.declaring import declare

RESIDENT_YEAR_END = Population("resident", "year_end")


def _population(measure_id: str, population: Population) -> Measure:
    return declare(measure_id, numerator=(population,), owner="planning")


MEASURES: tuple[Measure, ...] = (
    _population("population.registered_average", Population("registered")),
    _population("population.registered_year_end", Population("registered", "year_end")),
    _population("population.resident_average", Population("resident")),
    _population("population.resident_year_end", RESIDENT_YEAR_END),
    _population("population.service_year_end", Population("service", "year_end")),
    declare(
        "population.resident_65plus_share",
        numerator=(Population("resident", "year_end", age_from=65),),
        denominator=(RESIDENT_YEAR_END,),
        owner="planning",
    ),
    declare(
        "population.resident_0_14_share",
        numerator=(Population("resident", "year_end", age_to=14),),
        denominator=(RESIDENT_YEAR_END,),
        owner="planning",
    ),
)
