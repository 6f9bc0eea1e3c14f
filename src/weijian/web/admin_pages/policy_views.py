"""The security policy and the role table, for the security administrator."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from weijian.foundation.access.door import page
from weijian.foundation.accounts.models import User
from weijian.foundation.accounts.security import LOCK_AFTER, LOCK_FOR, SECOND_FACTOR
from weijian.web.admin_pages.tables import grant_table, reach_table, role_table


@page("accounts.security")
def policy(request: HttpRequest) -> HttpResponse:
    """The rules that the program enforces, and who lacks what they ask."""
    with_factor = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user_id", flat=True)
    admins = User.objects.filter(role__in=SECOND_FACTOR, is_active=True)
    waiting = list(User.objects.filter(grant_pending=True, left_on=None).select_related("organisation"))
    context = {
        "lock_after": LOCK_AFTER,
        "lock_minutes": LOCK_FOR // timedelta(minutes=1),
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
        "link_hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        "password_length": settings.MIN_PASSWORD_LENGTH,
        "demo": settings.DEMO,
        "without_factor": admins.exclude(pk__in=with_factor).order_by("username"),
        "locked": User.objects.exclude(locked_at=None).order_by("username"),
        "grants": grant_table(waiting),
        "waiting": bool(waiting),
        "reach": reach_table(request),
        "roles": role_table(request),
    }
    return render(request, "admin_pages/policy.html", context)
