"""Writes the files of a snapshot from one exported database state, two readers at a time.

A partition is written whole the first time, when its columns changed, or when a mark says that it changed but no row
carries that change; otherwise only its changed rows are read (see ``rewriting``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from weijian.definitions.record_kinds import RecordKind
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots import lake, reading, rewriting
from weijian.foundation.snapshots.models import Snapshot

Progress = Callable[[int, int, str], None]
Files = list[lake.LakeFile]
Key = tuple[str, str]
#: Changes by (table, partition) that a snapshot has to take up.
Dirty = Mapping[Key, set[int]]

#: Above so many changes at once a partition is read whole: then it is a load, not a day.
_MANY_CHANGES = 5_000


@dataclass(frozen=True)
class _Task:
    table: str
    partition: str
    sql: str
    changed: bool = False

    @property
    def key(self) -> Key:
        return self.table, self.partition


def write_files(exported: str, dirty: Dirty, previous: Snapshot | None, progress: Progress | None) -> Files:
    """All files of the new snapshot: those of ``previous`` that still hold, and what had to be written."""
    kept: dict[Key, Files] = {}
    if previous is not None:
        for file in lake.read_manifest(previous.manifest_sha256)[0]:
            kept.setdefault((file.table, file.partition), []).append(file)
    with _Readers(exported, progress) as readers:
        tasks = _tasks(dirty, kept)
        written, changed = readers.run(tasks)
        again = _unexplained(dirty, changed)
        if again:
            tables = {kind.table: kind for kind in kinds().values()}
            whole, _none = readers.run([_whole(tables.get(table), table, part) for table, part in sorted(again)])
            written |= whole
    kept |= written
    for table in {key[0] for key in changed}:
        touched = pa.concat_arrays([one.ids for key, one in changed.items() if key[0] == table])
        for key in [key for key in changed if key[0] == table and key not in again]:
            standing = rewriting.without(kept.get(key, []), _identity(table), touched)
            kept[key] = rewriting.put_together([*standing, *changed[key].files])
    return [file for files in kept.values() for file in files]


def _tasks(dirty: Dirty, kept: Mapping[Key, Files]) -> list[_Task]:
    """What has to be read: changed rows where files exist that they can be taken up into, else whole partitions."""
    tasks = []
    for kind in kinds().values():
        own = {key: changes for key, changes in dirty.items() if key[0] == kind.table}
        files = [file for key, found in kept.items() if key[0] == kind.table for file in found]
        names = reading.columns_of(kind)
        stale = bool(files) and any(pq.read_schema(lake.root() / file.path).names != names for file in files[:1])
        every = frozenset().union(*own.values()) if own else frozenset()
        whole = stale or not files or len(every) > _MANY_CHANGES
        partitions = {key[1] for key in own} | ({file.partition for file in files} if stale else set())
        for partition in sorted(partitions):
            if whole or (kind.table, partition) not in kept:
                tasks.append(_whole(kind, kind.table, partition))
            else:
                sql = reading.changed_sql(kind, partition, sorted(every))
                tasks.append(_Task(kind.table, partition, sql, changed=True))
    for table in reading.DIMENSIONS:
        marks = dirty.get((table, "all"), set())
        if table == "person" and (table, "all") in kept and len(marks) <= _MANY_CHANGES:
            if marks:
                tasks.append(_Task(table, "all", reading.changed_persons_sql(sorted(marks)), changed=True))
        else:
            tasks.append(_whole(None, table, "all"))
    return tasks


def _whole(kind: RecordKind | None, table: str, partition: str) -> _Task:
    sql = reading.DIMENSIONS[table] if kind is None else reading.partition_sql(kind, partition)
    return _Task(table, partition, sql)


def _unexplained(dirty: Dirty, changed: Mapping[Key, rewriting.Changed]) -> set[Key]:
    """Partitions with a mark whose change no row carries: a later change wrote over it, or a writer forgot it."""
    found = set()
    for key in changed:
        seen = frozenset().union(*(one.changes for other, one in changed.items() if other[0] == key[0]))
        if key[0] != "person" and not dirty[key] <= seen:
            found.add(key)
    return found


def _identity(table: str) -> str:
    return "identity_id" if table == "person" else "id"


class _Readers:
    """Two connections inside one exported state that work off tasks as they come free."""

    def __init__(self, exported: str, progress: Progress | None) -> None:
        self.exported = exported
        self.progress = progress
        self.stack = ExitStack()

    def __enter__(self) -> _Readers:
        self.connections = [self.stack.enter_context(reading.repeatable_read(self.exported)) for _number in range(2)]
        return self

    def __exit__(self, *failure: object) -> None:
        self.stack.close()

    def run(self, tasks: Sequence[_Task]) -> tuple[dict[Key, Files], dict[Key, rewriting.Changed]]:
        """Files of whole partitions, and changed rows of the others."""
        waiting: SimpleQueue[_Task] = SimpleQueue()
        for task in tasks:
            waiting.put(task)
        whole: dict[Key, Files] = {}
        changed: dict[Key, rewriting.Changed] = {}
        with ThreadPoolExecutor(2) as pool:
            for number, (task, found) in enumerate(self._results(pool, waiting), start=1):
                if isinstance(found, rewriting.Changed):
                    changed[task.key] = found
                else:
                    whole[task.key] = found
                if self.progress:
                    self.progress(number, len(tasks), f"{task.table} {task.partition}")
        return whole, changed

    def _results(
        self, pool: ThreadPoolExecutor, waiting: SimpleQueue[_Task]
    ) -> Iterator[tuple[_Task, Files | rewriting.Changed]]:
        done: SimpleQueue[tuple[_Task, Files | rewriting.Changed]] = SimpleQueue()
        workers = [pool.submit(_work, connection, waiting, done) for connection in self.connections]
        while not all(worker.done() for worker in workers):
            try:
                yield done.get(timeout=0.02)
            except Empty:
                continue
        for worker in workers:
            worker.result()
        while not done.empty():
            yield done.get()


def _work(connection: Any, waiting: SimpleQueue[_Task], done: SimpleQueue[Any]) -> None:
    while True:
        try:
            task = waiting.get_nowait()
        except Empty:
            return
        schema, batches = reading.query(connection, task.sql)
        if task.changed:
            done.put((task, rewriting.write_changed(task.table, task.partition, batches, schema)))
        else:
            done.put((task, lake.write_partition(task.table, task.partition, batches, schema)))
