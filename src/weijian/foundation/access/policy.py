"""The policy table: every permission, the roles that have it, and how far each role sees."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from weijian.foundation.accounts.models import Role


class Reach(enum.StrEnum):
    """Which rows a role sees."""

    DISTRICT = "district"  # all rows of the deployment
    ORGANISATION = "organisation"  # rows of its institution and the institutions below it
    NONE = "none"  # no records at all: administrators keep the system, they do not read health data


@dataclass(frozen=True)
class Permission:
    """One thing that can be done, in the words of the interface, and the roles that may."""

    id: str
    zh: str
    en: str
    roles: frozenset[Role]


_ALL = frozenset(Role)
_BUREAU = frozenset({Role.DIRECTOR, Role.STATISTICIAN, Role.OFFICE, Role.DEPARTMENT})
_INSTITUTION = frozenset({Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE, Role.DOCTOR})
_ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

#: How far each role sees. A role that is missing sees nothing.
REACH: dict[Role, Reach] = {
    **dict.fromkeys(_BUREAU, Reach.DISTRICT),
    **dict.fromkeys(_INSTITUTION, Reach.ORGANISATION),
    Role.AUDITOR: Reach.DISTRICT,
    **dict.fromkeys(_ADMINS, Reach.NONE),
}

PERMISSIONS: dict[str, Permission] = {
    one.id: one
    for one in (
        Permission("home.view", "首页与待办", "Home and inbox", _ALL),
        Permission("account.own", "本人账号", "Own account", _ALL),
        Permission("datasets.view", "查看报送", "View submissions", _BUREAU | _INSTITUTION - {Role.DOCTOR}),
        Permission("datasets.submit", "报送数据", "Submit data", frozenset({Role.CLERK, Role.STATISTICIAN})),
        Permission("datasets.sign", "审核签发", "Sign data", frozenset({Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE})),
        Permission("datasets.return", "退回与催报", "Return and remind", frozenset({Role.STATISTICIAN})),
        Permission("quality.view", "数据质量", "Data quality", _BUREAU | _INSTITUTION - {Role.DOCTOR}),
        Permission("persons.desk", "身份判定", "Identity desk", frozenset({Role.STATISTICIAN, Role.CLERK})),
        Permission("persons.merge", "合并人员", "Merge persons", frozenset({Role.STATISTICIAN})),
        Permission("records.view", "查看记录", "View records", _BUREAU | _INSTITUTION | {Role.AUDITOR}),
        Permission(
            "records.persons", "查看个人信息", "See persons", frozenset({Role.STATISTICIAN, Role.CLERK, Role.DOCTOR})
        ),
        Permission("indicators.view", "查看指标", "View indicators", _BUREAU | _INSTITUTION | {Role.AUDITOR}),
        Permission("indicators.lock", "锁定月份", "Lock months", frozenset({Role.STATISTICIAN})),
        Permission("adhoc.manage", "发布临时报表", "Issue ad-hoc tables", frozenset({Role.STATISTICIAN, Role.OFFICE})),
        Permission("adhoc.fill", "填报临时报表", "Fill ad-hoc tables", _INSTITUTION - {Role.DOCTOR}),
        Permission("plan.view", "查看计划", "View the plan", _BUREAU | {Role.AUDITOR} | _INSTITUTION - {Role.DOCTOR}),
        Permission("plan.manage", "督办与目标", "Tasks and targets", frozenset({Role.DIRECTOR, Role.OFFICE})),
        Permission("plan.progress", "填报进展", "Report progress", _BUREAU | {Role.RESPONSIBLE}),
        Permission("reports.view", "查看报告", "View reports", _BUREAU | {Role.AUDITOR}),
        Permission("reports.write", "撰写报告", "Write reports", frozenset({Role.OFFICE, Role.DEPARTMENT})),
        Permission("reports.approve", "签发报告", "Approve reports", frozenset({Role.DIRECTOR})),
        Permission(
            "organisations.manage", "机构管理", "Manage institutions", frozenset({Role.SYSTEM_ADMIN, Role.STATISTICIAN})
        ),
        Permission(
            "content.edit", "内容维护", "Edit content", frozenset({Role.STATISTICIAN, Role.OFFICE, Role.DIRECTOR})
        ),
        Permission("accounts.manage", "账号管理", "Manage accounts", frozenset({Role.SYSTEM_ADMIN})),
        Permission("accounts.security", "安全策略", "Security policy", frozenset({Role.SECURITY_ADMIN})),
        Permission("audit.view", "审计记录", "Audit records", frozenset({Role.AUDIT_ADMIN, Role.AUDITOR})),
        Permission(
            "system.health",
            "系统状态",
            "System health",
            frozenset({Role.SYSTEM_ADMIN, Role.STATISTICIAN, Role.DIRECTOR}),
        ),
    )
}
