"""What an ad-hoc table puts into the inbox of institutions: to fill it, and to sign what was filled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from weijian.exchange.adhoc_tables.models import AdhocTable, Reply
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import (
    Owed,
    close_obligations,
    move_obligations,
    note_obligation,
    open_obligations,
)
from weijian.kernel.time import start_of_day

_FILL, _SIGN = Obligation.Kind.ADHOC, Obligation.Kind.ADHOC_SIGN


def owe_filling(replies: Sequence[Reply], *, on: date, change_id: int) -> None:
    """The institutions' clerks owe their replies until the table's deadline, in the caller's change."""
    open_obligations(
        [_owed(one, _FILL, f"填报临时报表:{one.table.title}", Role.CLERK, on) for one in replies], change_id=change_id
    )


def owe_signature(reply: Reply, *, on: date, change_id: int) -> None:
    """What was submitted waits for a signature: of the reviewer, of the person responsible where there is no reviewer."""
    close_obligations(_FILL, [reply.public_id], on=on, by="已报送", change_id=change_id)
    reviewers = User.objects.filter(organisation_id=reply.organisation_id, role=Role.REVIEWER, is_active=True)
    role = Role.REVIEWER if reviewers.exists() else Role.RESPONSIBLE
    owed = _owed(reply, _SIGN, f"签发临时报表:{reply.table.title}", role, on)
    open_obligations([owed], change_id=change_id)


def settle(reply: Reply, *, on: date, by: str, change_id: int) -> None:
    """Nothing is owed of the reply any more, or its signature is no longer: it was signed or sent back."""
    for kind in (_FILL, _SIGN):
        close_obligations(kind, [reply.public_id], on=on, by=by, change_id=change_id)


def settle_table(table: AdhocTable, *, on: date, change_id: int) -> None:
    """The table was closed: nobody owes anything of it any more."""
    subjects = list(table.replies.values_list("public_id", flat=True))
    for kind in (_FILL, _SIGN):
        close_obligations(kind, subjects, on=on, by="已截止", change_id=change_id)


def move_clock(table: AdhocTable, *, on: date, change_id: int) -> None:
    """Another deadline: open ones get it, and what was closed with the table is owed again."""
    waiting = list(table.replies.exclude(state=Reply.State.SIGNED).select_related("table"))
    for kind in (_FILL, _SIGN):
        move_obligations(kind, [one.public_id for one in waiting], due_at=_clock(table), change_id=change_id)
    submitted = [one for one in waiting if one.state == Reply.State.SUBMITTED]
    owe_filling([one for one in waiting if one not in submitted], on=on, change_id=change_id)
    for one in submitted:
        owe_signature(one, on=on, change_id=change_id)


def note_reminder(reply: Reply, *, change_id: int) -> None:
    """The inbox says how often it was reminded of."""
    for kind in (_FILL, _SIGN):
        note_obligation(kind, reply.public_id, source=_source(reply), change_id=change_id)


def _owed(reply: Reply, kind: Obligation.Kind, title: str, role: Role, on: date) -> Owed:
    return Owed(
        kind=kind,
        subject=reply.public_id,
        title=title,
        opened_on=on,
        due_at=_clock(reply.table),
        organisation_id=reply.organisation_id,
        role=role,
        url=f"/adhoc/reply/{reply.public_id}/",
        source=_source(reply),
    )


def _source(reply: Reply) -> str:
    return f"临时报表 · 已催报{reply.reminders}次({reply.reminded_on})" if reply.reminders else "临时报表"


def _clock(table: AdhocTable) -> datetime:
    return start_of_day(table.due_on + timedelta(days=1))
