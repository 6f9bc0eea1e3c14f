"""What happens at sign-in: closed sign-up, the lock after wrong passwords, and a leaf for each coming and going."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
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

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the failure on the account, where it exists."""
        note_failure(credentials.get("username", ""))
