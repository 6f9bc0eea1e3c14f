"""Connects signing in and out, and new passwords, to the account's own record."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "weijian.foundation.accounts"

    def ready(self) -> None:
        """Connect the signals of Django and allauth."""
        from allauth.account import signals
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from weijian.foundation.accounts.lockout import services as lockout

        def signed_in(user: Any, **_: Any) -> None:
            lockout.note_sign_in(user)

        def signed_out(user: Any, **_: Any) -> None:
            if user is not None:
                lockout.note_sign_out(user)

        def new_password(user: Any, **_: Any) -> None:
            lockout.note_new_password(user)

        user_logged_in.connect(signed_in, weak=False, dispatch_uid="weijian_signed_in")
        user_logged_out.connect(signed_out, weak=False, dispatch_uid="weijian_signed_out")
        for signal in (signals.password_changed, signals.password_set, signals.password_reset):
            signal.connect(new_password, weak=False, dispatch_uid="weijian_new_password")
