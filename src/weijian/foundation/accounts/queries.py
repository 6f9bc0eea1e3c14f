"""Reads accounts for the administrator: who, as what, where, in which state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from weijian.foundation.accounts.models import User
from weijian.kernel.time import SystemClock


def state_of(account: User, at: datetime) -> str:
    """``left``, ``locked``, ``pending`` (rights not granted yet), ``waiting`` (no password yet: a one-time link is
    out) or ``active``."""
    if account.left_on is not None or not account.is_active:
        return "left"
    if account.is_locked(at):
        return "locked"
    if account.grant_pending:
        return "pending"
    return "active" if account.has_usable_password() else "waiting"


def account_rows() -> list[dict[str, Any]]:
    """All accounts by name, as plain values."""
    now = SystemClock().now()
    return [
        {
            "username": one.username,
            "full_name": one.full_name,
            "role": one.role,
            "organisation": one.organisation.code if one.organisation else None,
            "department": one.department,
            "state": state_of(one, now),
            "lock_reason": one.lock_reason,
            "last_login": one.last_login.isoformat() if one.last_login else None,
        }
        for one in User.objects.select_related("organisation").order_by("username")
    ]
