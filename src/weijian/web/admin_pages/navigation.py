"""Navigation entries of the administrators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [
    Entry(_("账号管理"), "admin_accounts", "accounts.manage", Group.MANAGE, "users", 10),
    Entry(_("安全策略"), "admin_policy", "accounts.security", Group.MANAGE, "shield-lock", 20),
    Entry(_("审计"), "admin_audit", "audit.view", Group.MANAGE, "file-search", 30),
    Entry(_("机构管理"), "admin_organisations", "organisations.manage", Group.MANAGE, "building-hospital", 40),
    Entry(_("系统状态"), "admin_health", "system.health", Group.MANAGE, "activity", 50),
]
