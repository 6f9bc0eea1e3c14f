"""The door of every page: a permission on each view, and a middleware that closes whatever has none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from weijian.foundation.access.policy import PERMISSIONS
from weijian.foundation.accounts.models import Role, User

View = Callable[..., HttpResponse]

#: Views of libraries that are open before sign-in or guard themselves (sign-in, second factor, language).
OPEN_MODULES = ("allauth.", "django.views.i18n", "django.contrib.staticfiles.", "whitenoise.")


def may(user: Any, permission: str) -> bool:
    """Whether an account has a permission; unknown permissions are nobody's."""
    if not getattr(user, "is_authenticated", False) or not user.is_active or user.grant_pending:
        return False
    found = PERMISSIONS.get(permission)
    return found is not None and Role(user.role) in found.roles


def page(permission: str) -> Callable[[View], View]:
    """Open a view to the roles of a permission; others get 403, nobody signed in gets the sign-in page.

    The permission must stand in the policy table: a misspelt one fails at import.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"no permission {permission!r} in the policy table")

    def opened(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may(request.user, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return opened


class ClosedUnlessOpened:
    """Middleware: a view without a permission is refused, whoever asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: object, kwargs: object) -> None:
        """Refuse a view that no rule opens."""
        if getattr(view, "permission", None) in PERMISSIONS or getattr(view, "opened_to_all", False):
            return
        if getattr(view, "guards_itself", False):  # operations of the API, each with its own auth (web/api/root.py)
            return
        module = getattr(view, "__module__", "") or ""
        view_class = getattr(view, "view_class", None)
        if view_class is not None:
            module = view_class.__module__
        if module.startswith(OPEN_MODULES):
            return
        raise PermissionDenied


def current_user(request: HttpRequest) -> User:
    """The signed-in account; only inside a view that :func:`page` guards."""
    assert isinstance(request.user, User)
    return request.user
