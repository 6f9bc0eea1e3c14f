"""Which period and which part of the district a target is measured over, and its measurement now."""

from __future__ import annotations

from weijian.domains.governance.models import Supervision
from weijian.engines.measures.rollup import Scope
from weijian.foundation.figures.queries import Answer, figure
from weijian.foundation.figures.store import current_snapshot, months_of
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.time import Period, PeriodKind


def measured_period(period: str, snapshot: Snapshot) -> Period:
    """The period that can be measured: a running year up to the last month that has facts.

    So that a growth holds the same months of both years against each other, not three months against twelve.
    """
    asked = Period.parse(period)
    last = months_of(snapshot)[1]
    if asked.kind is PeriodKind.YEAR and asked.contains(last) and last.month < 12:
        return Period.of(PeriodKind.YEAR_TO_DATE, last)
    return asked


def current_measurement(one: Supervision) -> Answer:
    """What the measure of a supervised task reads on the newest snapshot: of its institution, else of the district."""
    snapshot = current_snapshot()
    scope = Scope(organisation_id=one.organisation_id)
    return figure(one.measure, measured_period(one.period, snapshot), scope=scope, snapshot=snapshot)
