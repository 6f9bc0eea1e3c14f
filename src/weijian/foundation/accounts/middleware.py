"""What an account owes before it may work: a password of its own choice, and a second factor where its
role needs one."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.security import SECOND_FACTOR

#: Pages that stay open meanwhile: signing in and out, the two duties themselves, language, static files.
_OPEN = ("/account/", "/i18n/", "/static/")

#: Session key that remembers a second factor once it was seen, so that not every request asks the database.
_SEEN = "weijian_second_factor"


class AccountDuties:
    """Middleware behind authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send the reader to what is owed first."""
        user = request.user
        if isinstance(user, User) and not request.path.startswith(_OPEN):
            if user.must_change_password:
                return HttpResponseRedirect(reverse("account_change_password"))
            if self._owes_second_factor(request, user):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _owes_second_factor(self, request: HttpRequest, user: User) -> bool:
        if settings.DEMO or Role(user.role) not in SECOND_FACTOR or request.session.get(_SEEN):
            return False
        if is_mfa_enabled(user):
            request.session[_SEEN] = True
            return False
        return True
