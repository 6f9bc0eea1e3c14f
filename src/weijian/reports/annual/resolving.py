"""A report with its figures: from its frozen text once issued, else computed over the report's snapshot and remembered.

Snapshots never change and definitions only with a release, so a figure computed once in a process stays true.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from weijian.definitions.documents import Document
from weijian.engines.documents.figures import FigureKey, FigureValue
from weijian.engines.documents.freeze import FrozenDocument
from weijian.engines.documents.resolve import ResolvedDocument, figure_keys, resolve
from weijian.foundation.snapshots.models import Snapshot
from weijian.reports.annual.manuscripts import document_of
from weijian.reports.annual.models import Report
from weijian.reports.citing.figures import Progress, compute_figures
from weijian.reports.citing.preliminary import marked

_KEPT = 20_000
_lock = Lock()
_known: dict[tuple[int, FigureKey], FigureValue] = {}


def figure_values(
    keys: Iterable[FigureKey], snapshot: Snapshot, progress: Progress | None = None
) -> dict[FigureKey, FigureValue]:
    """Values of the keys over a snapshot, each computed once per process."""
    wanted = list(dict.fromkeys(keys))
    with _lock:
        found = {key: _known[snapshot.pk, key] for key in wanted if (snapshot.pk, key) in _known}
    computed = compute_figures([key for key in wanted if key not in found], snapshot, progress)
    with _lock:
        if len(_known) + len(computed) > _KEPT:
            _known.clear()
        _known.update({(snapshot.pk, key): value for key, value in computed.items()})
    return found | computed


def resolve_document(document: Document, snapshot: Snapshot, progress: Progress | None = None) -> ResolvedDocument:
    """A document with its figures over one snapshot, computed together."""
    return resolve(document, figure_values(figure_keys(document), snapshot, progress).__getitem__)


def resolve_report(report: Report, progress: Progress | None = None) -> ResolvedDocument:
    """The report as it prints: thawed where it is issued, else its present text over its snapshot."""
    if report.frozen:
        return FrozenDocument(report.frozen).thaw()
    return marked(resolve_document(document_of(report), report.snapshot, progress))
