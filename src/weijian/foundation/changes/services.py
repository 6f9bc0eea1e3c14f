"""Opens the change context of a transaction; every write of the product happens inside one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from weijian.foundation.changes.models import Change
from weijian.kernel.time import Clock, SystemClock


@contextmanager
def change(
    reason: str,
    *,
    source: str = Change.Source.SYSTEM,
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
) -> Iterator[Change]:
    """One transaction with its change row.

    The id is set for the transaction (``weijian.change_id``), so that column defaults and the history trigger see it also
    on COPY. Nested use joins the outer transaction but has its own change row until it ends.

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
            yield row
            cursor.execute("SELECT set_config('weijian.change_id', %s, true)", [outer])
