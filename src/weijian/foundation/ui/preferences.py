"""What a reader may set for all pages without an account page: 万/亿 or every digit (the language is Django's own)."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

NUMBER_COOKIE = "wj_numbers"
_YEAR = 365 * 24 * 3600


def number_style(request: HttpRequest | None) -> Literal["scaled", "plain"]:
    """``plain`` when the reader asked for every digit, else ``scaled`` (万 and 亿 as documents write them)."""
    if request is not None and request.COOKIES.get(NUMBER_COOKIE) == "plain":
        return "plain"
    return "scaled"


@require_POST
def set_number_style(request: HttpRequest) -> HttpResponse:
    """Store the choice ``style`` (``scaled`` or ``plain``) and return to ``next``; other values change nothing."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    style = request.POST.get("style", "")
    if style in ("scaled", "plain"):
        response.set_cookie(NUMBER_COOKIE, style, max_age=_YEAR, samesite="Lax", httponly=True,
                            secure=request.is_secure())  # fmt: skip
    return response


set_number_style.opened_to_all = True  # type: ignore[attr-defined]  # a reader's own preference, nothing behind it
