"""Brings the records of persons into line with their links: intake wrote how a person stood then, the desk knows better."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from weijian.definitions.record_kinds import Partition, RecordKind
from weijian.foundation.bulk.services import mark_dirty
from weijian.foundation.kinds.fact import LinkState
from weijian.foundation.snapshots.models import DirtyPartition
from weijian.records.persons.desk.holdings import personal_kinds, rows_of


def relink_records(persons: Sequence[int], state: LinkState, *, change_id: int) -> int:
    """Set the link state of all records of the persons, and mark the partitions that the next snapshot must write.

    The caller holds transaction, change and the lock on links. Records that the current snapshot knows are found through
    it and touched by their key; only partitions that changed since are searched. Returns the number of records.
    """
    if not persons:
        return 0
    return sum(_relink(kind, sorted(set(persons)), state, change_id) for kind in personal_kinds())


def _relink(kind: RecordKind, persons: list[int], state: LinkState, change_id: int) -> int:
    changed = set(DirtyPartition.objects.filter(table_name=kind.table).values_list("partition", flat=True))
    days, ids = rows_of(kind, persons, state, without=changed)
    touched = _by_key(kind, persons, state, days, ids, change_id)
    for partition in sorted(changed):
        touched += _by_search(kind, persons, state, partition, change_id)
    mark_dirty(kind, touched, change_id)
    return len(touched)


def _by_key(
    kind: RecordKind, persons: list[int], state: int, days: list[date], ids: list[int], change_id: int
) -> list[date]:
    if not ids:
        return []
    day = kind.field(kind.business_date).column
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{kind.table}" f SET link_state = %s, change_id = %s FROM unnest(%s::date[], %s::bigint[]) AS k(day, id) '
            f'WHERE f."{day}" = k.day AND f.id = k.id AND {_of_persons(kind)} RETURNING f."{day}"',
            [state, change_id, days, ids, persons, state],
        )
        return [row[0] for row in cursor.fetchall()]


def _by_search(kind: RecordKind, persons: list[int], state: int, partition: str, change_id: int) -> list[date]:
    day = kind.field(kind.business_date).column
    where, bound = "true", []
    if kind.partition is not Partition.NONE:
        first = date.fromisoformat(f"{partition}-01" if len(partition) == 7 else f"{partition}-01-01")
        month = first.month if kind.partition is Partition.MONTH else 12
        last = date(first.year + month // 12, month % 12 + 1, 1)
        where, bound = f'f."{day}" >= %s AND f."{day}" < %s', [first, last]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{kind.table}" f SET link_state = %s, change_id = %s WHERE {where} AND {_of_persons(kind)} RETURNING f."{day}"',
            [state, change_id, *bound, persons, state],
        )
        return [row[0] for row in cursor.fetchall()]


def _of_persons(kind: RecordKind) -> str:
    return f'f."{kind.person.column}" = ANY(%s) AND f.link_state <> %s'  # type: ignore[union-attr]
