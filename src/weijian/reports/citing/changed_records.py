"""Counts the records beneath a figure that came late, were corrected or were voided between two snapshots."""

from __future__ import annotations

from django.db import connection

from weijian.definitions.measures import Component, Measure
from weijian.engines.documents.differences import ChangedRecords
from weijian.engines.documents.figures import FigureKey
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period


class ChangedBeneath:
    """Answers :data:`weijian.engines.documents.differences.Explain`; each dataset and period is counted once.

    Counted are the figure's datasets over its period (for a stock up to its end) in the whole district: more than the
    figure itself counts where it filters, never less.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str, str], ChangedRecords] = {}

    def __call__(self, key: FigureKey, earlier: str, later: str) -> ChangedRecords:
        """What changed beneath one figure between the snapshots with these numbers."""
        measure = measures().get(key.measure)
        if measure is None:
            return ChangedRecords()
        try:
            period = Period.parse(key.scope.period)
        except WeijianError:
            return ChangedRecords()
        counts = [self._count(kind, period, earlier, later) for kind in _kinds_of(measure)]
        return ChangedRecords(
            sum(one.late for one in counts), sum(one.corrected for one in counts), sum(one.voided for one in counts)
        )

    def _count(self, kind_id: str, period: Period, earlier: str, later: str) -> ChangedRecords:
        asked = (kind_id, str(period), earlier, later)
        if asked not in self._seen:
            self._seen[asked] = _count(kind_id, period, earlier, later)
        return self._seen[asked]


def _kinds_of(measure: Measure) -> list[str]:
    terms = measure.numerator + measure.numerator_minus + measure.denominator
    if measure.of is not None and measure.of in measures():
        return _kinds_of(measures()[measure.of])
    return list(dict.fromkeys(term.kind for term in terms if isinstance(term, Component) and term.kind in kinds()))


def _count(kind_id: str, period: Period, earlier: str, later: str) -> ChangedRecords:
    known = {one.pk: one.last_change_id for one in Snapshot.objects.filter(pk__in=[int(earlier), int(later)])}
    if len(known) < 2:
        return ChangedRecords()
    first, last = sorted(known.values())
    kind = kinds()[kind_id]
    sql = f"""
        SELECT count(*) FILTER (WHERE h.row_id IS NULL AND NOT f.voided),
               count(*) FILTER (WHERE h.row_id IS NOT NULL AND NOT f.voided),
               count(*) FILTER (WHERE f.voided)
        FROM "{kind.table}" f LEFT JOIN (
            SELECT DISTINCT row_id FROM changes_history
            WHERE table_name = %s AND change_id > %s AND change_id <= %s
        ) h ON h.row_id = f.id
        WHERE f.change_id > %s AND f.change_id <= %s
          AND f."{kind.business_date}" <= %s AND f."{kind.business_date}" >= %s
    """  # table and column come from the declarations
    start = period.start if not period.is_stock else period.start.replace(year=1900)
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind.table, first, last, first, last, period.end, start])
        late, corrected, voided = cursor.fetchone()
    return ChangedRecords(late, corrected, voided)
