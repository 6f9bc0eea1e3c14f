"""Opens the change context of a transaction; every write of the product happens inside one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from weijian.foundation.audit.services import write_leaf
from weijian.foundation.audit.touched import counters, touched
from weijian.foundation.changes.models import Change
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock


@contextmanager
def change(
    reason: str,
    *,
    source: str = Change.Source.SYSTEM,
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
    action: str = "change",
    detail: dict[str, Any] | None = None,
) -> Iterator[Change]:
    """One transaction with its change row.

    The id is set for the transaction (``weijian.change_id``), so that column defaults and the history trigger
    see it also on COPY. Nested use joins the outer transaction but has its own change row until it ends. At the
    end one audit leaf is written with reason, source, and the tables and numbers of rows touched; ``action`` and
    ``detail`` (no personal data) say more where the caller knows it.

    Raises whatever the body raises; then nothing of it is kept, the change row included.
    """
    with transaction.atomic():
        row = Change.objects.create(
            at=(clock or SystemClock()).now(),
            actor_id=actor_id,
            actor_name=actor_name,
            reason=reason,
            source=source,
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('weijian.change_id', true)")
            outer = cursor.fetchone()[0] or ""
            cursor.execute("SELECT set_config('weijian.change_id', %s, true)", [str(row.id)])
            before = counters()
            yield row
            rows = touched(before, counters())
            cursor.execute("SELECT set_config('weijian.change_id', %s, true)", [outer])
        write_leaf(
            at=row.at,
            action=action,
            change_id=row.id,
            actor_id=actor_id,
            actor_name=actor_name,
            object_kind=next(iter(rows)) if len(rows) == 1 else "",
            detail={"reason": reason, "source": str(source), "tables": rows, **(detail or {})},
        )


def current_change_id() -> int:
    """Id of the change that this transaction is in; raises ``change.none`` outside of one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('weijian.change_id', true)")
        found = cursor.fetchone()[0]
    if not found:
        raise WeijianError("change.none", "这项修改没有写明原因。", "", "在 change(…) 之内修改")
    return int(found)


def last_change_id() -> int:
    """Id of the newest committed change, 0 where there is none."""
    return Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
