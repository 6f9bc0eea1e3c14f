"""What submissions put on a home: what is owed and late, what waits for a signature, what has to be mended."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from weijian.exchange.submissions.models import DatasetPeriod, QuarantinedRow
from weijian.exchange.submissions.periods.services import SIGNS
from weijian.exchange.submissions.queries import owed_by, receipts_for, visible_institutions
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.today import today
from weijian.foundation.ui.panels import Panel
from weijian.foundation.ui.presentation import language

#: Lines of each list on the home; the page has the rest.
SHOWN = 5

_OPEN = (DatasetPeriod.State.NOT_SENT, DatasetPeriod.State.RETURNED)
_SENT = (DatasetPeriod.State.SENT, DatasetPeriod.State.ZERO)


def _submissions(user: User) -> dict[str, Any]:
    owed = owed_by(user)
    missing = owed.filter(state__in=_OPEN)
    day = today()
    return {
        "missing": missing.count(),
        "late": missing.filter(due_on__lt=day).count(),
        "next": [
            (_name(one.dataset), one, one.due_on < day) for one in missing.annotate(times=Count("reminders"))[:SHOWN]
        ],
        "returned": missing.filter(state=DatasetPeriod.State.RETURNED).count(),
        "to_sign": _waiting_for(user),
        "to_mend": QuarantinedRow.objects.filter(
            state=QuarantinedRow.State.OPEN, institution_id__in=visible_institutions(user).values("id")
        ).count(),
        "receipts": [(_name(one.dataset), one) for one in receipts_for(user)[:SHOWN]],
    }


def _waiting_for(user: User) -> int | None:
    """Periods whose next signature is this person's; None for those who do not sign."""
    step = SIGNS.get(Role(user.role))
    if step is None:
        return None
    before = list(DatasetPeriod.Step.values)[: list(DatasetPeriod.Step.values).index(step)]
    signed = {f"{one}_at__isnull": False for one in before}
    return owed_by(user).filter(state__in=_SENT, **{f"{step}_at__isnull": True}, **signed).count()


def _name(dataset: str) -> str:
    kind = kind_by_id(dataset)
    return kind.en if language() == "en" else kind.zh


PANELS = [
    Panel(
        frozenset({Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE, Role.STATISTICIAN}),
        10,
        "submissions/panel.html",
        _submissions,
    )
]
