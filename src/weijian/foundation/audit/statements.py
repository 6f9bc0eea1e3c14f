"""The exact bytes that are hashed and signed. A change here makes every older leaf or head unverifiable."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from weijian.foundation.audit import merkle
from weijian.foundation.audit.models import AuditLeaf, TreeHead


def canonical(value: dict[str, Any]) -> bytes:
    """JSON with sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def instant(at: datetime) -> str:
    """An instant in UTC to the microsecond, as PostgreSQL keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def hash_of(leaf: AuditLeaf) -> bytes:
    """The leaf hash over everything that the leaf says."""
    return merkle.leaf_hash(
        canonical(
            {
                "action": leaf.action,
                "actor_id": leaf.actor_id,
                "actor_name": leaf.actor_name,
                "at": instant(leaf.at),
                "change_id": leaf.change_id,
                "detail": leaf.detail,
                "object_kind": leaf.object_kind,
            }
        )
    )


def statement_of(head: TreeHead) -> dict[str, Any]:
    """What a head states and its signature covers."""
    return {
        "at": instant(head.at),
        "key": head.key_id,
        "number": head.number,
        "previous": head.previous,
        "root": head.root,
        "size": head.size,
    }


def head_hash(head: TreeHead) -> str:
    """The hash by which the next head names this one."""
    return hashlib.sha256(canonical(statement_of(head))).hexdigest()
