"""Rows that wait to be mended are owed by their institution: opened and closed in the transaction of the intake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse

from weijian.definitions.record_kinds import RecordKind
from weijian.exchange.submissions.models import QuarantinedRow, Submission
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.time import start_of_day

#: Days after which rows should be mended: the product's own rule, no standard names one.
DAYS_TO_MEND = 7


def owe_mending(kind: RecordKind, submissions: Sequence[Submission], *, change_id: int) -> None:
    """Bring the obligations of these submissions' institutions into line with the rows that wait."""
    accepted = [one for one in submissions if one.state == Submission.State.ACCEPTED]
    owe_for(kind, {one.institution: one.received_on for one in accepted}, by="报送", change_id=change_id)


def owe_for(kind: RecordKind, received: Mapping[Organisation, date], *, by: str, change_id: int) -> None:
    """One obligation for an institution and dataset as long as a row waits; ``received`` names the day of each."""
    days = {one.pk: day for one, day in received.items()}
    institutions = {one.pk: one for one in received}
    waiting = set(
        QuarantinedRow.objects.filter(dataset=kind.id, institution_id__in=days, state=QuarantinedRow.State.OPEN)
        .values_list("institution_id", flat=True)
        .distinct()
    )
    open_obligations(
        (
            Owed(
                kind=Obligation.Kind.MEND,
                subject=_subject(kind, institution_id),
                title=f"{kind.zh}:有隔离行待修改({institutions[institution_id]})",
                opened_on=days[institution_id],
                due_at=_due(days[institution_id]),
                organisation_id=institution_id,
                role="clerk",
                url=reverse("submissions_mend", args=[kind.id]),
                source=f"报送后 {DAYS_TO_MEND} 天内",
            )
            for institution_id in sorted(waiting)
        ),
        change_id=change_id,
    )
    mended = [_subject(kind, institution_id) for institution_id in days if institution_id not in waiting]
    if mended and Obligation.objects.filter(kind=Obligation.Kind.MEND, closed_on=None).exists():
        close_obligations(Obligation.Kind.MEND, mended, on=max(days.values()), by=by, change_id=change_id)


def _subject(kind: RecordKind, institution_id: int) -> str:
    return f"{kind.id}:{institution_id}"


def _due(received_on: date) -> datetime:
    return start_of_day(received_on + timedelta(days=DAYS_TO_MEND + 1))
