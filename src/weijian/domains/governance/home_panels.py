"""What the plan puts on a home: the targets furthest off first, and the headline figures of the district."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from weijian.domains.governance.models import Plan, PlanTask, Supervision
from weijian.domains.governance.pages import due_clock, headline_cards, owner_name, status_table
from weijian.domains.governance.queries import department_name, supervisions_for, target_statuses, task_counts
from weijian.foundation.access.door import may
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.today import today
from weijian.foundation.ui.panels import Panel
from weijian.foundation.ui.presentation import language

#: Targets on the home; the cockpit has the rest.
SHOWN = 6
#: Days ahead of the panel of deadlines.
WEEK = 7


def _off_plan(user: User) -> dict[str, Any] | None:
    plan = Plan.objects.order_by("-year").first()
    if plan is None or not Snapshot.objects.exists():
        return None
    statuses = target_statuses(plan)
    if user.role == Role.DEPARTMENT:
        statuses = [one for one in statuses if one.target.task.lead == user.department]
    if not statuses:
        return None
    day = today()
    table = status_table(statuses[:SHOWN], {}, may(user, "plan.manage"), day, total=len(statuses))
    return {"plan": plan, "counts": task_counts(plan, day), "table": table}


def _headline(user: User) -> dict[str, Any] | None:
    if not Snapshot.objects.exists():
        return None  # a new installation: there is nothing to count yet
    cards = headline_cards()
    return {"cards": cards} if cards else None


def _deadlines(user: User) -> dict[str, Any] | None:
    """Supervised tasks and tasks of the plan that are due within a week, or overdue."""
    day = today()
    until = day + timedelta(days=WEEK)
    waiting = supervisions_for(user).filter(state=Supervision.State.OPEN, due_on__lte=until)
    tasks = PlanTask.objects.exclude(state=PlanTask.State.DONE).filter(due_on__lte=until)
    english = language() == "en"
    rows = [
        (one.text, owner_name(one), due_clock(one), reverse("plan_supervision", args=[one.public_id]))
        for one in waiting.order_by("due_on")[:SHOWN]
    ]
    rows += [
        (
            one.en if english else one.zh, department_name(one.lead, language()), due_clock(one),
            reverse("plan_task", args=[one.public_id]),
        )
        for one in tasks.order_by("due_on")[:SHOWN]
    ]  # fmt: skip
    return {"rows": rows, "total": waiting.count() + tasks.count()} if rows else None


PANELS = [
    Panel(frozenset({Role.DIRECTOR, Role.OFFICE}), 15, "governance/deadline_panel.html", _deadlines),
    Panel(frozenset({Role.DIRECTOR, Role.OFFICE, Role.DEPARTMENT}), 20, "governance/plan_panel.html", _off_plan),
    Panel(
        frozenset({Role.DIRECTOR, Role.OFFICE, Role.DEPARTMENT, Role.STATISTICIAN, Role.AUDITOR}),
        60,
        "governance/headline_panel.html",
        _headline,
    ),
]
