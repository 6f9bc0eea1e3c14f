"""The security policy that the program itself enforces: lockout and second factor; times of sessions and
links are settings.

Source: GB/T 22239-2019 (等级保护基本要求), 8.1.4.1 identity authentication; the numbers are the product's own
choice inside it.
"""

from __future__ import annotations

from datetime import timedelta

from weijian.foundation.accounts.models import Role

#: Wrong passwords in a row after which an account locks itself, and for how long.
LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=30)

#: Roles that must use a second factor in a real installation: they decide who may do what, or watch over it.
SECOND_FACTOR = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

#: Roles that act for one institution and therefore need one.
OF_AN_INSTITUTION = frozenset({Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE, Role.DOCTOR})
