"""Makes, revokes and uses machine tokens; the only place that sees a token in the clear, and it keeps none."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from weijian.foundation.accounts.models import MachineToken, TokenUse, User
from weijian.foundation.changes.services import change
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock

#: How every token begins, so that one that leaks is found by a search.
MARK = "wjt_"

#: A token lives no longer than this.
MAX_DAYS = 400

#: What a token may at most be allowed; everything else takes a person.
GRANTABLE = ("datasets.view", "datasets.submit", "indicators.view")


def create_token(
    account: User,
    *,
    name: str,
    scope: Sequence[str],
    days: int,
    per_minute: int = 120,
    source: str = "page",
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
) -> tuple[MachineToken, str]:
    """Make a token for an account; gives it and its text, which is shown once and kept nowhere.

    The caller has checked that the account itself may what ``scope`` names. Raises ``token.account``, ``token.name``,
    ``token.scope`` and ``token.days``.
    """
    now = (clock or SystemClock()).now()
    if not account.is_active or account.left_on is not None:
        raise WeijianError("token.account", "账号已停用,不能建令牌。", account.username, "选择在用的账号")
    if not name.strip():
        raise WeijianError("token.name", "写明令牌用于哪个系统。", "", "例如:医院信息系统报送")
    if not scope or not set(scope) <= set(GRANTABLE):
        raise WeijianError("token.scope", "令牌的用途不在可选范围内。", ",".join(scope), "至少选择一项用途")
    if not 1 <= days <= MAX_DAYS or not 1 <= per_minute <= 6000:
        raise WeijianError("token.days", f"有效期为 1 到 {MAX_DAYS} 天,每分钟 1 到 6000 次。", str(days))
    text = MARK + secrets.token_urlsafe(32)
    with change(
        f"新建接口令牌 {account.username}",
        source=source,
        actor_id=actor_id,
        actor_name=actor_name,
        clock=clock,
        action="account.token_create",
        detail={"account": account.pk, "scope": sorted(scope), "days": days},
    ):
        token = MachineToken.objects.create(
            account=account,
            name=name.strip(),
            start=text[:8],
            token_hash=_hash(text),
            scope=sorted(scope),
            created_at=now,
            created_by_id=actor_id,
            expires_at=now + timedelta(days=days),
            per_minute=per_minute,
        )
        TokenUse.objects.create(token=token)
    return token, text


def revoke_token(
    token: MachineToken,
    *,
    source: str = "page",
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
) -> MachineToken:
    """End a token at once; ending it twice changes nothing."""
    with change(
        f"撤销接口令牌 {token.account.username}",
        source=source,
        actor_id=actor_id,
        actor_name=actor_name,
        clock=clock,
        action="account.token_revoke",
        detail={"account": token.account_id, "token": token.pk},
    ):
        token = MachineToken.objects.select_for_update().select_related("account").get(pk=token.pk)
        if token.revoked_at is None:
            token.revoked_at = (clock or SystemClock()).now()
            token.save(update_fields=["revoked_at"])
    return token


def use_token(text: str, *, clock: Clock | None = None) -> MachineToken:
    """The token of that text, noted as used now.

    Raises ``token.unknown`` for one that is unknown, ended, expired, or of an account that is locked or gone (without saying
    which), and ``token.rate`` beyond its number of requests a minute.
    """
    now = (clock or SystemClock()).now()
    found = None
    if text.startswith(MARK):
        # Found by its hash: comparing takes the same time whatever was guessed, and the text has 256 random bits.
        found = MachineToken.objects.select_related("account__organisation").filter(token_hash=_hash(text)).first()
    if found is None or not is_live(found, now):
        raise WeijianError("token.unknown", "令牌无效、已撤销或已过期。", "Authorization", "请系统管理员新建令牌")
    if _count(found, now) > found.per_minute:
        raise WeijianError(
            "token.rate", f"超过每分钟 {found.per_minute} 次的限制。", found.start, "稍后再试,或请管理员调高"
        )
    return found


def is_live(token: MachineToken, at: datetime) -> bool:
    """Whether a token opens anything at an instant: not revoked or expired, and its account in use."""
    account = token.account
    alive = account.is_active and account.left_on is None and not account.is_locked(at)
    return token.revoked_at is None and at < token.expires_at and alive


def _count(token: MachineToken, now: datetime) -> int:
    """Requests in the present minute, this one included; one statement, so that two at once both count."""
    minute = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TokenUse._meta.db_table} SET last_used_at = %(now)s, minute = %(minute)s, "
            "count = CASE WHEN minute = %(minute)s THEN count + 1 ELSE 1 END WHERE token_id = %(token)s RETURNING count",
            {"now": now, "minute": minute, "token": token.pk},
        )
        row = cursor.fetchone()
    return int(row[0]) if row else token.per_minute + 1


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
