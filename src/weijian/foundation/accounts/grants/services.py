"""Asks the security administrator for rights, and grants or refuses them; until then the account can do nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager

from weijian.foundation.accounts.grants.rules import somebody_grants
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change, current_change_id
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock


def ask_for_grant(account: User, *, clock: Clock | None = None) -> bool:
    """Let an account wait for its grant, in the caller's change; gives whether it has to.

    The row is saved, and an obligation of the security administrator opened. Where nobody could grant yet it goes on.
    """
    account.grant_pending = somebody_grants()
    account.save(update_fields=["grant_pending"])
    if account.grant_pending:
        owed = Owed(
            Obligation.Kind.GRANT,
            subject=str(account.pk),
            title=f"授权账号 {account.username}",
            opened_on=(clock or SystemClock()).today(),
            role=Role.SECURITY_ADMIN,
            url=f"/manage/policy/grants/{account.pk}/",
            source="GB/T 22239-2019 8.1.5",
        )
        open_obligations([owed], change_id=current_change_id())
    return account.grant_pending


def withdraw_request(account: User, *, clock: Clock | None = None) -> None:
    """End the waiting of an account that left or was given rights that need no grant, in the caller's change."""
    if account.grant_pending:
        _settle(account, account.username, clock)


def grant(account: User, *, by: User, clock: Clock | None = None) -> User:
    """Let an account use the rights that it waits for; never by the account itself."""
    _decidable(account, by)
    with _deciding("授权账号", "account.grant", account, by, clock):
        _settle(account, str(by), clock)
    return account


def refuse(account: User, *, by: User, reason: str, clock: Clock | None = None) -> User:
    """Refuse rights: the account is locked with the reason, until it is given others or unlocked and asked for anew."""
    _decidable(account, by)
    if not reason.strip():
        raise WeijianError("grant.reason", "不予授权需要写明理由。", account.username, "写明理由")
    with _deciding("不予授权", "account.refuse", account, by, clock):
        account.locked_at, account.locked_until = (clock or SystemClock()).now(), None
        account.lock_reason = f"不予授权:{reason.strip()}"
        account.save(update_fields=["locked_at", "locked_until", "lock_reason"])
        _close(account, str(by), clock)
    return account


def _settle(account: User, by: str, clock: Clock | None) -> None:
    account.grant_pending = False
    account.save(update_fields=["grant_pending"])
    _close(account, by, clock)


def _close(account: User, by: str, clock: Clock | None) -> None:
    day = (clock or SystemClock()).today()
    close_obligations(Obligation.Kind.GRANT, [str(account.pk)], on=day, by=by, change_id=current_change_id())


def _decidable(account: User, by: User) -> None:
    if not account.grant_pending or account.left_on is not None:
        raise WeijianError("grant.none", "该账号没有待授权的权限。", account.username, "刷新页面")
    if account.pk == by.pk:
        raise WeijianError("grant.self", "不能给自己授权。", account.username, "请另一位安全管理员授权")
    if by.role != Role.SECURITY_ADMIN:
        raise WeijianError("grant.role", "只有安全管理员可以授权。", account.username, "请安全管理员授权")


def _deciding(words: str, action: str, account: User, by: User, clock: Clock | None) -> AbstractContextManager[Change]:
    return change(
        f"{words} {account.username}",
        source="page",
        actor_id=by.pk,
        actor_name=by.username,
        action=action,
        detail={"account": account.pk, "role": account.role, "sensitivity": account.sensitivity},
        clock=clock,
    )
