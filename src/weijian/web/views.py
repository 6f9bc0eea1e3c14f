"""The home of each role: what it has to do first, then the numbers that it answers for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from weijian.foundation.access.door import current_user, page
from weijian.web.home import panels_for


@page("home.view")
def home(request: HttpRequest) -> HttpResponse:
    """Panels of the reader's role, drawn in the order of work."""
    user = current_user(request)
    return render(request, "web/home.html", {"panels": panels_for(user), "person": user})
