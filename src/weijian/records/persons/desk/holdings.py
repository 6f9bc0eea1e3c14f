"""Which records persons have, read from the current snapshot: facts carry no index on persons, Parquet needs none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.measures.lake import connect
from weijian.foundation.access.scope import ReadScope
from weijian.foundation.kinds.fact import LinkState
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.models import Snapshot


@dataclass(frozen=True)
class Holding:
    """Records of one kind that one institution has of one person, with the first and last business day."""

    person_id: int
    kind_id: str
    organisation_id: int
    records: int
    first: date
    last: date


def personal_kinds() -> list[RecordKind]:
    """Kinds whose records belong to a person."""
    return [kind for kind in kinds().values() if kind.person is not None]


def holdings_of(persons: Iterable[int], reader: ReadScope) -> list[Holding]:
    """Records of the persons that the reader may see, as of the current snapshot; empty where none is published."""
    wanted = sorted(set(persons))
    files = snapshot_files()
    parts, values = [], []
    for kind in personal_kinds():
        if wanted and files.get(kind.table) and not reader.empty:
            condition, bound = reader.duckdb()
            day = kind.field(kind.business_date).column
            assert kind.person is not None, "personal_kinds gives kinds with a person"
            person = kind.person.column
            parts.append(
                f"SELECT \"{person}\" AS person_id, '{kind.id}' AS kind_id, organisation_id, count(*) AS records, "
                f'min("{day}") AS first, max("{day}") AS last FROM read_parquet(?) '
                f'WHERE "{person}" IN ({_marks(wanted)}) AND {condition} GROUP BY ALL'
            )
            values += [[path for _partition, path in files[kind.table]], *wanted, *bound]
    if not parts:
        return []
    with connect() as lake_connection:
        rows = lake_connection.execute(" UNION ALL ".join(parts) + " ORDER BY records DESC, kind_id", values).fetchall()
    return [Holding(*row) for row in rows]


def rows_of(
    kind: RecordKind, persons: Sequence[int], state: int, *, without: Iterable[str]
) -> tuple[list[date], list[int]]:
    """Business days and ids of the persons' records that do not stand at a link state, outside some partitions."""
    left_out = set(without)
    paths = [path for partition, path in snapshot_files().get(kind.table, ()) if partition not in left_out]
    if not paths or kind.person is None:
        return [], []
    day = kind.field(kind.business_date).column
    with connect() as lake_connection:
        rows = lake_connection.execute(
            f'SELECT "{day}", id FROM read_parquet(?) WHERE "{kind.person.column}" IN ({_marks(persons)}) '
            "AND link_state <> ? ORDER BY ALL",
            [paths, *persons, state],
        ).fetchall()
    return [row[0] for row in rows], [row[1] for row in rows]


def unlinked_persons(reader: ReadScope) -> list[int]:
    """Persons with records that the reader may see and that no human being stands for; empty where none is published."""
    files = snapshot_files()
    if reader.empty:
        return []
    parts, values = [], []
    for kind in personal_kinds():
        if files.get(kind.table):
            condition, bound = reader.duckdb()
            assert kind.person is not None, "personal_kinds gives kinds with a person"
            person = kind.person.column
            parts.append(
                f'SELECT DISTINCT "{person}" AS person_id FROM read_parquet(?) '
                f'WHERE link_state = {LinkState.NONE.value} AND "{person}" IS NOT NULL AND {condition}'
            )
            values += [[path for _partition, path in files[kind.table]], *bound]
    if not parts:
        return []
    with connect() as lake_connection:
        rows = lake_connection.execute(
            f"SELECT DISTINCT person_id FROM ({' UNION ALL '.join(parts)})", values
        ).fetchall()
    return [row[0] for row in rows]


def snapshot_files() -> dict[str, list[tuple[str, str]]]:
    """Partition and path of the current snapshot's files, by table."""
    snapshot = Snapshot.objects.order_by("-id").first()
    found: dict[str, list[tuple[str, str]]] = {}
    if snapshot is not None:
        for file in lake.read_manifest(snapshot.manifest_sha256)[0]:
            found.setdefault(file.table, []).append((file.partition, str(lake.root() / file.path)))
    return found


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" for _ in values)
