"""Writes leaves in the transaction of what they witness, and seals committed leaves into signed tree heads."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from weijian.foundation.audit import heads_log, keys
from weijian.foundation.audit.merkle import Tree
from weijian.foundation.audit.models import AuditLeaf, TreeHead
from weijian.foundation.audit.statements import canonical, hash_of, head_hash, statement_of
from weijian.kernel.time import Clock, SystemClock

#: Seconds after which, and number of leaves from which on, the sealer seals.
SEAL_SECONDS = 60
SEAL_LEAVES = 1000

#: Advisory lock that sealer and verifier share: sealing while somebody verifies waits for its next turn.
LOCK = 7_310_002

_written = 0
_sealed_up_to = 0


def write_leaf(
    *,
    at: datetime,
    action: str,
    change_id: int | None = None,
    actor_id: int | None = None,
    actor_name: str = "",
    object_kind: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditLeaf:
    """Write one leaf in the caller's transaction. ``detail`` holds counts, table names and row ids, no
    personal data."""
    leaf = AuditLeaf(
        change_id=change_id,
        at=at,
        actor_id=actor_id,
        actor_name=actor_name,
        action=action,
        object_kind=object_kind,
        detail=detail or {},
    )
    leaf.leaf_hash = hash_of(leaf).hex()
    leaf.save(force_insert=True)
    _count_written()
    return leaf


def record_reading(user: Any, what: str, ids: Iterable[object], *, clock: Clock | None = None) -> AuditLeaf | None:
    """One leaf for one page that showed persons: who, which list (``what``), which row ids. Nothing shown
    writes nothing.

    Called before the page is sent, so that what cannot be witnessed is not shown.
    """
    shown = [one if isinstance(one, int) else str(one) for one in ids]
    if not shown:
        return None
    return write_leaf(
        at=(clock or SystemClock()).now(),
        action="read",
        actor_id=getattr(user, "pk", None),
        actor_name=getattr(user, "username", ""),
        object_kind=what,
        detail={"ids": shown},
    )


def seal(*, clock: Clock | None = None) -> TreeHead | None:
    """Order all committed leaves that are not sealed, sign the new tree head, and write it outside the database.

    Gives None where nothing waits, or while another process seals or verifies. A crash between commit and the log is
    made good by the next call: heads that the log lacks are added first.
    """
    head = None
    with transaction.atomic():
        if not _locked():
            return None
        _export()
        last = TreeHead.objects.order_by("-number").first()
        tree = Tree(last.size, [bytes.fromhex(one) for one in last.frontier]) if last else Tree()
        hashes = _place(tree.size)
        if hashes:
            for one in hashes:
                tree.append(bytes.fromhex(one))
            head = _signed(tree, last, (clock or SystemClock()).now())
            head.save(force_insert=True)
    if head is not None:
        heads_log.append([head])
    return head


def seal_if_due(*, clock: Clock | None = None) -> TreeHead | None:
    """What the background thread asks each second: seal where a thousand leaves wait, or the oldest has
    waited a minute."""
    waiting = AuditLeaf.objects.filter(position=None).order_by("id")
    oldest = waiting.values_list("at", flat=True).first()
    if oldest is None:
        return None
    now = (clock or SystemClock()).now()
    if (now - oldest).total_seconds() < SEAL_SECONDS and waiting[:SEAL_LEAVES].count() < SEAL_LEAVES:
        return None
    return seal(clock=clock)


def seal_what_was_written() -> None:
    """Seal at the end of a command, where this process has written leaves since it last did.

    Where that is not possible (the database was stopped, the disk is full) the leaves wait for the next seal.
    """
    global _sealed_up_to
    if _written > _sealed_up_to:
        _sealed_up_to = _written
        with contextlib.suppress(DatabaseError, OSError):
            seal()


def _count_written() -> None:
    global _written
    _written += 1


def _locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _export() -> None:
    newest = heads_log.last_number()
    heads_log.append(TreeHead.objects.filter(number__gt=newest).order_by("number"))


def _place(size: int) -> list[str]:
    """Give the waiting leaves their positions from ``size`` on; their hashes in that order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH waiting AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM audit_auditleaf "
            "WHERE position IS NULL), placed AS (UPDATE audit_auditleaf l SET position = %s + w.place FROM waiting w "
            "WHERE l.id = w.id RETURNING l.position, l.leaf_hash) SELECT leaf_hash FROM placed ORDER BY position",
            [size],
        )
        return [row[0] for row in cursor.fetchall()]


def _signed(tree: Tree, last: TreeHead | None, now: datetime) -> TreeHead:
    head = TreeHead(
        number=last.number + 1 if last else 1,
        at=now,
        size=tree.size,
        root=tree.root().hex(),
        frontier=[one.hex() for one in tree.frontier],
        previous=head_hash(last) if last else "",
        key_id=keys.current_key_id(),
    )
    head.signature = keys.sign(canonical(statement_of(head)))
    return head
