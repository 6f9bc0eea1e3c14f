"""The plan as it stands: each target with its actual, light and gap; tasks by state and clock; computed when read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from weijian import content
from weijian.domains.governance.lights import AMBER_SHARE, Judgement, judge
from weijian.domains.governance.models import Plan, PlanTask, Target
from weijian.foundation.content_editing.queries import number_on
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.queries import Answer, figures
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period


@dataclass(frozen=True)
class TargetStatus:
    """A target against its measure: ``actual`` of its own period, ``baseline`` of the year before."""

    target: Target
    judgement: Judgement
    actual: Answer | None
    baseline: Answer | None

    @property
    def rank(self) -> tuple[int, Decimal]:
        """Worst first: red, amber, without data yet, green; inside a colour the largest gap relative to the target.

        Targets that no measure can ever judge come last.
        """
        order = {"bad": 0, "warn": 1, "none": 2, "good": 3}[self.judgement.level]
        if order == 2 and self.target.measure not in measures():
            order = 4
        gap = self.judgement.gap or Decimal(0)
        return order, -(gap / abs(self.target.value)) if self.target.value else -gap


def plan_of(year: int) -> Plan:
    """The plan of a year."""
    plan = Plan.objects.filter(year=year).order_by("-id").first()
    if plan is None:
        raise WeijianError("plan.unknown", f"没有{year}年的计划。", "", "用 weijian plan load 装载")
    return plan


def target_statuses(plan: Plan) -> list[TargetStatus]:
    """Current targets of a plan, worst first; targets without a measure have no light."""
    targets = list(
        Target.objects.filter(task__plan=plan, superseded_by__isnull=True).select_related("task", "task__section")
    )
    year = Period.parse(str(plan.year))
    bound = sorted({target.measure for target in targets if target.measure in measures()})
    answers = {}
    for answer in figures(bound, [year, year.same_period_last_year()]) if bound else []:
        answers[(answer.measure.id, answer.figure.period)] = answer
    statuses = []
    amber = number_on(AMBER_SHARE)
    for target in targets:
        actual = answers.get((target.measure, str(year)))
        baseline = answers.get((target.measure, str(year.same_period_last_year())))
        value = actual.rounded if actual and _has_records(actual) else None
        statuses.append(
            TargetStatus(
                target,
                judge(target.comparator, target.value, value, amber),
                actual if value is not None else None,
                baseline,
            )
        )
    return sorted(statuses, key=lambda status: status.rank)


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


def department_name(code: str, lang: str = "zh") -> str:
    """Name of a department of the bureau."""
    rows = content.read_csv("plans/departments_cn_440113.csv")
    return next((row[lang] for row in rows if row["id"] == code), code)


def _has_records(answer: Answer) -> bool:
    """A year without any record has no actual: a zero that nobody reported is not a result."""
    return bool(answer.figure.numerator) or bool(answer.figure.denominator)
