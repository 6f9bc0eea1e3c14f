"""Keeps, reads and checks files in a thread of its own, a block ahead of the load: checks and database work at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from queue import Queue

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.engine import Checked, IntakeEngine, References
from weijian.exchange.submissions.reading import ArrivedFile, arrived_files, batched, blocks, file_table
from weijian.exchange.submissions.recognition import Arrival
from weijian.foundation.kinds.registry import kind_by_id
from weijian.kernel.errors import WeijianError


@dataclass
class PreparedBatch:
    """Files of one dataset, kept and recognised; their rows follow in checked blocks."""

    kind: RecordKind
    files: list[ArrivedFile]

    def wanted(self) -> bool:
        """Whether some file still has rows to load; the receiver marks files that repeat an earlier one."""
        return any(file.opened is not None and file.repeats is None for file in self.files)


@dataclass
class _Ended:
    """The last item of a batch: what broke its only file off on the way, if anything did."""

    error: Exception | None = None


@dataclass
class _Failed:
    """The last item of all: what went wrong outside any file, None where all is done."""

    error: BaseException | None


#: Batches whose files may be open before their turn.
_AHEAD = 3


class Preparation:
    """Batches in the order of arrival. Needs no database; nothing it does is acknowledged before the receiver commits.

    At most three blocks are alive at once: one being checked, one waiting, one being loaded. Blocks and batches are counted
    apart: were the beginning and the end of a batch to take the place of a block, the first block of a batch could only be
    checked when the batch before it is committed, and small files would be checked and loaded in turns.
    """

    def __init__(self, arrivals: Sequence[Arrival], references: References, day: date) -> None:
        self._arrivals, self._day = arrivals, day
        self._engine = IntakeEngine(references)
        self._ready: Queue[PreparedBatch | Checked | _Ended | _Failed] = Queue()
        self._blocks, self._batches = threading.Semaphore(1), threading.Semaphore(_AHEAD)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="intake-preparation", daemon=True)
        self._thread.start()

    def batches(self) -> Iterator[PreparedBatch]:
        """Every batch, once its files are on disk; blocks of the batch before that nobody has read are passed over.

        Raises WeijianError ``intake.disk`` where there is no room.
        """
        while True:
            item = self._next()
            if isinstance(item, _Failed):
                if item.error is not None:
                    raise item.error
                return
            if isinstance(item, PreparedBatch):
                yield item

    def blocks(self) -> Iterator[Checked]:
        """Checked blocks of the batch; raises the WeijianError of a large file that breaks off on the way."""
        while not isinstance(item := self._next(), _Ended):
            if isinstance(item, _Failed):
                self._ready.put(item)
                return
            assert isinstance(item, Checked)
            yield item
        if item.error is not None:
            raise item.error

    def close(self) -> None:
        """Stop at the next block and release the engine; what was checked and not fetched is dropped."""
        self._stopped.set()
        while self._thread.is_alive():
            self._blocks.release()
            self._batches.release()
            self._thread.join(timeout=0.01)
        self._engine.close()

    def _next(self) -> PreparedBatch | Checked | _Ended | _Failed:
        item = self._ready.get()
        if isinstance(item, Checked):
            self._blocks.release()
        elif isinstance(item, PreparedBatch):
            self._batches.release()
        return item

    def _run(self) -> None:
        try:
            for arrivals in batched(self._arrivals):
                if self._stopped.is_set():
                    return
                self._prepare(kind_by_id(arrivals[0].dataset), arrivals)
            self._ready.put(_Failed(None))
        except BaseException as problem:  # it must reach the thread that waits, whatever it is
            self._ready.put(_Failed(problem))

    def _prepare(self, kind: RecordKind, arrivals: list[Arrival]) -> None:
        with ExitStack() as stack:
            self._batches.acquire()
            batch = PreparedBatch(kind, arrived_files(kind, arrivals, stack))
            self._ready.put(batch)
            table = file_table(batch.files, self._day)
            try:
                for block in blocks(kind, batch.files):
                    if self._stopped.is_set() or not batch.wanted():
                        break
                    checked = self._engine.check(kind, block, table)
                    self._blocks.acquire()
                    self._ready.put(checked)
            except WeijianError as problem:
                self._ready.put(_Ended(problem))
                return
        self._ready.put(_Ended())
