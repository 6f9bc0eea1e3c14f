"""Accounts of a marked demonstration, one for each role; printed by ``weijian demo`` and never made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.services import create_account
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.models import Organisation

#: The one password of all demonstration accounts.
PASSWORD = "panyu-demo-2017"


@dataclass(frozen=True)
class DemoAccount:
    """One account: user name, role, name shown, code of its institution, department, highest sensitivity."""

    username: str
    role: Role
    full_name: str
    institution: str = ""
    department: str = ""
    sensitivity: int = 3


ACCOUNTS = (
    DemoAccount("director", Role.DIRECTOR, "局领导(演示)"),
    DemoAccount("statistician", Role.STATISTICIAN, "统计员(演示)", sensitivity=4),
    DemoAccount("office", Role.OFFICE, "办公室(演示)", department="office"),
    DemoAccount("medical", Role.DEPARTMENT, "医政科(演示)", department="medical"),
    DemoAccount("clerk", Role.CLERK, "填报人(演示)", "PY0000014"),
    DemoAccount("reviewer", Role.REVIEWER, "审核人(演示)", "PY0000014"),
    DemoAccount("responsible", Role.RESPONSIBLE, "负责人(演示)", "PY0000014"),
    DemoAccount("doctor", Role.DOCTOR, "家庭医生(演示)", "PY000025X"),
    DemoAccount("auditor", Role.AUDITOR, "审计员(演示)"),
    DemoAccount("sysadmin", Role.SYSTEM_ADMIN, "系统管理员(演示)"),
    DemoAccount("secadmin", Role.SECURITY_ADMIN, "安全管理员(演示)"),
    DemoAccount("auditadmin", Role.AUDIT_ADMIN, "审计管理员(演示)"),
)


def create_demo_accounts(district: str) -> list[DemoAccount]:
    """Create the accounts that do not exist yet; institutions that another district lacks are replaced by its first."""
    hospitals = Organisation.objects.filter(type=Organisation.Type.HOSPITAL).order_by("code")
    centres = Organisation.objects.filter(type=Organisation.Type.COMMUNITY_CENTRE).order_by("code")
    with change(f"创建演示账号 {district}"):
        for one in ACCOUNTS:
            if User.objects.filter(username=one.username).exists():
                continue
            organisation = None
            if one.institution:
                pool = centres if one.role is Role.DOCTOR else hospitals
                organisation = Organisation.objects.filter(code=one.institution).first() or pool.first()
            create_account(
                username=one.username,
                password=PASSWORD,
                role=one.role,
                full_name=one.full_name,
                organisation=organisation,
                department=one.department,
                sensitivity=one.sensitivity,
            )
    return list(ACCOUNTS)
