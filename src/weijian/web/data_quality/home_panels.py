"""What data quality puts on a home: an institution's own score and place, for the bureau the lowest scores."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from weijian.exchange.submissions.quality.scores import latest_year, ranked, tallies_of
from weijian.exchange.submissions.queries import visible_institutions
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.today import today
from weijian.foundation.ui.panels import Panel
from weijian.web.data_quality.pages import name_of, score_figure

#: Institutions on the home; the page has the rest.
SHOWN = 5


def _quality(user: User) -> dict[str, Any] | None:
    year = latest_year()
    if year is None:
        return None
    period = str(year)
    places = {one.pk: one for one in visible_institutions(user)}
    found = [one for one in ranked(tallies_of(year, as_of=today()), period) if one.institution_id in places]
    if not found:
        return None
    lines = []
    for one in list(reversed(found))[:SHOWN]:
        place = places[one.institution_id]
        url = reverse("quality_institution", args=[place.code]) + f"?period={period}"
        lines.append((name_of(place), url, score_figure(one.score), one.rank, one.among))
    return {"period": period, "lines": lines, "url": reverse("quality") + f"?period={period}"}


PANELS = [
    Panel(
        frozenset({Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE, Role.STATISTICIAN}),
        20,
        "data_quality/panel.html",
        _quality,
    )
]
