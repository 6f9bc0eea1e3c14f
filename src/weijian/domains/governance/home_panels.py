"""What the plan puts on a home: the targets furthest off first, and the headline figures of the district."""

from __future__ import annotations

from typing import Any

from weijian.domains.governance.models import Plan
from weijian.domains.governance.pages import headline_cards, status_table
from weijian.domains.governance.queries import target_statuses, task_counts
from weijian.foundation.access.door import may
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.today import today
from weijian.foundation.ui.panels import Panel

#: Targets on the home; the cockpit has the rest.
SHOWN = 6


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
    table = status_table(statuses[:SHOWN], {}, may(user, "plan.manage"), day)
    return {"plan": plan, "counts": task_counts(plan, day), "table": table}


def _headline(user: User) -> dict[str, Any] | None:
    if not Snapshot.objects.exists():
        return None  # a new installation: there is nothing to count yet
    cards = headline_cards()
    return {"cards": cards} if cards else None


PANELS = [
    Panel(frozenset({Role.DIRECTOR, Role.OFFICE, Role.DEPARTMENT}), 20, "governance/plan_panel.html", _off_plan),
    Panel(
        frozenset({Role.DIRECTOR, Role.OFFICE, Role.DEPARTMENT, Role.STATISTICIAN, Role.AUDITOR}),
        60,
        "governance/headline_panel.html",
        _headline,
    ),
]
