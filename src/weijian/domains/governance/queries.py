"""The plan as it stands: each target with its actual, light and gap; tasks by state and clock; computed when read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from weijian import content
from weijian.domains.governance.lights import AMBER_SHARE, Judgement, judge
from weijian.domains.governance.measuring import measured_period
from weijian.domains.governance.models import Plan, PlanTask, Supervision, Target
from weijian.foundation.access.door import may
from weijian.foundation.access.scope import scope_for
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.content_editing.queries import number_on
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period


@dataclass(frozen=True)
class TargetStatus:
    """A target against its measure: ``actual`` of its own period, ``baseline`` of the year before.

    ``outlook`` judges the baseline where the target's own period has no data yet: how far last year's level would be off.
    """

    target: Target
    judgement: Judgement
    actual: Answer | None
    baseline: Answer | None
    outlook: Judgement | None = None

    @property
    def rank(self) -> tuple[int, int, Decimal]:
        """Worst first: red, amber, without data yet (by outlook), green; inside a colour the largest gap relative to
        the target. Targets that no measure can ever judge come last."""
        level = self.judgement.level
        order = {"bad": 0, "warn": 1, "none": 2, "good": 3}[level]
        if order == 2 and self.target.measure not in measures():
            order = 4
        ahead = {"bad": 0, "warn": 1, "none": 2, "good": 3}[self.outlook.level] if self.outlook else 2
        shown = self.outlook if level == "none" and self.outlook else self.judgement
        gap = shown.gap or Decimal(0)
        return order, ahead, -(gap / abs(self.target.value)) if self.target.value else -gap


def plan_of(year: int) -> Plan:
    """The plan of a year."""
    plan = Plan.objects.filter(year=year).order_by("-id").first()
    if plan is None:
        raise WeijianError("plan.unknown", f"没有{year}年的计划。", "", "用 weijian plan load 装载")
    return plan


def target_statuses(plan: Plan) -> list[TargetStatus]:
    """Current targets of a plan, worst first; targets without a measure have no light.

    Each is measured over its own period; a running year up to its last month, and held against the same months of the
    year before.
    """
    targets = list(
        Target.objects.filter(task__plan=plan, superseded_by__isnull=True).select_related("task", "task__section")
    )
    bound = [target for target in targets if target.measure in measures()]
    answers: dict[tuple[str, str], Answer] = {}
    periods: dict[str, Period] = {}
    if bound and Snapshot.objects.exists():  # a new installation has a plan before it has data
        snapshot = current_snapshot()
        periods = {one: measured_period(one, snapshot) for one in {target.period for target in bound}}
        asked = {found for one in periods.values() for found in (one, one.same_period_last_year())}
        ids = sorted({target.measure for target in bound})
        answers = {(one.measure.id, one.figure.period): one for one in figures(ids, sorted(asked), snapshot=snapshot)}
    amber = number_on(AMBER_SHARE)
    statuses = []
    for target in targets:
        period = periods.get(target.period)
        actual = answers.get((target.measure, str(period))) if period else None
        baseline = answers.get((target.measure, str(period.same_period_last_year()))) if period else None
        if actual is None or not _has_records(actual):
            actual = None
        judgement = judge(target.comparator, target.value, actual.rounded if actual else None, amber)
        outlook = None
        if actual is None and baseline is not None and _has_records(baseline):
            outlook = judge(target.comparator, target.value, baseline.rounded, amber)
        statuses.append(TargetStatus(target, judgement, actual, baseline, outlook))
    return sorted(statuses, key=lambda status: status.rank)


def targets_of(measure_id: str, period: Period) -> list[Target]:
    """Targets in force that hold a measure in the year of a period, the newest plan first."""
    found = Target.objects.filter(measure=measure_id, superseded_by__isnull=True, period=str(period.end.year))
    return list(found.select_related("task", "task__plan").order_by("-task__plan__year", "id"))


def supervisions_for(user: User) -> QuerySet[Supervision]:
    """Supervised tasks that a reader may see: all for the bureau, those given to it for an institution."""
    found = Supervision.objects.select_related("organisation", "task", "target")
    scope = scope_for(user)
    if scope.empty:
        return found.none()
    return found if scope.organisation_ids is None else found.filter(organisation_id__in=scope.organisation_ids)


def may_report(user: User, task: PlanTask) -> bool:
    """Whether the account reports on a task: its lead and supporting departments, and the office for all of them."""
    if not may(user, "plan.progress"):
        return False
    if user.role in (Role.OFFICE, Role.DIRECTOR):
        return True
    return user.role == Role.DEPARTMENT and user.department in (task.lead, *task.support)


def may_answer(user: User, one: Supervision) -> bool:
    """Whether the account answers for a supervised task: its department, its institution's person responsible, the
    office."""
    if not may(user, "plan.progress"):
        return False
    if one.organisation_id:
        return user.role == Role.RESPONSIBLE and user.organisation_id == one.organisation_id
    return user.role == Role.OFFICE or (user.role == Role.DEPARTMENT and user.department == one.department)


def task_counts(plan: Plan, today: date) -> dict[str, int]:
    """Tasks by state, and how many are overdue today."""
    tasks = PlanTask.objects.filter(plan=plan)
    return {
        "total": tasks.count(),
        "open": tasks.filter(state=PlanTask.State.OPEN).count(),
        "requested": tasks.filter(state=PlanTask.State.REQUESTED).count(),
        "done": tasks.filter(state=PlanTask.State.DONE).count(),
        "overdue": tasks.exclude(state=PlanTask.State.DONE).filter(due_on__lt=today).count(),
    }


def departments(lang: str = "zh") -> list[tuple[str, str]]:
    """Departments of the bureau: code and name."""
    return [(row["id"], row[lang]) for row in content.read_csv("plans/departments_cn_440113.csv")]


def department_name(code: str, lang: str = "zh") -> str:
    """Name of a department of the bureau, or of an institution that supports a task (``institution:CODE``)."""
    kind, _colon, institution = code.partition(":")
    if kind == "institution":
        found = Organisation.objects.filter(code=institution).first()
        return institution if found is None else (found.en if lang == "en" else found.zh)
    rows = content.read_csv("plans/departments_cn_440113.csv")
    return next((row[lang] for row in rows if row["id"] == code), code)


def _has_records(answer: Answer) -> bool:
    """A year without any record has no actual: a zero that nobody reported is not a result.

    A growth or difference is there only where both of its periods were reported; a table function says so itself.
    """
    if answer.value is None:
        return False
    if answer.measure.compares or answer.measure.form == "table":
        return True
    return bool(answer.figure.numerator) or bool(answer.figure.denominator)
