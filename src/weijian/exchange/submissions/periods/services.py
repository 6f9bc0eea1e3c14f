"""Changes of what is owed: expected, sent, zero, signed step by step, returned with a reason, reminded of."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from weijian.definitions.record_kinds import RecordKind
from weijian.exchange.submissions.models import DatasetPeriod, Reminder, Submission
from weijian.exchange.submissions.periods.due import due_on, is_over, owed_in_year, periods_covered
from weijian.exchange.submissions.periods.overdue import MISSING, owe_returned, settle
from weijian.exchange.submissions.quarantine.owed import owe_mending
from weijian.exchange.submissions.touched import rows_by_period
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.kinds.registry import kind_by_id, kinds
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.outbox.services import Told, tell
from weijian.foundation.today import today
from weijian.kernel.errors import WeijianError
from weijian.kernel.public_ids import new_public_id
from weijian.kernel.time import Clock, SystemClock

#: Many periods: read already, or to be read by the database in the same statement.
Owing = Sequence[DatasetPeriod] | QuerySet[DatasetPeriod]

#: Which role signs which step.
SIGNS = {
    Role.CLERK: DatasetPeriod.Step.FILLER,
    Role.REVIEWER: DatasetPeriod.Step.REVIEWER,
    Role.RESPONSIBLE: DatasetPeriod.Step.RESPONSIBLE,
}


def expect_year(year: int, *, clock: Clock | None = None) -> int:
    """Open what every institution owes for a year; what is there stays. Returns how many are open for the year."""
    with change(f"生成 {year} 年报送任务", clock=clock):
        institutions = list(Organisation.objects.all())
        DatasetPeriod.objects.bulk_create(
            [
                DatasetPeriod(dataset=dataset, institution_id=institution, period=period, due_on=due_on(period))
                for dataset, institution, period in owed_in_year(list(kinds().values()), institutions, year)
            ],
            batch_size=2000,
            ignore_conflicts=True,
        )
    return DatasetPeriod.objects.filter(period__startswith=str(year)).count()


def mark_sent(kind: RecordKind, submissions: Sequence[Submission]) -> None:
    """Periods that accepted files fill become sent; a change to what had been signed asks for new signatures.

    The caller holds the transaction and its change.
    """
    tell(map(_received, submissions), change_id=submissions[0].change_id)
    owe_mending(kind, submissions, change_id=submissions[0].change_id)
    _reopen(kind, submissions)
    first: dict[tuple[int, str], Submission] = {}
    for one in submissions:
        if one.state == Submission.State.ACCEPTED and one.accepted:
            for period in periods_covered(kind, one.period):
                first.setdefault((one.institution_id, period), one)
    if not first:
        return
    rows = [
        {
            "public_id": new_public_id(),
            "institution_id": institution,
            "period": period,
            "due_on": due_on(period).isoformat(),
            "sent_on": one.received_on.isoformat(),
        }
        for (institution, period), one in first.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_MARK_SENT, [kind.id, json.dumps(rows)])
    day = max(one.received_on for one in first.values())
    settle(list(first), on=day, by="报送", change_id=submissions[0].change_id)


def _reopen(kind: RecordKind, submissions: Sequence[Submission]) -> None:
    """Signatures fall and a stated zero ends where a file of another period brought new or corrected rows."""
    places = {
        (one.institution_id, period)
        for one in submissions
        if one.state == Submission.State.ACCEPTED
        for period in rows_by_period(kind, one)
        if period not in periods_covered(kind, one.period)
    }
    if not places:
        return
    institutions, periods = zip(*places, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN, [list(institutions), list(periods), kind.id])


_UNSIGNED = ", ".join(f"{step}_id = NULL, {step}_at = NULL" for step in DatasetPeriod.Step.values)

_MARK_SENT = f"""
INSERT INTO submissions_datasetperiod AS p
    (public_id, dataset, institution_id, period, due_on, state, zero, return_reason, first_sent_on)
SELECT r.public_id, %s, r.institution_id, r.period, r.due_on, 'sent', false, '', r.sent_on
FROM jsonb_to_recordset(%s::jsonb)
    AS r(public_id text, institution_id bigint, period text, due_on date, sent_on date)
ON CONFLICT (dataset, institution_id, period) DO UPDATE SET state = 'sent', zero = false, return_reason = '',
    first_sent_on = coalesce(p.first_sent_on, excluded.first_sent_on), {_UNSIGNED}
WHERE p.state <> 'sent' OR p.filler_at IS NOT NULL
"""


_REOPEN = f"""
UPDATE submissions_datasetperiod p SET state = 'sent', zero = false, {_UNSIGNED}
FROM unnest(%s::bigint[], %s::text[]) AS r(institution_id, period)
WHERE p.dataset = %s AND p.institution_id = r.institution_id AND p.period = r.period
    AND (p.state IN ('signed', 'zero') OR p.state = 'sent' AND p.filler_at IS NOT NULL)
"""


def report_zero(owed: DatasetPeriod, user: User, *, clock: Clock | None = None) -> DatasetPeriod:
    """State that there was nothing to report; refused where rows have been accepted for the period."""
    clock = clock or SystemClock()
    with _changing(f"零报告 {_named(owed)}", user, clock) as row:
        owed = DatasetPeriod.objects.select_for_update().get(pk=owed.pk)
        if not is_over(owed.period, today()):
            raise WeijianError("period.not_over", "该期还没有结束,不能作零报告。", owed.period, "期满后再作零报告")
        if owed.state not in (DatasetPeriod.State.NOT_SENT, DatasetPeriod.State.RETURNED) or owed.first_sent_on:
            raise WeijianError(
                "period.not_zero", "该期已有报送的数据,不能作零报告。", owed.period, "如确为零,先作废已报数据"
            )
        owed.state, owed.zero, owed.return_reason = DatasetPeriod.State.ZERO, True, ""
        owed.save(update_fields=["state", "zero", "return_reason"])
        settle([(owed.institution_id, owed.period)], on=clock.today(), by=str(user), change_id=row.pk)
    return owed


def sign(owed: DatasetPeriod, user: User, *, clock: Clock | None = None) -> DatasetPeriod:
    """Sign the next step; three different people, in order, each by its role. The last one makes the period count."""
    clock = clock or SystemClock()
    with _changing(f"签核 {_named(owed)}", user, clock) as row:
        owed = DatasetPeriod.objects.select_for_update().get(pk=owed.pk)
        step = owed.next_step()
        if step is None:
            raise WeijianError("period.nothing_to_sign", "该期没有待签核的数据。", owed.period, "先报送数据或作零报告")
        if SIGNS.get(Role(user.role)) != step:
            wanted = DatasetPeriod.Step(step).label
            raise WeijianError("period.not_your_turn", f"现在应由{wanted}签核。", owed.period, f"请{wanted}签核")
        if user.pk in (owed.filler_id, owed.reviewer_id):
            raise WeijianError("period.same_person", "同一人不能签核两步。", owed.period, "由另一人签核")
        setattr(owed, f"{step}_id", user.pk)
        setattr(owed, f"{step}_at", clock.now())
        if step == DatasetPeriod.Step.RESPONSIBLE:
            owed.state = DatasetPeriod.State.SIGNED
        owed.save(update_fields=["state", f"{step}_id", f"{step}_at"])
        if owed.state == DatasetPeriod.State.SIGNED:
            tell([Told("period.signed", owed.period, _payload(owed))], change_id=row.pk, clock=clock)
    return owed


def sign_many(owed: Owing, user: User, *, clock: Clock | None = None) -> int:
    """Sign the next step of many periods at once where it is this person's; returns how many were signed.

    The same rules as :func:`sign`, in one statement and one change: who signs for a hospital has hundreds of them. What is
    not due, or would be the same person's second signature, is left out.
    """
    clock = clock or SystemClock()
    step = SIGNS.get(Role(user.role))
    if step is None:
        return 0
    steps = list(DatasetPeriod.Step.values)
    before = {f"{one}_at__isnull": False for one in steps[: steps.index(step)]}
    update: dict[str, object] = {f"{step}_id": user.pk, f"{step}_at": clock.now()}
    if step == DatasetPeriod.Step.RESPONSIBLE:
        update["state"] = DatasetPeriod.State.SIGNED
    due = DatasetPeriod.objects.filter(
        pk__in=_ids(owed),
        state__in=(DatasetPeriod.State.SENT, DatasetPeriod.State.ZERO),
        **{f"{step}_at__isnull": True},
        **before,
    )
    for one in steps:
        due = due.exclude(**{f"{one}_id": user.pk})
    with _changing("批量签核", user, clock) as row:
        numbers = Counter(due.values_list("period", flat=True)) if "state" in update else Counter[str]()
        signed = due.update(**update)
        events = (Told("period.signed", period, {"datasets": count}) for period, count in sorted(numbers.items()))
        tell(events, change_id=row.pk, clock=clock)
    return signed


def report_zero_many(owed: Owing, user: User, *, clock: Clock | None = None) -> int:
    """State for many periods at once that there was nothing to report; leaves out what has data. Returns how many."""
    nothing = DatasetPeriod.objects.filter(
        pk__in=_ids(owed),
        state__in=(DatasetPeriod.State.NOT_SENT, DatasetPeriod.State.RETURNED),
        first_sent_on=None,
    )
    clock = clock or SystemClock()
    with _changing("批量零报告", user, clock) as row:
        places = set(nothing.values_list("institution_id", "period"))
        stated = nothing.update(state=DatasetPeriod.State.ZERO, zero=True, return_reason="")
        settle(places, on=clock.today(), by=str(user), change_id=row.pk)
    return stated


def return_period(owed: DatasetPeriod, user: User, reason: str, *, clock: Clock | None = None) -> DatasetPeriod:
    """Send a period back with a reason; all signatures fall."""
    if not reason.strip():
        raise WeijianError("period.no_reason", "退回须写明原因。", owed.period, "填写退回原因")
    clock = clock or SystemClock()
    with _changing(f"退回 {_named(owed)}:{reason.strip()}", user, clock) as row:
        owed = DatasetPeriod.objects.select_for_update().get(pk=owed.pk)
        if owed.state in (DatasetPeriod.State.NOT_SENT, DatasetPeriod.State.RETURNED):
            raise WeijianError("period.nothing_to_return", "该期没有可退回的数据。", owed.period)
        owed.state, owed.return_reason = DatasetPeriod.State.RETURNED, reason.strip()
        for step in DatasetPeriod.Step.values:
            setattr(owed, f"{step}_id", None)
            setattr(owed, f"{step}_at", None)
        owed.save()
        owe_returned(owed, clock.today(), change_id=row.pk)
        tell([Told("period.returned", owed.period, _payload(owed))], change_id=row.pk, clock=clock)
    return owed


def remind(owed: Sequence[DatasetPeriod], user: User, *, clock: Clock | None = None) -> int:
    """催报: write a reminder for everything of the list that has not been sent or was returned; returns how many."""
    at = (clock or SystemClock()).now()
    return remind_missing(owed, at=at, source=Change.Source.PAGE, actor_id=user.pk, actor_name=str(user))


def remind_missing(
    owed: Sequence[DatasetPeriod],
    *,
    at: datetime | None = None,
    source: str = Change.Source.SYSTEM,
    actor_id: int | None = None,
    actor_name: str = "",
) -> int:
    """The same by the clock or a job; without an actor it is the system that reminds."""
    at = at or SystemClock().now()
    waiting = [one for one in owed if one.state in MISSING]
    if not waiting:
        return 0
    reason = f"催报 {len(waiting)} 项"
    with change(reason, source=source, actor_id=actor_id, actor_name=actor_name) as row:
        Reminder.objects.bulk_create(
            [
                Reminder(owed=one, sent_at=at, sent_by_id=actor_id, text=f"请报送 {_named(one)}", change_id=row.pk)
                for one in waiting
            ],
            batch_size=2000,
        )
    return len(waiting)


def _ids(owed: Owing) -> Any:
    return owed.order_by().values("pk") if isinstance(owed, QuerySet) else [one.pk for one in owed]


def _received(one: Submission) -> Told:
    numbers = {name: getattr(one, name) for name in ("received", "accepted", "duplicate", "superseded", "quarantined")}
    what = {"dataset": one.dataset, "institution": one.institution.code, "period": one.period, "state": one.state}
    return Told("submission.received", one.public_id, what | numbers)


def _payload(owed: DatasetPeriod) -> dict[str, object]:
    return {"dataset": owed.dataset, "institution": owed.institution.code, "period": owed.period}


def _named(owed: DatasetPeriod) -> str:
    return f"{kind_by_id(owed.dataset).zh} {owed.period}"


def _changing(reason: str, user: User, clock: Clock):  # type: ignore[no-untyped-def]
    return change(reason, source=Change.Source.PAGE, actor_id=user.pk, actor_name=str(user), clock=clock)
