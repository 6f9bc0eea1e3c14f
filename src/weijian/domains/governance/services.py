"""State changes of plans: load, report progress, request and approve closing, revise targets, supervise, close by measurement."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from weijian import content
from weijian.domains.governance.lights import met
from weijian.domains.governance.models import Plan, PlanSection, PlanTask, Progress, Supervision, Target
from weijian.foundation.changes.services import change
from weijian.foundation.figures.queries import figure
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.outbox.services import Told, tell
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import start_of_day


def load_plan(name: str, *, actor_name: str = "") -> Plan:
    """Load a plan from ``content/plans/NAME.toml``; a plan that is there already stays as people have kept it."""
    data = content.read_toml(f"plans/{name}.toml")
    head = data["plan"]
    existing = Plan.objects.filter(code=head["id"]).first()
    if existing is not None:
        return existing
    with change(f"装载计划 {head['zh']}", actor_name=actor_name):
        plan = Plan.objects.create(
            code=head["id"],
            zh=head["zh"],
            en=head["en"],
            year=head["year"],
            issued_on=head["issued_on"],
            source=head["source"],
        )
        sections = {
            one["id"]: PlanSection.objects.create(
                plan=plan, code=one["id"], number=one["number"], zh=one["zh"], en=one["en"], position=position
            )
            for position, one in enumerate(data["section"])
        }
        for position, one in enumerate(data["task"]):
            task = _create_task(plan, sections[one["section"]], one, position)
            for target in one.get("target", ()):
                _create_target(task, target, head["source"])
    return plan


def _create_task(plan: Plan, section: PlanSection, one: dict[str, Any], position: int) -> PlanTask:
    return PlanTask.objects.create(
        plan=plan,
        section=section,
        code=one["id"],
        zh=one["zh"],
        en=one["en"],
        sentence=one["sentence"],
        lead=one["lead"],
        support=one["support"],
        assigned=one.get("assigned", False),
        due_on=one["due"],
        position=position,
    )


def _create_target(task: PlanTask, one: dict[str, Any], document: str) -> Target:
    return Target.objects.create(
        task=task,
        code=one["id"],
        zh=one["zh"],
        en=one["en"],
        kind=one["kind"],
        comparator=one["comparator"],
        value=Decimal(one["value"]),
        unit=one["unit"],
        period=one["period"],
        measure=one["measure"],
        document=document,
    )


def report_progress(
    task: PlanTask, *, quarter: str, text: str, evidence: str, on: date, actor_id: int | None, actor_name: str
) -> Progress:
    """A department reports on a task for a quarter; earlier reports stay."""
    if not text.strip():
        raise WeijianError("plan.progress_empty", "进展内容未填写。", task.code, "写明本季度做了什么、结果如何")
    with change(f"填报进展 {task.code} {quarter}", source="page", actor_id=actor_id, actor_name=actor_name) as row:
        return Progress.objects.create(
            task=task, quarter=quarter, text=text.strip(), evidence=evidence.strip(), reported_on=on,
            reporter_name=actor_name, change_id=row.id,
        )  # fmt: skip


def request_completion(task: PlanTask, *, actor_id: int | None, actor_name: str) -> PlanTask:
    """The lead department asks to close the task (申请办结); it needs at least one progress report."""
    if task.state != PlanTask.State.OPEN:
        raise WeijianError("plan.state", "任务不在进行中。", task.code, "刷新页面查看当前状态")
    if not task.progress.exists():
        raise WeijianError("plan.no_progress", "还没有填报进展。", task.code, "先填报进展和佐证")
    with change(f"申请办结 {task.code}", source="page", actor_id=actor_id, actor_name=actor_name):
        task.state = PlanTask.State.REQUESTED
        task.save(update_fields=["state"])
    return task


def decide_completion(
    task: PlanTask, *, approved: bool, reason: str, actor_id: int | None, actor_name: str
) -> PlanTask:
    """The director approves closing (办结), or sends the task back with a reason."""
    if task.state != PlanTask.State.REQUESTED:
        raise WeijianError("plan.state", "任务没有申请办结。", task.code, "刷新页面查看当前状态")
    if not approved and not reason.strip():
        raise WeijianError("plan.reason", "退回需要写明理由。", task.code, "写明还缺什么")
    word = "同意办结" if approved else "退回"
    with change(f"{word} {task.code} {reason}".strip(), source="page", actor_id=actor_id, actor_name=actor_name):
        task.state = PlanTask.State.DONE if approved else PlanTask.State.OPEN
        task.save(update_fields=["state"])
    return task


def revise_target(target: Target, *, value: Decimal, document: str, actor_id: int | None, actor_name: str) -> Target:
    """A target changes only with its document; the old one stays and names its successor."""
    if not document.strip():
        raise WeijianError("plan.document", "调整目标需要依据文件。", target.code, "填写文件名和文号")
    if target.superseded_by_id is not None:
        raise WeijianError("plan.revised", "该目标已被调整。", target.code, "刷新页面查看现行目标")
    with change(f"调整目标 {target.code}:{document}", source="page", actor_id=actor_id, actor_name=actor_name):
        new = Target.objects.create(
            task=target.task, code=target.code, zh=target.zh, en=target.en, kind=target.kind, comparator=target.comparator,
            value=value, unit=target.unit, period=target.period, measure=target.measure, document=document.strip(),
        )  # fmt: skip
        target.superseded_by = new
        target.save(update_fields=["superseded_by"])
    return new


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
    """Give a supervised task; with a target that is bound to a measure, that measurement closes it."""
    if due_on < on:
        raise WeijianError("plan.due", "办理期限早于今天。", "", "选择今天或以后的日期")
    if not text.strip():
        raise WeijianError("plan.text", "督办内容未填写。", "", "写明要求")
    with change(f"下达督办 {text[:40]}", source="page", actor_id=actor_id, actor_name=actor_name) as row:
        given = Supervision.objects.create(
            target=target,
            task=task or (target.task if target else None),
            organisation=organisation,
            department=department or (target.task.lead if target else ""),
            text=text.strip(),
            issued_on=on,
            due_on=due_on,
            measure=target.measure if target else "",
            period=period or (target.period if target else ""),
            comparator=target.comparator if target else "",
            value=target.value if target else None,
            change_id=row.id,
        )
        open_obligations([_owed(given, on)], change_id=row.id)
        what = {"department": given.department, "measure": given.measure, "due_on": given.due_on.isoformat()}
        tell([Told("task.given", given.public_id, what)], change_id=row.id)
    return given


def _owed(one: Supervision, on: date) -> Owed:
    return Owed(
        kind=Obligation.Kind.SUPERVISION,
        subject=one.public_id,
        title=one.text,
        opened_on=on,
        due_at=start_of_day(one.due_on + timedelta(days=1)),
        organisation_id=one.organisation_id,
        department=one.department,
        url=f"/plan/tasks/{one.task.public_id}/" if one.task else "",
        source="督办",
    )


def close_by_measurement(*, on: date) -> list[Supervision]:
    """Measure every supervised task again: what is met closes, what was closed and is no longer met opens again."""
    changed = []
    for one in Supervision.objects.exclude(measure="").exclude(value=None):
        answer = figure(one.measure, one.period)
        assert one.value is not None  # excluded above
        closes = met(one.comparator, one.value, answer.rounded)
        if closes == (one.state == Supervision.State.CLOSED):
            continue
        with change(f"督办{'销号' if closes else '重新打开'} {one.measure}") as row:
            one.state = Supervision.State.CLOSED if closes else Supervision.State.OPEN
            one.closed_on = on if closes else None
            one.closed_value = answer.value if closes else None
            one.closed_snapshot_id = answer.snapshot_id if closes else None
            one.save(update_fields=["state", "closed_on", "closed_value", "closed_snapshot_id"])
            if closes:
                close_obligations(
                    Obligation.Kind.SUPERVISION,
                    [one.public_id],
                    on=on,
                    by=f"快照 {answer.snapshot_id}",
                    change_id=row.id,
                )
            else:
                open_obligations([_owed(one, on)], change_id=row.id)
        changed.append(one)
    return changed
