"""Takes a lost second factor away; the account sets up a new one at its next sign-in where its role needs one."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from weijian.foundation.accounts.models import User
from weijian.foundation.accounts.services import end_sessions
from weijian.foundation.changes.services import change
from weijian.kernel.errors import WeijianError


def reset_second_factor(
    account: User, *, source: str = "page", actor_id: int | None = None, actor_name: str = ""
) -> User:
    """Remove the account's authenticator and recovery codes and end its sessions.

    The password stays: whoever holds only the one or the other gets no further. Never for oneself on a page, since the
    own one is changed with the second factor at hand. Raises ``factor.none`` where there is none.
    """
    if account.pk == actor_id:
        raise WeijianError("factor.self", "不能清除自己的两步验证。", account.username, "在“两步验证”页面更换")
    found = Authenticator.objects.filter(user=account)
    if not found.exists():
        raise WeijianError("factor.none", "该账号没有启用两步验证。", account.username, "刷新页面")
    with change(
        f"清除两步验证 {account.username}",
        source=source,
        actor_id=actor_id,
        actor_name=actor_name,
        action="account.factor_reset",
        detail={"account": account.pk},
    ):
        found.delete()
        end_sessions(account)
    return account
