"""Makes a bulletin or form to be handed out, keeps the trace codes that it prints, and issues a bulletin for good."""

from __future__ import annotations

from pathlib import Path

from weijian.engines.documents.differences import compare
from weijian.engines.documents.forms import FilledForm
from weijian.engines.documents.freeze import FrozenDocument, freeze
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.foundation.access.door import may
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.sign_off.services import use_unsigned
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.snapshots.services import pin_snapshot
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, Period, SystemClock
from weijian.reports.bulletins.making import make_bulletin, make_form
from weijian.reports.bulletins.models import IssuedBulletin
from weijian.reports.bulletins.queries import last_edition
from weijian.reports.citing.preliminary import unsigned_of
from weijian.reports.citing.services import keep_traces


def publish_bulletin(month: Period, snapshot: Snapshot) -> ResolvedDocument:
    """The bulletin of a month as of a snapshot, issued or not; every code that it prints opens afterwards."""
    resolved = make_bulletin(month, snapshot)
    _keep(resolved, f"{month.label_zh}统计月报")
    return resolved


def publish_form(month: Period, snapshot: Snapshot, template: Path | None = None) -> FilledForm:
    """The statutory form of a month, filled; every code of its trace sheet opens afterwards."""
    filled = make_form(month, snapshot, template)
    _keep(filled.resolved, f"{month.label_zh}法定月报表")
    return filled


def issue_bulletin(
    month: Period, snapshot: Snapshot, *, actor: User, reason: str = "", clock: Clock | None = None
) -> IssuedBulletin:
    """Freeze the bulletin of a month with every figure and its evidence, and pin its snapshot.

    A month that was issued gets a further edition, which needs a ``reason`` and a figure that differs. Raises
    ``report.not_yours`` where neither the office nor a leader acts, ``report.note_missing``, ``report.nothing_changed``,
    and ``report.unsigned`` where data beneath the figures are not signed and no reason is given.
    """
    if Role(actor.role) is not Role.OFFICE and not may(actor, "reports.approve"):
        raise WeijianError("report.not_yours", "由办公室或局领导印发。", "", "请由负责的科室或办公室办理。")
    at = clock or SystemClock()
    resolved = make_bulletin(month, snapshot)
    with change(
        f"印发{month.label_zh}统计月报",
        source=Change.Source.PAGE,
        actor_id=actor.pk,
        actor_name=str(actor),
        clock=clock,
    ) as row:
        list(Snapshot.objects.select_for_update().filter(pk=snapshot.pk))  # two who issue at once take turns
        before = last_edition(month)
        if before is not None:
            if not reason.strip():
                raise WeijianError("report.note_missing", "更正要写明原因。", month.code, "写一句话说明为什么更正。")
            if not compare(FrozenDocument(before.frozen), resolved):
                raise WeijianError("report.nothing_changed", "各数字与已印发的相同,不需要更正。", month.code)
        waiting = unsigned_of(resolved)
        reasons = {one.institution_id: reason for one in waiting}
        use_unsigned(f"bulletin:{month.code}", waiting, reasons, code="report.unsigned", change_id=row.pk)
        frozen = freeze(resolved, at.today())
        keep_traces((figure.key, figure.value) for figure in resolved.figures.values() if figure.key is not None)
        pin_snapshot(snapshot.pk, f"{month.label_zh}统计月报")
        return IssuedBulletin.objects.create(
            month=month.code,
            edition=before.edition + 1 if before else 1,
            snapshot=snapshot,
            frozen=frozen.json,
            frozen_sha256=frozen.fingerprint,
            reason=reason.strip(),
            issued_by=actor,
            issued_at=at.now(),
            change_id=row.pk,
        )


def _keep(resolved: ResolvedDocument, reason: str) -> None:
    with change(reason):
        keep_traces((figure.key, figure.value) for figure in resolved.figures.values() if figure.key is not None)
