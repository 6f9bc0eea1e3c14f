"""The life of an account: join, move, leave, lock, reset; the only place where accounts change."""

from __future__ import annotations

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.areas.models import Area
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError


def create_account(
    *,
    username: str,
    password: str | None,
    role: Role,
    full_name: str,
    organisation: Organisation | None = None,
    area: Area | None = None,
    department: str = "",
    sensitivity: int = 3,
) -> User:
    """Create an account; without a password it can only be entered by a one-time link.

    Raises ``account.exists`` where the user name is taken, ``account.organisation`` where the role needs an institution.
    """
    if User.objects.filter(username=username).exists():
        raise WeijianError("account.exists", f"账号 {username} 已存在。", username, "换一个账号名")
    if role in (Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE, Role.DOCTOR) and organisation is None:
        raise WeijianError("account.organisation", f"角色“{role.label}”需要所属机构。", username, "指明机构代码")
    account = User(
        username=username,
        role=role,
        full_name=full_name,
        organisation=organisation,
        area=area,
        department=department,
        sensitivity=sensitivity,
        must_change_password=False,
    )
    account.set_password(password)
    account.save()
    return account
