"""Counts wrong passwords, locks after too many, forgets them at success; witnesses sign-in and sign-out in
the audit."""

from __future__ import annotations

from django.db import transaction

from weijian.foundation.accounts.models import User
from weijian.foundation.accounts.security import LOCK_AFTER, LOCK_FOR
from weijian.foundation.audit.services import write_leaf
from weijian.kernel.time import Clock, SystemClock


def note_failure(username: str, *, clock: Clock | None = None) -> User | None:
    """Count one wrong password; the fifth in a row locks the account for a while.

    A name that is no account is counted under no name: what was typed there may be a password.
    """
    now = (clock or SystemClock()).now()
    with transaction.atomic():
        account = User.objects.select_for_update().filter(username=username).first()
        if account is None:
            write_leaf(at=now, action="login.unknown", object_kind="account")
            return None
        ended = account.locked_at is not None and not account.is_locked(now)
        account.failed_logins = 1 if ended else account.failed_logins + 1
        if ended:
            account.locked_at, account.locked_until, account.lock_reason = None, None, ""
        if account.failed_logins >= LOCK_AFTER and account.locked_at is None:
            account.locked_at, account.locked_until = now, now + LOCK_FOR
            account.lock_reason = f"连续{account.failed_logins}次输错密码"
        account.save(update_fields=["failed_logins", "locked_at", "locked_until", "lock_reason"])
        locked = account.locked_at is not None
        _witness(account, "login.locked" if locked else "login.failed", clock, failures=account.failed_logins)
    return account


def note_sign_in(account: User, *, clock: Clock | None = None) -> None:
    """Forget wrong passwords and write the leaf."""
    with transaction.atomic():
        User.objects.filter(pk=account.pk).update(failed_logins=0, locked_at=None, locked_until=None, lock_reason="")
        _witness(account, "login", clock)


def note_sign_out(account: User, *, clock: Clock | None = None) -> None:
    """Write the leaf."""
    _witness(account, "logout", clock)


def note_new_password(account: User, *, clock: Clock | None = None) -> None:
    """The account has a password of its own choice now."""
    with transaction.atomic():
        User.objects.filter(pk=account.pk).update(must_change_password=False, failed_logins=0)
        _witness(account, "password", clock)


def _witness(account: User, action: str, clock: Clock | None, **detail: int) -> None:
    write_leaf(
        at=(clock or SystemClock()).now(),
        action=action,
        actor_id=account.pk,
        actor_name=account.username,
        object_kind="account",
        detail=dict(detail),
    )
