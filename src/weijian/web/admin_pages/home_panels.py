"""What waits for the three administrators, on their homes: checks that are not well, accounts to protect,
leaves to seal."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.security import SECOND_FACTOR
from weijian.foundation.audit.models import AuditLeaf, TreeHead
from weijian.foundation.ui.panels import Panel
from weijian.kernel.time import SystemClock
from weijian.web.admin_pages.health import checks


def _health(user: User) -> dict[str, Any]:
    found = checks(SystemClock().now())
    return {"unwell": [one for one in found if one.level != "good"], "total": len(found)}


def _security(user: User) -> dict[str, Any]:
    protected = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user_id", flat=True)
    administrators = User.objects.filter(role__in=SECOND_FACTOR, is_active=True)
    return {
        "without_factor": administrators.exclude(pk__in=protected).order_by("username"),
        "waiting": User.objects.filter(grant_pending=True, left_on=None).order_by("username"),
        "locked": User.objects.exclude(locked_at=None).order_by("username"),
    }


def _audit(user: User) -> dict[str, Any]:
    return {"leaves": AuditLeaf.objects.count(), "head": TreeHead.objects.order_by("-number").first()}


PANELS = [
    Panel(frozenset({Role.SYSTEM_ADMIN}), 10, "admin_pages/health_panel.html", _health),
    Panel(frozenset({Role.SECURITY_ADMIN}), 10, "admin_pages/security_panel.html", _security),
    Panel(frozenset({Role.AUDIT_ADMIN, Role.AUDITOR}), 10, "admin_pages/audit_panel.html", _audit),
]
