"""Opens the files of one batch: hashed, kept, recognised; small ones read at once, a large one in blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.files import HELD_BYTES, OpenedFile, opened, sha256_of
from weijian.engines.intake.tables import text_tables
from weijian.exchange.submissions.keeping import keep, make_durable
from weijian.exchange.submissions.models import Submission
from weijian.exchange.submissions.recognition import Arrival
from weijian.kernel.errors import WeijianError

#: Rows that are checked and loaded together; bounds the memory of an intake.
BATCH_ROWS = 200_000

#: Bytes of small files that make a batch; about as many rows as above.
BATCH_BYTES = BATCH_ROWS * 120


@dataclass
class ArrivedFile:
    """One file of the batch on its way to a receipt; ``opened`` and ``tables`` are None where it could not be read."""

    arrival: Arrival
    sha256: str
    size: int
    opened: OpenedFile | None = None
    tables: list[pa.Table] | None = None
    error: WeijianError | None = None
    repeats: Submission | None = None
    notes: list[str] = field(default_factory=list)


def batched(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """Files in the order of arrival, cut where the dataset changes or the batch has grown; a large file stands alone."""
    batch: list[Arrival] = []
    total = 0
    for arrival in arrivals:
        size = arrival.path.stat().st_size
        if batch and (batch[0].dataset != arrival.dataset or total + size > BATCH_BYTES or size > HELD_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(arrival)
        total += size
    if batch:
        yield batch


def arrived_files(kind: RecordKind, arrivals: Sequence[Arrival], stack: ExitStack) -> list[ArrivedFile]:
    """Every file kept and recognised; one that cannot be read carries its error, and the others go on.

    ``stack`` holds the transcoded copy of a large file until its rows are read.
    """
    files = [_arrived(kind, arrival, stack) for arrival in arrivals]
    make_durable([keep(file.arrival.path, file.sha256) for file in files])
    return files


def _arrived(kind: RecordKind, arrival: Arrival, stack: ExitStack) -> ArrivedFile:
    size = arrival.path.stat().st_size
    found = None
    try:
        found = stack.enter_context(opened(arrival.path, kind))
        tables = list(text_tables(found, kind)) if size <= HELD_BYTES else None
        found.content = None
        return ArrivedFile(arrival, found.sha256, size, found, tables, notes=notes_of(found))
    except WeijianError as problem:
        digest = found.sha256 if found else sha256_of(arrival.path)
        return ArrivedFile(arrival, digest, size, error=problem)


def blocks(kind: RecordKind, files: Sequence[ArrivedFile]) -> Iterator[pa.Table]:
    """The batch's rows with ``file_no``, in blocks of about :data:`BATCH_ROWS`; repeated and refused files have none.

    Raises WeijianError where a large file breaks off on the way.
    """
    waiting: list[pa.Table] = []
    rows = 0
    for number, file in enumerate(files):
        if file.repeats is not None or file.opened is None:
            continue
        for table in file.tables if file.tables is not None else text_tables(file.opened, kind):
            waiting.append(table.append_column("file_no", pa.repeat(pa.scalar(number, pa.int32()), table.num_rows)))
            rows += table.num_rows
            if rows >= BATCH_ROWS:
                yield pa.concat_tables(waiting)
                waiting, rows = [], 0
        file.tables = None
    if rows:
        yield pa.concat_tables(waiting)


def file_table(files: Sequence[ArrivedFile], day: date) -> pa.Table:
    """What the checks need to know of each file: who sent it, where that is, and when it was received."""
    return pa.table(
        {
            "file_no": pa.array(range(len(files)), pa.int32()),
            "institution_id": pa.array([file.arrival.institution.pk for file in files], pa.int64()),
            "institution_area_id": pa.array([file.arrival.institution.area_id for file in files], pa.int64()),
            "received_on": pa.array([file.arrival.received_on or day for file in files], pa.date32()),
        }
    )


def notes_of(file: OpenedFile) -> list[str]:
    """What was recognised in a file beyond the template, in words for its sender."""
    notes = list(file.notes)
    if file.encoding in ("gb18030", "utf-16"):
        notes.append(f"文件编码为 {file.encoding.upper()},已转换")
    if file.delimiter not in ("", ","):
        notes.append(f"列的分隔符为“{_DELIMITERS[file.delimiter]}”")
    if file.mapping:
        notes += [f"列“{header}”按“{column}”处理" for header, column in file.mapping.renamed]
        notes += [f"多余的列“{header}”未使用" for header in file.mapping.extra]
        notes += [f"重复的列“{header}”未使用" for header in file.mapping.repeated]
    return notes


_DELIMITERS = {"\t": "制表符", ";": "分号", "|": "竖线", "，": "全角逗号"}
