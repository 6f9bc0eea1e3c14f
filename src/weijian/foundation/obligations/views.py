"""The inbox page."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from weijian.foundation.access.door import current_user, page
from weijian.foundation.obligations.drawing import rows_of
from weijian.foundation.obligations.queries import count_for, owed_by
from weijian.foundation.today import now

#: Rows of one page; who owes more sees the most urgent.
SHOWN = 200


@page("home.view")
def inbox(request: HttpRequest) -> HttpResponse:
    """What the reader owes now, or owed at the end of a day (``?on=2018-03-31``)."""
    user = current_user(request)
    try:
        as_of = date.fromisoformat(request.GET["on"]) if request.GET.get("on") else None
    except ValueError:
        as_of = None
    found = owed_by(user, as_of=as_of)
    context = {
        "rows": rows_of(found[:SHOWN], as_of=as_of),
        "total": found.count(),
        "count": count_for(user, now()),
        "as_of": as_of,
    }
    return render(request, "obligations/inbox.html", context)
