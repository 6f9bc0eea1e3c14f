"""Reads the inbox: what an account owes, now or as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from weijian.foundation.access.policy import REACH, Reach
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.obligations.models import Obligation


@dataclass(frozen=True)
class InboxCount:
    """Numbers for the head of the page."""

    open: int
    overdue: int


def owed_by(user: User, *, as_of: date | None = None) -> QuerySet[Obligation]:
    """What the account owes, the most urgent first; ``as_of`` gives the list as it stood at the end of that day.

    Whoever acts for an institution owes what that institution owes; whoever acts for the bureau owes what names no
    institution; a department or a role, where given, must be the account's. No rule, no rows.
    """
    if not user.is_active:
        return Obligation.objects.none()
    reach = REACH.get(Role(user.role), Reach.NONE)
    if reach is Reach.ORGANISATION:
        place = Q(organisation_id=user.organisation_id) if user.organisation_id else Q(pk__in=[])
    else:
        place = Q(organisation=None)
    found = Obligation.objects.filter(
        place, Q(role="") | Q(role=user.role), Q(department="") | Q(department=user.department)
    )
    if reach is Reach.NONE:
        found = found.filter(role=user.role)  # administrators are asked by name of their role only
    if as_of is None:
        found = found.filter(closed_on=None)
    else:
        found = found.filter(opened_on__lte=as_of).filter(Q(closed_on=None) | Q(closed_on__gt=as_of))
    return found.select_related("organisation").order_by(F("due_at").asc(nulls_last=True), "id")


def count_for(user: User, now: datetime) -> InboxCount:
    """How much is open, and how much of it is overdue at ``now``."""
    found = owed_by(user)
    return InboxCount(found.count(), found.filter(due_at__lt=now).count())
