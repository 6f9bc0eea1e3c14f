"""The life of an account: join, move, leave, lock, unlock, reset by one-time link; the only place where
accounts change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.sessions.models import Session
from django.urls import reverse

from weijian.foundation.accounts.grants.rules import gains, needs_grant
from weijian.foundation.accounts.grants.services import ask_for_grant, withdraw_request
from weijian.foundation.accounts.importing import WantedAccount
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.security import OF_AN_INSTITUTION
from weijian.foundation.areas.models import Area
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock, beijing_date


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
    must_change_password: bool = False,
) -> User:
    """Create an account in the caller's change; without a password it can only be entered by a one-time link.

    Rights that another person must grant wait for the security administrator (:mod:`.grants.rules`).
    Raises ``account.exists`` where the user name is taken, ``account.username`` where it cannot be typed safely,
    ``account.organisation`` where the role needs an institution.
    """
    if not username or len(username) > 150 or not all(one.isalnum() or one in "@.+-_" for one in username):
        raise WeijianError("account.username", "账号名只能用文字、数字和 @ . + - _。", username[:40], "换一个账号名")
    if User.objects.filter(username=username).exists():
        raise WeijianError("account.exists", f"账号 {username} 已存在。", username, "换一个账号名")
    _needs_organisation(username, role, organisation)
    account = User(
        username=username,
        role=role,
        full_name=full_name,
        organisation=organisation,
        area=area,
        department=department,
        sensitivity=sensitivity,
        must_change_password=must_change_password,
    )
    account.set_password(password)
    account.save()
    if needs_grant(role, sensitivity):
        ask_for_grant(account)
    return account


def join(
    wanted: Iterable[WantedAccount],
    *,
    reason: str,
    source: str = "page",
    actor_id: int | None = None,
    actor_name: str = "",
) -> list[tuple[User, str]]:
    """Make accounts in one change, all or none; gives each with the path of its one-time link, which is kept nowhere."""
    who: dict[str, Any] = {"source": source, "actor_id": actor_id, "actor_name": actor_name}
    made = []
    with change(reason, action="account.join", **who):
        for one in wanted:
            account = create_account(
                username=one.username,
                password=None,
                role=one.role,
                full_name=one.full_name,
                organisation=one.organisation,
                department=one.department,
                sensitivity=one.sensitivity,
            )
            made.append((account, reset_link(account, **who)))
    return made


def move_account(
    account: User,
    *,
    role: Role,
    organisation: Organisation | None,
    department: str = "",
    area: Area | None = None,
    sensitivity: int | None = None,
    source: str = "page",
    actor_id: int | None = None,
    actor_name: str = "",
) -> User:
    """Give an account another role, institution or department; its open sessions end, so that nothing old
    is still seen."""
    _is_here(account)
    _needs_organisation(account.username, role, organisation)
    if role != account.role:
        _last_of_its_kind(account)
    wanted = account.sensitivity if sensitivity is None else sensitivity
    more, stays = gains(account, role, wanted), needs_grant(role, wanted)
    before = {"role": account.role, "organisation": account.organisation_id, "department": account.department}
    after = {
        "role": str(role),
        "organisation": organisation.pk if organisation else None,
        "department": department,
    }
    with change(
        f"调动账号 {account.username}",
        source=source,
        actor_id=actor_id,
        actor_name=actor_name,
        action="account.move",
        detail={"account": account.pk, "before": before, "after": after},
    ):
        account.role, account.organisation, account.department, account.area = (
            role,
            organisation,
            department,
            area,
        )
        account.sensitivity = wanted
        account.save(update_fields=["role", "organisation", "department", "area", "sensitivity"])
        if more:
            ask_for_grant(account)
        elif not stays:
            withdraw_request(account)
        end_sessions(account)
    return account


def leave(
    account: User,
    *,
    on: date | None = None,
    source: str = "page",
    actor_id: int | None = None,
    actor_name: str = "",
) -> User:
    """End an account for good: it cannot be entered any more, and stays because what it did names it."""
    _is_here(account)
    if account.pk == actor_id:
        raise WeijianError("account.self", "不能注销自己的账号。", account.username, "请另一位系统管理员操作")
    _last_of_its_kind(account)
    with _changing(account, "注销账号", "account.leave", source, actor_id, actor_name):
        account.is_active = False
        account.left_on = on or beijing_date(SystemClock().now())
        account.set_unusable_password()
        account.save(update_fields=["is_active", "left_on", "password"])
        withdraw_request(account)
        end_sessions(account)
    return account


def lock(
    account: User,
    *,
    reason: str,
    clock: Clock | None = None,
    source: str = "page",
    actor_id: int | None = None,
    actor_name: str = "",
) -> User:
    """Lock an account until somebody unlocks it; its sessions end at once."""
    _is_here(account)
    if account.pk == actor_id:
        raise WeijianError("account.self", "不能锁定自己的账号。", account.username, "请另一位系统管理员操作")
    if not reason.strip():
        raise WeijianError("account.reason", "锁定需要写明原因。", account.username, "写明原因")
    with _changing(account, "锁定账号", "account.lock", source, actor_id, actor_name):
        account.locked_at, account.locked_until = (clock or SystemClock()).now(), None
        account.lock_reason = reason.strip()
        account.save(update_fields=["locked_at", "locked_until", "lock_reason"])
        end_sessions(account)
    return account


def unlock(account: User, *, source: str = "page", actor_id: int | None = None, actor_name: str = "") -> User:
    """Unlock an account and forget its failed sign-ins."""
    _is_here(account)
    with _changing(account, "解锁账号", "account.unlock", source, actor_id, actor_name):
        account.locked_at = account.locked_until = None
        account.lock_reason, account.failed_logins = "", 0
        account.save(update_fields=["locked_at", "locked_until", "lock_reason", "failed_logins"])
    return account


def reset_link(account: User, *, source: str = "page", actor_id: int | None = None, actor_name: str = "") -> str:
    """Take the password away and return the path of a one-time link, to be handed over by the administrator.

    The link dies when it is used, when another is made, and after the time that the policy names.
    """
    _is_here(account)
    with _changing(account, "重置密码", "account.reset", source, actor_id, actor_name):
        account.set_unusable_password()
        account.locked_at = account.locked_until = None
        account.lock_reason, account.failed_logins = "", 0
        account.must_change_password = False
        account.save()
        end_sessions(account)
        key = default_token_generator.make_token(account)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(account), "key": key})


def end_sessions(account: User) -> int:
    """End all open sessions of an account; returns how many. The caller holds the transaction."""
    ended = 0
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(account.pk):
            session.delete()
            ended += 1
    return ended


def find_account(username: str) -> User:
    """The account of that name; raises ``account.unknown``."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise WeijianError("account.unknown", f"没有账号 {username}。", username, "用 weijian user list 查看")
    return found


def _changing(account: User, words: str, action: str, source: str, actor_id: int | None, actor_name: str):  # type: ignore[no-untyped-def]
    return change(
        f"{words} {account.username}",
        source=source,
        actor_id=actor_id,
        actor_name=actor_name,
        action=action,
        detail={"account": account.pk},
    )


def _is_here(account: User) -> None:
    if account.left_on is not None:
        raise WeijianError("account.left", f"账号 {account.username} 已注销。", account.username, "新建一个账号")


def _needs_organisation(username: str, role: Role, organisation: Organisation | None) -> None:
    if role in OF_AN_INSTITUTION and organisation is None:
        raise WeijianError("account.organisation", f"角色“{role.label}”需要所属机构。", username, "指明机构代码")


def _last_of_its_kind(account: User) -> None:
    """Refuse to take away the last one of the roles without which nobody could make or grant accounts."""
    role = Role(account.role)
    others = User.objects.filter(role=role, is_active=True, grant_pending=False).exclude(pk=account.pk)
    if role not in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN) or account.grant_pending or others.exists():
        return
    if role is Role.SYSTEM_ADMIN:
        raise WeijianError("account.last", "这是最后一位系统管理员。", account.username, "先新建另一位系统管理员")
    raise WeijianError("account.last", "这是最后一位安全管理员。", account.username, "先新建另一位安全管理员")
