"""Health records: how many stand open, and what share of the service population has one."""

from __future__ import annotations

from typing import Any

from weijian.definitions.measures import Component, Measure, Population, When
from weijian.foundation.figures.declaring import declare

_KIND = "health_records.record"
SERVICE = Population("service", "year_end")


def _open(t: Any) -> Any:
    """Closed as duplicate or for other reasons without a date is closed all the same."""
    return (t.status == "1") | t.closed_on.notnull()


RECORDS = Component(
    "health_records.open",
    _KIND,
    where=_open,
    distinct="subject_id",
    when=When.AS_OF_END,
    starts="established_on",
    ends="closed_on",
    persons=True,
)
UPDATED = Component(
    "health_records.updated",
    _KIND,
    where=lambda t: _open(t) & (t.updated_on.year() == t.as_of.year()),
    distinct="subject_id",
    when=When.AS_OF_END,
    starts="established_on",
    ends="closed_on",
    persons=True,
)

MEASURES: tuple[Measure, ...] = (
    declare("ehr.records", numerator=(RECORDS,), owner="primary"),
    declare("ehr.coverage", numerator=(RECORDS,), denominator=(SERVICE,), owner="primary"),
    declare("ehr.use_rate", numerator=(UPDATED,), denominator=(RECORDS,), owner="primary"),
)
