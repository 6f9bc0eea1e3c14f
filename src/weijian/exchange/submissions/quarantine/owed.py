"""Rows that wait to be mended are owed by their institution: opened and closed in the transaction of the intake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count

from weijian.definitions.record_kinds import RecordKind
from weijian.exchange.submissions.models import QuarantinedRow, Submission
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.kernel.time import start_of_day

#: Days after which rows should be mended: the product's own rule, no standard names one.
DAYS_TO_MEND = 7


def owe_mending(kind: RecordKind, submissions: Sequence[Submission], *, change_id: int) -> None:
    """Bring the obligations of these submissions' institutions into line with the rows that wait.

    Rows that name no source id are left out: a later sending cannot be recognised as their mending.
    """
    received = {one.institution_id: one.received_on for one in submissions}
    institutions = {one.institution_id: one.institution for one in submissions}
    waiting = dict(
        QuarantinedRow.objects.filter(dataset=kind.id, institution_id__in=received, state=QuarantinedRow.State.OPEN)
        .exclude(source_id="")
        .values_list("institution_id")
        .annotate(Count("id"))
    )
    open_obligations(
        (
            Owed(
                kind=Obligation.Kind.MEND,
                subject=_subject(kind, institution_id),
                title=f"{kind.zh}:有隔离行待修改({institutions[institution_id]})",
                opened_on=received[institution_id],
                due_at=_due(received[institution_id]),
                organisation_id=institution_id,
                role="clerk",
                source=f"报送后 {DAYS_TO_MEND} 天内",
            )
            for institution_id in waiting
        ),
        change_id=change_id,
    )
    on = max(received.values())
    mended = [_subject(kind, institution_id) for institution_id in received if institution_id not in waiting]
    close_obligations(Obligation.Kind.MEND, mended, on=on, by="报送", change_id=change_id)


def _subject(kind: RecordKind, institution_id: int) -> str:
    return f"{kind.id}:{institution_id}"


def _due(received_on: date) -> datetime:
    return start_of_day(received_on + timedelta(days=DAYS_TO_MEND + 1))
