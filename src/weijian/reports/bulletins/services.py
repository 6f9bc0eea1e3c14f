"""Makes a bulletin or form to be handed out, and keeps the trace codes that it prints."""

from __future__ import annotations

from pathlib import Path

from weijian.engines.documents.forms import FilledForm
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.foundation.changes.services import change
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.time import Period
from weijian.reports.bulletins.making import make_bulletin, make_form
from weijian.reports.citing.services import keep_traces


def publish_bulletin(month: Period, snapshot: Snapshot) -> ResolvedDocument:
    """The bulletin of a month; every code that it prints opens afterwards."""
    resolved = make_bulletin(month, snapshot)
    _keep(resolved, f"{month.label_zh}统计月报")
    return resolved


def publish_form(month: Period, snapshot: Snapshot, template: Path | None = None) -> FilledForm:
    """The statutory form of a month, filled; every code of its trace sheet opens afterwards."""
    filled = make_form(month, snapshot, template)
    _keep(filled.resolved, f"{month.label_zh}法定月报表")
    return filled


def _keep(resolved: ResolvedDocument, reason: str) -> None:
    with change(reason):
        keep_traces((figure.key, figure.value) for figure in resolved.figures.values() if figure.key is not None)
