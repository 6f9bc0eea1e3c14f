"""What happens at sign-in: closed sign-up, the lock after wrong passwords, and a leaf for each coming and going."""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from weijian.foundation.accounts.lockout.services import note_failure
from weijian.foundation.accounts.models import User
from weijian.kernel.time import SystemClock, to_beijing


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the administrator; nobody signs up, and nothing is sent by e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A locked account is refused before its password is looked at, right or wrong."""
        account = User.objects.filter(username=credentials.get("username", "")).first()
        if account is None or not account.is_locked(SystemClock().now()):
            super().pre_authenticate(request, **credentials)
            return
        if account.locked_until is None:
            raise ValidationError(_("账号已锁定,请联系系统管理员。"), code="locked")
        until = date_format(to_beijing(account.locked_until), "Y-m-d H:i")
        raise ValidationError(
            _("连续多次输错密码,账号已锁定,%(until)s 之后可以再试。") % {"until": until}, code="locked"
        )

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Whoever knows the password of an account that is not granted yet is told so, and gets no session."""
        if user.grant_pending:
            return render(request, "account/pending.html", status=403)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not again within a few minutes of signing in: at the first sign-in the second factor is set up at once."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        latest = max((float(one.get("at", 0)) for one in records), default=0.0)
        return bool(SystemClock().now().timestamp() - latest >= app_settings.REAUTHENTICATION_TIMEOUT)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the failure on the account, where it exists."""
        note_failure(credentials.get("username", ""))
