"""Supervised tasks (督办): given, answered, reminded of, measured; the measurement closes them and opens them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from weijian.domains.governance.lights import met
from weijian.domains.governance.measuring import current_measurement
from weijian.domains.governance.models import PlanTask, Supervision, SupervisionStep, Target
from weijian.domains.governance.services.attachments import Uploaded, attach, check_files
from weijian.foundation.accounts.models import Role
from weijian.foundation.changes.services import change
from weijian.foundation.content_editing.queries import number_on
from weijian.foundation.figures.queries import Answer
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, note_obligation, open_obligations
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.outbox.services import Told, tell
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import start_of_day

#: Content that says how many days before its due date a supervised task is reminded of by itself.
REMIND_DAYS = "thresholds.csv:governance.remind_days"
#: Days between two reminders that nobody asked for.
REMIND_EVERY = 7


def supervise(
    *,
    text: str,
    due_on: date,
    on: date,
    target: Target | None = None,
    task: PlanTask | None = None,
    organisation: Organisation | None = None,
    department: str = "",
    period: str = "",
    actor_id: int | None = None,
    actor_name: str = "",
) -> Supervision:
    """Give a supervised task to a department or to one institution.

    With a target that is bound to a measure, that measurement closes it: the institution's own where it is given to one,
    the district's otherwise.
    """
    if due_on < on:
        raise WeijianError("plan.due", "办理期限早于今天。", "", "选择今天或以后的日期")
    if not text.strip():
        raise WeijianError("plan.text", "督办内容未填写。", "", "写明要求")
    task = task or (target.task if target else None)
    with change(f"下达督办 {text[:40]}", source="page", actor_id=actor_id, actor_name=actor_name) as row:
        given = Supervision.objects.create(
            target=target,
            task=task,
            organisation=organisation,
            department="" if organisation else department or (task.lead if task else ""),
            text=text.strip(),
            issued_on=on,
            due_on=due_on,
            measure=target.measure if target else "",
            period=period or (target.period if target else ""),
            comparator=target.comparator if target else "",
            value=target.value if target else None,
            change_id=row.id,
        )
        _step(given, SupervisionStep.Kind.GIVEN, on, text.strip(), actor_name, row.id)
        open_obligations([_owed(given, on)], change_id=row.id)
        what = {"department": given.department, "measure": given.measure, "due_on": given.due_on.isoformat()}
        tell([Told("task.given", given.public_id, what)], change_id=row.id)
    return given


def answer(
    one: Supervision,
    *,
    text: str,
    on: date,
    files: Sequence[Uploaded] = (),
    actor_id: int | None = None,
    actor_name: str = "",
) -> SupervisionStep:
    """Whoever has the task says what was done, with files as evidence. It does not close the task."""
    if not text.strip():
        raise WeijianError("plan.answer", "办理情况未填写。", "", "写明查明的原因、采取的措施和结果")
    check_files(files)
    with change("督办反馈", source="page", actor_id=actor_id, actor_name=actor_name) as row:
        step = _step(one, SupervisionStep.Kind.ANSWERED, on, text.strip(), actor_name, row.id)
        attach(files, step=step, change_id=row.id)
    return step


def remind(one: Supervision, *, on: date, actor_id: int | None = None, actor_name: str = "") -> bool:
    """Remind whoever has the task, at most once a day; False where it was reminded of today or is closed."""
    if one.state == Supervision.State.CLOSED or one.reminded_on == on:
        return False
    source = "page" if actor_id else "system"
    with change(f"催办 {one.text[:40]}", source=source, actor_id=actor_id, actor_name=actor_name) as row:
        one.reminders, one.reminded_on = one.reminders + 1, on
        one.save(update_fields=["reminders", "reminded_on"])
        _step(one, SupervisionStep.Kind.REMINDED, on, "", actor_name, row.id)
        note_obligation(Obligation.Kind.SUPERVISION, one.public_id, source=_source(one), change_id=row.id)
    return True


def remind_due(day: date) -> int:
    """Remind of what is due soon or overdue, each at most once a week; gives how many were reminded of."""
    until = day + timedelta(days=int(number_on(REMIND_DAYS, day)))
    waiting = Supervision.objects.filter(state=Supervision.State.OPEN, due_on__lte=until)
    found = 0
    for one in waiting.select_related("organisation"):
        if one.reminded_on is None or (day - one.reminded_on).days >= REMIND_EVERY:
            found += remind(one, on=day)
    return found


def close_by_hand(
    one: Supervision, *, reason: str, on: date, actor_id: int | None = None, actor_name: str = ""
) -> Supervision:
    """Close a task that no measurement can close, with the reason (销号)."""
    if one.state == Supervision.State.CLOSED:
        raise WeijianError("plan.supervision_closed", "该督办已销号。", "", "刷新页面查看当前状态")
    if one.measure:
        raise WeijianError(
            "plan.closed_by_measurement",
            "该督办由指标测量销号。",
            one.measure,
            "指标达到要求后自动销号;目标不当时先调整目标",
        )
    if not reason.strip():
        raise WeijianError("plan.reason", "销号需要写明理由。", "", "写明办理结果")
    with change(f"督办销号 {reason}", source="page", actor_id=actor_id, actor_name=actor_name) as row:
        one.state, one.closed_on = Supervision.State.CLOSED, on
        one.save(update_fields=["state", "closed_on"])
        _step(one, SupervisionStep.Kind.CLOSED, on, reason.strip(), actor_name, row.id)
        _close(one, on, actor_name, row.id)
    return one


def close_by_measurement(*, on: date, only: Iterable[int] | None = None) -> list[Supervision]:
    """Measure every supervised task again: what is met closes, what was closed and is no longer met opens again.

    ``only`` names tasks by id. A measurement that brought another value than the last one is kept as a step.
    """
    changed = []
    waiting = Supervision.objects.exclude(measure="").exclude(value=None).select_related("organisation", "task")
    if only is not None:
        waiting = waiting.filter(pk__in=list(only))
    for one in waiting:
        found = current_measurement(one)
        assert one.value is not None  # excluded above
        closes = met(one.comparator, one.value, found.rounded)
        if closes != (one.state == Supervision.State.CLOSED):
            _move(one, found, closes, on)
            changed.append(one)
        elif _is_news(one, found):
            with change(f"督办测量 {one.measure}", source="system") as row:
                _measured(one, SupervisionStep.Kind.MEASURED, found, on, row.id)
    return changed


def _move(one: Supervision, found: Answer, closes: bool, on: date) -> None:
    with change(f"督办{'销号' if closes else '重新打开'} {one.measure}", source="system") as row:
        one.state = Supervision.State.CLOSED if closes else Supervision.State.OPEN
        one.closed_on = on if closes else None
        one.closed_value = found.value if closes else None
        one.closed_snapshot_id = found.snapshot_id if closes else None
        one.save(update_fields=["state", "closed_on", "closed_value", "closed_snapshot_id"])
        if closes:
            _measured(one, SupervisionStep.Kind.CLOSED, found, on, row.id)
            _close(one, on, f"快照 {found.snapshot_id}", row.id)
        else:
            _measured(one, SupervisionStep.Kind.REOPENED, found, on, row.id)
            open_obligations([_owed(one, on)], change_id=row.id)


def _is_news(one: Supervision, found: Answer) -> bool:
    last = one.steps.exclude(snapshot_id=None).order_by("-id").first()
    if last is None:
        return True
    return (last.period, _stored(last.value)) != (found.figure.period, _stored(found.value))


def _stored(value: Decimal | None) -> Decimal | None:
    """At the scale of the column, so that a value read back equals the one computed."""
    return None if value is None else round(value, 10)


def _measured(one: Supervision, kind: SupervisionStep.Kind, found: Answer, on: date, change_id: int) -> None:
    SupervisionStep.objects.create(
        supervision=one, kind=kind, on=on, period=found.figure.period, value=_stored(found.value),
        snapshot_id=found.snapshot_id, change_id=change_id,
    )  # fmt: skip


def _step(
    one: Supervision, kind: SupervisionStep.Kind, on: date, text: str, actor_name: str, change_id: int
) -> SupervisionStep:
    return SupervisionStep.objects.create(
        supervision=one, kind=kind, on=on, text=text, actor_name=actor_name, change_id=change_id
    )


def _close(one: Supervision, on: date, by: str, change_id: int) -> None:
    close_obligations(Obligation.Kind.SUPERVISION, [one.public_id], on=on, by=by, change_id=change_id)


def _source(one: Supervision) -> str:
    return f"督办 · 已催办{one.reminders}次({one.reminded_on})" if one.reminders else "督办"


def _owed(one: Supervision, on: date) -> Owed:
    return Owed(
        kind=Obligation.Kind.SUPERVISION,
        subject=one.public_id,
        title=one.text,
        opened_on=on,
        due_at=start_of_day(one.due_on + timedelta(days=1)),
        organisation_id=one.organisation_id,
        department=one.department,
        role=Role.RESPONSIBLE if one.organisation_id else "",
        url=f"/plan/supervisions/{one.public_id}/",
        source=_source(one),
    )
