"""The door of the API: a machine token within its scope, or a signed-in session with its CSRF token; else closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from weijian.foundation.access.door import may
from weijian.foundation.access.policy import PERMISSIONS
from weijian.foundation.accounts.models import User
from weijian.foundation.accounts.tokens.services import use_token
from weijian.kernel.errors import WeijianError


class _ByToken(HttpBearer):
    """``Authorization: Bearer wjt_…``."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> User:
        """The token's account, which may act within the scope of both."""
        found = use_token(token)
        if self.permission not in found.scope or not may(found.account, self.permission):
            raise _forbidden(self.permission)
        request.machine_token = found  # type: ignore[attr-defined]
        return found.account


class _BySession(APIKeyCookie):
    """The session of a page; what changes something needs the page's CSRF token (header ``X-CSRFToken``)."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(csrf=True)

    def __call__(self, request: HttpRequest) -> Any:
        """Nobody signed in is asked for a token first, not for CSRF."""
        return super().__call__(request) if request.user.is_authenticated else None

    def authenticate(self, request: HttpRequest, key: str | None) -> User:
        """The signed-in account."""
        if not may(request.user, self.permission):
            raise _forbidden(self.permission)
        assert isinstance(request.user, User)
        return request.user


def opened_by(permission: str) -> list[Callable[[HttpRequest], Any]]:
    """``auth`` of an operation: open to accounts with the permission, by token or session.

    The permission must stand in the policy table: a misspelt one fails at import.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"no permission {permission!r} in the policy table")
    return [_ByToken(permission), _BySession(permission)]


def account_of(request: HttpRequest) -> User:
    """The account of an API request; only inside an operation that :func:`opened_by` guards."""
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, User)
    return found


def _forbidden(permission: str) -> WeijianError:
    return WeijianError("api.forbidden", "没有这项权限。", permission, "请管理员授权")
