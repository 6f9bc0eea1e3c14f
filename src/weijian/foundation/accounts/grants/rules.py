"""Which rights wait for the security administrator before they can be used.

Source: GB/T 22239-2019 (等级保护基本要求), 8.1.5 and 8.1.10.2: system, audit and security administration apart, and the
rights of administrators decided by another person than the one who makes the account.
"""

from __future__ import annotations

from weijian.foundation.accounts.models import Role, User

#: Roles that watch over the system or over what was done in it.
GRANTED_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.AUDITOR})

#: Highest sensitivity of rows that the system administrator may give alone.
FREE_SENSITIVITY = 3


def needs_grant(role: Role, sensitivity: int) -> bool:
    """Whether an account of this role and sensitivity works only after it was granted."""
    return role in GRANTED_ROLES or sensitivity > FREE_SENSITIVITY


def gains(account: User, role: Role, sensitivity: int) -> bool:
    """Whether a move gives an account more of what needs a grant than it has."""
    if not needs_grant(role, sensitivity):
        return False
    return role != account.role or sensitivity > max(account.sensitivity, FREE_SENSITIVITY)


def somebody_grants() -> bool:
    """Whether the security administrator is at work: has signed in once and stays.

    Before that nobody could grant: the first administrators of an installation are made without. A password that was
    taken back meanwhile does not count, or the system administrator could go round the rule by resetting it.
    """
    waiting = User.objects.filter(
        role=Role.SECURITY_ADMIN, is_active=True, left_on=None, grant_pending=False, last_login__isnull=False
    )
    return waiting.exists()
