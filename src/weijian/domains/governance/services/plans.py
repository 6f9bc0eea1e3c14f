"""Plans: load one, request and approve the closing of a task, revise a target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from weijian import content
from weijian.domains.governance.models import Plan, PlanSection, PlanTask, Target
from weijian.domains.governance.services.attachments import Uploaded, attach, check_files
from weijian.domains.governance.services.progress import close_answered
from weijian.foundation.accounts.models import Role
from weijian.foundation.changes.services import change
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.kernel.errors import WeijianError


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


def request_completion(task: PlanTask, *, on: date, actor_id: int | None, actor_name: str) -> PlanTask:
    """The lead department asks to close the task (申请办结); it needs at least one progress report.

    The director owes the decision from then on.
    """
    if task.state != PlanTask.State.OPEN:
        raise WeijianError("plan.state", "任务不在进行中。", task.code, "刷新页面查看当前状态")
    if not task.progress.exists():
        raise WeijianError("plan.no_progress", "还没有填报进展。", task.code, "先填报进展和佐证")
    with change(f"申请办结 {task.code}", source="page", actor_id=actor_id, actor_name=actor_name) as row:
        task.state = PlanTask.State.REQUESTED
        task.save(update_fields=["state"])
        owed = Owed(
            kind=Obligation.Kind.COMPLETION,
            subject=task.public_id,
            title=f"审批办结:{task.zh}",
            opened_on=on,
            role=Role.DIRECTOR,
            url=f"/plan/tasks/{task.public_id}/",
            source="申请办结",
        )
        open_obligations([owed], change_id=row.id)
    return task


def decide_completion(
    task: PlanTask, *, approved: bool, reason: str, on: date, actor_id: int | None, actor_name: str
) -> PlanTask:
    """The director approves closing (办结), or sends the task back with a reason."""
    if task.state != PlanTask.State.REQUESTED:
        raise WeijianError("plan.state", "任务没有申请办结。", task.code, "刷新页面查看当前状态")
    if not approved and not reason.strip():
        raise WeijianError("plan.reason", "退回需要写明理由。", task.code, "写明还缺什么")
    word = "同意办结" if approved else "退回"
    said = f"{word} {task.code} {reason}".strip()
    with change(said, source="page", actor_id=actor_id, actor_name=actor_name) as row:
        task.state = PlanTask.State.DONE if approved else PlanTask.State.OPEN
        task.decision, task.decided_on, task.decided_by = reason.strip(), on, actor_name
        task.save(update_fields=["state", "decision", "decided_on", "decided_by"])
        close_obligations(Obligation.Kind.COMPLETION, [task.public_id], on=on, by=word, change_id=row.id)
        if approved:
            close_answered(task.plan, task.lead, on=on, change_id=row.id)
    return task


def revise_target(
    target: Target,
    *,
    value: Decimal,
    document: str,
    on: date,
    actor_id: int | None,
    actor_name: str,
    files: Sequence[Uploaded] = (),
) -> Target:
    """A target changes only with its document; the old one stays and names its successor."""
    if not document.strip():
        raise WeijianError("plan.document", "调整目标需要依据文件。", target.code, "填写文件名和文号")
    if target.superseded_by_id is not None:
        raise WeijianError("plan.revised", "该目标已被调整。", target.code, "刷新页面查看现行目标")
    check_files(files)
    with change(f"调整目标 {target.code}:{document}", source="page", actor_id=actor_id, actor_name=actor_name) as row:
        new = Target.objects.create(
            task=target.task, code=target.code, zh=target.zh, en=target.en, kind=target.kind, comparator=target.comparator,
            value=value, unit=target.unit, period=target.period, measure=target.measure, document=document.strip(),
            revised_on=on,
        )  # fmt: skip
        target.superseded_by = new
        target.save(update_fields=["superseded_by"])
        attach(files, target=new, change_id=row.id)
    return new
