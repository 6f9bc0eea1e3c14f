"""Indicators that moved oddly: whose last month lies far from the twelve before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import sqrt
from statistics import fmean, stdev

from weijian.definitions.measures import Measure
from weijian.foundation.content_editing.queries import number_on
from weijian.foundation.figures.catalogue import catalogue_fingerprint, measures
from weijian.foundation.figures.queries import figures
from weijian.foundation.figures.store import months_of
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.time import Period, PeriodKind

#: Content that says from how many standard deviations on a month is odd.
ODD_FROM = "thresholds.csv:indicators.odd_deviations"
#: Months before the last that it is held against, and how many of them must have a value.
BEFORE, AT_LEAST = 12, 8


@dataclass(frozen=True)
class Movement:
    """The last month of an indicator against the months before: their mean, and the distance in standard deviations."""

    measure_id: str
    period: str
    value: Decimal
    mean: float
    deviations: float


def odd_movements(snapshot: Snapshot) -> tuple[Movement, ...]:
    """Movements beyond the threshold in force, the oddest first. A snapshot never changes: it is looked at once."""
    return _odd(snapshot.pk, catalogue_fingerprint(), float(number_on(ODD_FROM)))


def deviations_of(value: float, before: Sequence[float], *, count: bool) -> float | None:
    """Distance of a value from the mean of those before, in standard deviations; None where they are too few or all alike.

    A count varies at least as a Poisson count of its mean does, so that 3 after a year of zeros and ones is nothing odd.
    """
    if len(before) < AT_LEAST:
        return None
    mean = fmean(before)
    spread = stdev(before)
    if count:
        spread = max(spread, sqrt(max(mean, 1.0)))
    return (value - mean) / spread if spread > 0 else None


@lru_cache(maxsize=8)
def _odd(snapshot_id: int, catalogue: str, threshold: float) -> tuple[Movement, ...]:
    snapshot = Snapshot.objects.get(pk=snapshot_id)
    last = Period.of(PeriodKind.MONTH, months_of(snapshot)[1])
    months = [last.shift(-step) for step in range(BEFORE, -1, -1)]
    chosen = [one for one in measures().values() if _moves(one)]
    values: dict[str, dict[str, Decimal]] = {}
    for answer in figures([one.id for one in chosen], months, snapshot=snapshot):
        if answer.value is not None and answer.rounded is not None:
            values.setdefault(answer.measure.id, {})[answer.figure.period] = answer.rounded
    found = []
    for measure in chosen:
        known = values.get(measure.id, {})
        now = known.get(str(last))
        if now is None:
            continue
        before = [float(known[str(month)]) for month in months[:-1] if str(month) in known]
        distance = deviations_of(float(now), before, count=measure.form == "count")
        if distance is not None and abs(distance) >= threshold:
            found.append(Movement(measure.id, str(last), now, fmean(before), distance))
    return tuple(sorted(found, key=lambda one: -abs(one.deviations)))


def _moves(measure: Measure) -> bool:
    """Flows by month: stocks drift, and a growth or table of a single month says little."""
    if measure.form in ("growth", "difference", "table"):
        return False
    return measure.date_basis not in ("as_of", "period_end", "fiscal_year", "mch_year (Oct–Sep)", "calendar_year")
