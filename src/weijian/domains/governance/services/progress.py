"""Quarterly progress: what a department reports with its evidence, and who still owes a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from weijian.domains.governance.models import Plan, PlanTask, Progress
from weijian.domains.governance.services.attachments import Uploaded, attach, check_files
from weijian.foundation.changes.services import change
from weijian.foundation.content_editing.queries import number_on
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period, start_of_day

#: Content that says how many days after a quarter's end its progress is due.
DUE_DAYS = "thresholds.csv:governance.progress_days"


def report_progress(
    task: PlanTask,
    *,
    quarter: str,
    text: str,
    evidence: str,
    on: date,
    actor_id: int | None,
    actor_name: str,
    files: Sequence[Uploaded] = (),
) -> Progress:
    """A department reports on a task for a quarter, with files as evidence; earlier reports stay.

    Raises ``plan.progress_empty``, ``plan.quarter`` for a quarter that is not the plan's or has not begun, ``plan.file``.
    """
    if not text.strip():
        raise WeijianError("plan.progress_empty", "进展内容未填写。", task.code, "写明本季度做了什么、结果如何")
    asked = Period.parse(quarter)
    if asked.start.year != task.plan.year or asked.start > on:
        raise WeijianError("plan.quarter", "不是该计划已开始的季度。", quarter, f"选择{task.plan.year}年已开始的季度")
    check_files(files)
    with change(f"填报进展 {task.code} {quarter}", source="page", actor_id=actor_id, actor_name=actor_name) as row:
        made = Progress.objects.create(
            task=task, quarter=quarter, text=text.strip(), evidence=evidence.strip(), reported_on=on,
            reporter_name=actor_name, change_id=row.id,
        )  # fmt: skip
        attach(files, progress=made, change_id=row.id)
        close_answered(task.plan, task.lead, on=on, change_id=row.id)
    return made


def open_progress_dues(day: date) -> int:
    """Owe each department the progress of the plan's quarters that have ended; gives how many became owed.

    One row for a department and a quarter, however many tasks wait; it closes with the last report.
    """
    owed = []
    days = int(number_on(DUE_DAYS, day))
    for plan in Plan.objects.filter(year__gte=day.year - 1, year__lte=day.year):
        for quarter in Period.parse(str(plan.year)).children("quarter"):
            if quarter.end >= day:
                continue
            for department, waiting in waiting_tasks(plan, quarter.code).items():
                owed.append(
                    Owed(
                        kind=Obligation.Kind.PROGRESS,
                        subject=_subject(plan, quarter.code, department),
                        title=f"填报{quarter.label_zh}工作进展({waiting}项任务)",
                        opened_on=quarter.end + timedelta(days=1),
                        due_at=start_of_day(quarter.end + timedelta(days=days + 1)),
                        department=department,
                        url=f"/plan/?lead={department}&state=open&without={quarter.code}",
                        source=plan.zh,
                    )
                )
    known = set(
        Obligation.objects.filter(kind=Obligation.Kind.PROGRESS, closed_on=None).values_list("subject", flat=True)
    )
    new = [one for one in owed if one.subject not in known]
    if new:
        with change("季度进展到期", source="system") as row:
            open_obligations(new, change_id=row.id)
    return len(new)


def waiting_tasks(plan: Plan, quarter: str) -> dict[str, int]:
    """Department → number of its open tasks without a report for the quarter."""
    tasks = PlanTask.objects.filter(plan=plan, state=PlanTask.State.OPEN).exclude(progress__quarter=quarter)
    found: dict[str, int] = {}
    for lead in tasks.values_list("lead", flat=True):
        found[lead] = found.get(lead, 0) + 1
    return found


def close_answered(plan: Plan, department: str, *, on: date, change_id: int) -> None:
    """Close the department's dues of quarters for which nothing is missing any more, in the caller's change."""
    for quarter in Period.parse(str(plan.year)).children("quarter"):
        if department not in waiting_tasks(plan, quarter.code):
            subject = _subject(plan, quarter.code, department)
            close_obligations(Obligation.Kind.PROGRESS, [subject], on=on, by="已填报", change_id=change_id)


def _subject(plan: Plan, quarter: str, department: str) -> str:
    return f"{plan.code}:{quarter}:{department}"
