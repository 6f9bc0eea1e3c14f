"""What opens and closes obligations: quarantined rows of an institution, and supervised tasks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from weijian.domains.governance.services import supervise
from weijian.exchange.submissions.models import QuarantinedRow, Submission
from weijian.exchange.submissions.quarantine.owed import owe_mending
from weijian.foundation.changes.services import change
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.organisations.models import Organisation

pytestmark = pytest.mark.django_db


def _received(place: Organisation, change_id: int, day: date) -> Submission:
    return Submission.objects.create(
        dataset="encounters.discharge",
        institution=place,
        filename="a.csv",
        sha256="0" * 64,
        size=1,
        received_at=datetime(2018, 3, 1, tzinfo=UTC),
        received_on=day,
        change_id=change_id,
        state=Submission.State.ACCEPTED,
    )


def test_rows_in_quarantine_are_owed_until_they_are_mended() -> None:
    kind = kind_by_id("encounters.discharge")
    first, second = Organisation.objects.filter(type=Organisation.Type.HOSPITAL).order_by("id")[:2]
    with change("收") as row:
        submissions = [
            _received(first, row.id, date(2018, 3, 1)),
            _received(second, row.id, date(2018, 3, 1)),
        ]
        for source in ("1", "2", ""):
            QuarantinedRow.objects.create(
                submission=submissions[0],
                dataset=kind.id,
                institution_id=first.pk,
                line_no=2,
                source_id=source,
                reasons=["x"],
                row={},
            )
        owe_mending(kind, submissions, change_id=row.id)
    owed = Obligation.objects.get()
    assert (owed.organisation, owed.role, owed.opened_on, owed.closed_on) == (
        first,
        "clerk",
        date(2018, 3, 1),
        None,
    )
    assert owed.due_at == datetime(2018, 3, 8, 16, tzinfo=UTC), "the end of the seventh day in Beijing"
    with change("改一行") as row:
        QuarantinedRow.objects.filter(source_id="1").update(state=QuarantinedRow.State.MENDED)
        owe_mending(kind, [_received(first, row.id, date(2018, 3, 4))], change_id=row.id)
    assert Obligation.objects.get().closed_on is None
    with change("改完") as row:
        QuarantinedRow.objects.filter(source_id="2").update(state=QuarantinedRow.State.MENDED)
        owe_mending(kind, [_received(first, row.id, date(2018, 3, 5))], change_id=row.id)
    assert Obligation.objects.get().closed_on is None, "a line without a number cannot be sent again: it is dismissed"
    with change("作废") as row:
        QuarantinedRow.objects.filter(source_id="").update(state=QuarantinedRow.State.DISMISSED)
        owe_mending(kind, [_received(first, row.id, date(2018, 3, 6))], change_id=row.id)
    assert Obligation.objects.get().closed_on == date(2018, 3, 6)


def test_supervised_task_is_owed_by_its_department() -> None:
    given = supervise(text="三月底前改进", due_on=date(2018, 3, 31), on=date(2018, 3, 1), department="medical")
    owed = Obligation.objects.get(kind=Obligation.Kind.SUPERVISION)
    assert (owed.subject, owed.department) == (given.public_id, "medical")
    assert owed.due_at == datetime(2018, 3, 31, 16, tzinfo=UTC)
