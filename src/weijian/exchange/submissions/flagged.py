"""Rows of a receipt that were accepted with a warning, read again from the file that was kept byte for byte.

Nothing of a warned row is stored twice: the same checks over the same file say the same. Only what the reference tables hold
may have changed since, so the list says that it is checked against today's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.engine import IntakeEngine, reasons
from weijian.engines.intake.files import opened
from weijian.engines.intake.headers import template_columns
from weijian.engines.intake.tables import text_tables
from weijian.exchange.submissions.keeping import kept_path
from weijian.exchange.submissions.models import Submission
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.terminology.references import references
from weijian.kernel.errors import WeijianError

#: Rows that one list or one workbook holds; who has more of one kind mends them at their source.
MOST_ROWS = 20_000


@dataclass(frozen=True)
class FlaggedRow:
    """One accepted row with warnings: its line, the codes, and its cells as sent by column of the template."""

    line_no: int
    codes: list[str]
    texts: dict[str, str]


def flagged_rows(submission: Submission, *, offset: int = 0, limit: int = MOST_ROWS) -> list[FlaggedRow]:
    """Accepted rows with warnings of one file, in the order of its lines; reads no further than it must.

    Raises WeijianError ``intake.file_gone`` where the kept file is missing.
    """
    return list(islice(_flagged(submission), offset, offset + min(limit, MOST_ROWS)))


def _flagged(submission: Submission) -> Iterator[FlaggedRow]:
    path = kept_path(submission.sha256)
    if not path.exists():
        raise WeijianError("intake.file_gone", "找不到保存的原件。", submission.filename, "从备份恢复原件目录")
    kind = kind_by_id(submission.dataset)
    engine = IntakeEngine(references())
    try:
        with opened(path, kind) as file:
            for table in text_tables(file, kind):
                yield from _of_block(engine, kind, table, submission)
    finally:
        engine.close()


def _of_block(engine: IntakeEngine, kind: RecordKind, table: pa.Table, submission: Submission) -> Iterator[FlaggedRow]:
    sender = submission.institution
    files = pa.table(
        {
            "file_no": pa.array([0], pa.int32()),
            "institution_id": pa.array([sender.pk], pa.int64()),
            "institution_area_id": pa.array([sender.area_id], pa.int64()),
            "received_on": pa.array([submission.received_on], pa.date32()),
        }
    )
    numbered = table.append_column("file_no", pa.repeat(pa.scalar(0, pa.int32()), table.num_rows))
    checked = engine.check(kind, numbered, files).rows
    flagged = pc.and_(pc.equal(checked.column("errors"), 0), pc.not_equal(checked.column("warnings"), 0))
    masks = checked.column("warnings").filter(flagged).to_pylist()
    names = [column.name for column in template_columns(kind)]
    for mask, row in zip(masks, table.filter(flagged).to_pylist(), strict=True):
        texts = {name: row[name] for name in names if row[name]}
        yield FlaggedRow(int(row["line_no"]), reasons(kind, mask, Severity.WARNING), texts)
