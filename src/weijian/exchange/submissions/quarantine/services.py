"""Rows that could not be understood: kept as sent, replaced by a newer sending, mended by a good one."""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.engine import reasons
from weijian.engines.intake.headers import template_columns
from weijian.exchange.submissions.models import QuarantinedRow, Submission
from weijian.exchange.submissions.quarantine.owed import owe_for
from weijian.foundation.accounts.models import User
from weijian.foundation.bulk.copying import copy_in
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.today import today
from weijian.kernel.errors import WeijianError

_OPEN = QuarantinedRow.State.OPEN.value


def quarantine(kind: RecordKind, sent: pa.Table, submissions: list[Submission]) -> None:
    """Write rows with an error as they were ``sent`` (see ``Checked``); the caller holds transaction and change.

    A row that is sent again replaces its earlier state; one that had been mended already does not open again.
    """
    if sent.num_rows == 0:
        return
    rows = _bad_rows(kind, sent, submissions)
    keyed = {(row["institution_id"], row["source_id"]): row for row in rows if row["source_id"]}
    earlier = QuarantinedRow.objects.filter(
        dataset=kind.id,
        institution_id__in={institution for institution, _source in keyed},
        source_id__in={source for _institution, source in keyed},
        state__in=(QuarantinedRow.State.OPEN, QuarantinedRow.State.MENDED),
    )
    replaced = []
    for old in earlier:
        again = keyed.get((old.institution_id, old.source_id))
        if again is None:
            continue
        if old.state == QuarantinedRow.State.OPEN:
            replaced.append(old.pk)
        elif old.row == json.loads(str(again["row"])):
            again["state"] = QuarantinedRow.State.MENDED.value
    QuarantinedRow.objects.filter(pk__in=replaced).update(state=QuarantinedRow.State.REPLACED)
    table = pa.Table.from_pylist(rows)
    copy_in(QuarantinedRow._meta.db_table, table, table.column_names)


def _bad_rows(kind: RecordKind, sent: pa.Table, submissions: list[Submission]) -> list[dict[str, object]]:
    names = [column.name for column in template_columns(kind)]
    found = zip(*(sent.column(name).to_pylist() for name in ("file_no", "line_no", "errors", *names)), strict=True)
    source = names.index(kind.source_id.name)
    return [
        {
            "submission_id": submissions[file_no].pk,
            "dataset": kind.id,
            "institution_id": submissions[file_no].institution_id,
            "line_no": line_no,
            "source_id": (texts[source] or "").strip(),
            "reasons": json.dumps(reasons(kind, mask, Severity.ERROR)),
            "row": json.dumps(
                {name: text for name, text in zip(names, texts, strict=True) if text}, ensure_ascii=False
            ),
            "state": _OPEN,
        }
        for file_no, line_no, mask, *texts in found
    ]


def mend(kind: RecordKind, batch: pa.Table) -> None:
    """Rows of the quarantine whose identity has now been accepted are mended."""
    institutions = batch.column("institution_id").unique().to_pylist()
    waiting = list(
        QuarantinedRow.objects.filter(dataset=kind.id, institution_id__in=institutions, state=QuarantinedRow.State.OPEN)
        .exclude(source_id="")
        .values_list("id", "institution_id", "source_id")
    )
    if not waiting:
        return
    ids, places, sources = zip(*waiting, strict=True)
    with duckdb.connect() as lake:
        lake.register("waiting", pa.table({"id": ids, "institution_id": places, "source_id": sources}))
        lake.register("batch", batch.select(["institution_id", kind.source_id.column]))
        mended = lake.execute(
            "SELECT DISTINCT id FROM waiting w JOIN batch b ON b.institution_id = w.institution_id "
            f'AND b."{kind.source_id.column}" = w.source_id'
        ).fetchall()
    QuarantinedRow.objects.filter(pk__in=[row[0] for row in mended]).update(state=QuarantinedRow.State.MENDED)


def dismiss(kind: RecordKind, place: Organisation, rows: Sequence[int], reason: str, user: User) -> int:
    """Say of open rows of one institution that they are no records (a total, a remark); returns how many.

    The rows stay as they were sent; the reason stands in the change. Raises WeijianError ``mend.no_reason`` or
    ``mend.nothing_chosen``.
    """
    if not reason.strip():
        raise WeijianError("mend.no_reason", "没有写原因。", "", "写明为什么不再报送,不写个人信息")
    with change(
        f"不再报送 {kind.zh} 隔离行:{reason.strip()[:200]}",
        source=Change.Source.PAGE,
        actor_id=user.pk,
        actor_name=str(user),
    ) as row:
        found = QuarantinedRow.objects.filter(
            pk__in=rows, dataset=kind.id, institution_id=place.pk, state=QuarantinedRow.State.OPEN
        )
        count = found.update(state=QuarantinedRow.State.DISMISSED)
        if not count:
            raise WeijianError("mend.nothing_chosen", "没有选中待修改的行。", "", "勾选要处理的行")
        owe_for(kind, {place: today()}, by=str(user), change_id=row.pk)
    return count
