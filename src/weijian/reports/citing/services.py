"""Keeps the trace code of every printed figure, so that a code on paper opens years later."""

from __future__ import annotations

from collections.abc import Iterable

from weijian.engines.documents.figures import FigureKey, FigureValue
from weijian.foundation.figures.models import Trace
from weijian.reports.citing.requests import Unanswerable, read_request


def keep_traces(values: Iterable[tuple[FigureKey, FigureValue]]) -> int:
    """Write the codes that are not there yet; returns how many figures have one.

    A figure narrowed by sex or age has no row of its own kind: the code then opens only from the issued report.
    """
    rows: dict[str, Trace] = {}
    for key, value in values:
        if not value.trace_code:
            continue
        try:
            request = read_request(key)
        except Unanswerable:
            continue
        if key.scope.dimensions:
            continue
        rows[value.trace_code] = Trace(
            code=value.trace_code,
            measure=key.measure,
            period=str(request.period),
            area_id=request.scope.area_id,
            organisation_id=request.scope.organisation_id,
            snapshot_id=int(value.snapshot),
            fingerprint=value.definition_fingerprint,
        )
    Trace.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return len(rows)
