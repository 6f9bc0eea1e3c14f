"""What the desk puts on the home of those who decide who is who."""

from __future__ import annotations

from typing import Any

from weijian.foundation.access.policy import PERMISSIONS
from weijian.foundation.accounts.models import User
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.today import today
from weijian.foundation.ui.panels import Panel
from weijian.foundation.ui.presentation import language
from weijian.records.persons.desk.addresses import question_url
from weijian.records.persons.desk.queries import open_questions
from weijian.records.persons.models import LinkQuestion

#: Questions on the home; the desk has the rest.
SHOWN = 5


def _desk(user: User) -> dict[str, Any] | None:
    found = open_questions(user, on=today())
    first = list(found[:SHOWN])
    if not first:
        return None
    label = "en" if language() == "en" else "zh"
    places = dict(Organisation.objects.filter(pk__in={one.institution_id for one in first}).values_list("pk", label))
    # No names here: a home is looked at over shoulders, and opening it is not a reading of persons.
    lines = [
        (
            LinkQuestion.Reason(one.reason).label,
            places.get(one.institution_id or 0, ""),
            one.opened_on,
            question_url(one.pk),
        )
        for one in first
    ]
    return {"count": found.count(), "lines": lines}


PANELS = [Panel(PERMISSIONS["persons.desk"].roles, 15, "persons/panel.html", _desk)]
