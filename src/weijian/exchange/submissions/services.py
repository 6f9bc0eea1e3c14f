"""Takes files in: kept byte for byte, checked, linked, loaded, with a receipt, in one transaction for each batch."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
from django.conf import settings

from weijian.definitions.record_kinds import RecordKind, Severity
from weijian.engines.intake.engine import IntakeEngine, reasons
from weijian.engines.intake.files import load_raw, opened
from weijian.engines.intake.headers import template_columns
from weijian.exchange.submissions.models import QuarantinedRow, Submission
from weijian.exchange.submissions.recognition import Arrival
from weijian.foundation.bulk.copying import copy_in
from weijian.foundation.bulk.services import LoadResult, load_facts, table_columns
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.terminology.references import references
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock, beijing_date
from weijian.records.persons.services import link_identities

#: A batch is loaded when it holds this many rows; more files, same transaction, same checks.
BATCH_ROWS = 400_000

Progress = Callable[[int, int, str], None]
Step = Callable[[str], None]

#: Named steps at which fault tests kill an intake.
STEPS = ("kept", "checked", "linked", "loaded", "receipted", "committed")


@dataclass
class _File:
    """One file of the batch on its way to a receipt."""

    arrival: Arrival
    sha256: str
    size: int
    rows: int = 0
    notes: list[str] = field(default_factory=list)
    error: WeijianError | None = None
    repeats: Submission | None = None


def ingest_files(
    arrivals: Sequence[Arrival],
    *,
    received_on: date | None = None,
    source: str = Change.Source.COMMAND,
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
    progress: Progress | None = None,
    step: Step = lambda name: None,
) -> list[Submission]:
    """Take files in and return a submission with its receipt for each, in the order given.

    Files of one dataset are checked and loaded together in batches; a file that cannot be read gets a receipt that says
    why, and the others go on. Nothing is acknowledged before its transaction is committed.
    """
    now = (clock or SystemClock()).now()
    day = received_on or beijing_date(now)
    engine = IntakeEngine(references())
    taken: list[Submission] = []
    done = 0
    try:
        for kind, files in _batches(arrivals):
            with change(_reason(kind, files), source=source, actor_id=actor_id, actor_name=actor_name, clock=clock) as row:
                taken += _ingest_batch(engine, kind, files, day, now, row.id, step)
                step("receipted")
            step("committed")
            done += len(files)
            if progress:
                progress(done, len(arrivals), kind.zh)
    finally:
        engine.close()
    return taken


def _batches(arrivals: Sequence[Arrival]) -> list[tuple[RecordKind, list[Arrival]]]:
    """Files in the order of arrival, cut where the dataset changes or a batch has grown large by bytes."""
    batches: list[tuple[RecordKind, list[Arrival]]] = []
    size = 0
    for arrival in arrivals:
        bytes_here = arrival.path.stat().st_size
        same = batches and batches[-1][0].id == arrival.dataset and size + bytes_here < BATCH_ROWS * 120
        if same:
            batches[-1][1].append(arrival)
            size += bytes_here
        else:
            batches.append((kind_by_id(arrival.dataset), [arrival]))
            size = bytes_here
    return batches


def _reason(kind: RecordKind, files: Sequence[Arrival]) -> str:
    return f"报送 {kind.zh}:{len(files)}个文件"


def _ingest_batch(
    engine: IntakeEngine, kind: RecordKind, arrivals: list[Arrival], day: date, now: object, change_id: int, step: Step
) -> list[Submission]:
    engine.new_batch(kind)
    files = [_read(engine, kind, arrival, index, day) for index, arrival in enumerate(arrivals)]
    step("kept")
    checked = engine.check(kind)
    step("checked")
    submissions = [_open_submission(kind, file, day, now, change_id) for file in files]
    batch = _with_persons(kind, checked.good, change_id)
    step("linked")
    batch = _with_system_columns(kind, batch, submissions)
    result = load_facts(kind, batch, change_id=change_id)
    step("loaded")
    _quarantine(engine, kind, checked.bad, submissions)
    _mend(kind, result, batch)
    _write_receipts(engine, kind, files, submissions, checked.bad, checked.warned, result)
    return submissions


def _read(engine: IntakeEngine, kind: RecordKind, arrival: Arrival, file_no: int, day: date) -> _File:
    """Keep the file byte for byte, then append its rows to the batch; a file already taken in adds nothing."""
    try:
        with opened(arrival.path, kind) as file:
            found = _File(arrival, file.sha256, file.size)
            keep(arrival.path, file.sha256)
            found.repeats = _same_file_before(kind, arrival, file.sha256)
            if found.repeats is not None:
                return found
            found.rows = load_raw(
                engine.connection,
                kind,
                file,
                file_no=file_no,
                institution=(arrival.institution.pk, arrival.institution.area_id),
                received_on=(arrival.received_on or day).isoformat(),
                received_seq=file_no * 10**10,
            )
            found.notes = _notes(file)
            return found
    except WeijianError as problem:
        import hashlib

        content = arrival.path.read_bytes() if arrival.path.stat().st_size < 2**28 else b""
        digest = hashlib.sha256(content).hexdigest()
        keep(arrival.path, digest)
        return _File(arrival, digest, arrival.path.stat().st_size, error=problem)


def keep(path: Path, sha256: str) -> Path:
    """Store a submitted file under its hash, durable before anything is acknowledged; the same bytes are stored once."""
    folder = Path(settings.HOME) / "submissions" / sha256[:2]
    target = folder / sha256
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{sha256}.{os.getpid()}.part"
    try:
        with path.open("rb") as source, temporary.open("wb") as sink:
            shutil.copyfileobj(source, sink, 2**20)
            sink.flush()
            os.fsync(sink.fileno())
        os.replace(temporary, target)
    except OSError as problem:
        raise WeijianError("intake.disk", f"保存文件失败:{problem.strerror}。", path.name, "清理磁盘空间后重新报送") from None
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _same_file_before(kind: RecordKind, arrival: Arrival, sha256: str) -> Submission | None:
    return (
        Submission.objects.filter(
            dataset=kind.id, institution=arrival.institution, sha256=sha256, state=Submission.State.ACCEPTED
        )
        .order_by("id")
        .first()
    )


def _notes(file) -> list[str]:  # type: ignore[no-untyped-def]
    notes = []
    if file.encoding == "gb18030":
        notes.append("文件编码为 GB18030,已转换")
    if file.mapping:
        notes += [f"列“{header}”按“{column}”处理" for header, column in file.mapping.renamed]
        notes += [f"多余的列“{header}”未使用" for header in file.mapping.extra]
        notes += [f"重复的列“{header}”未使用" for header in file.mapping.repeated]
    return notes


def _open_submission(kind: RecordKind, file: _File, day: date, now: object, change_id: int) -> Submission:
    state = Submission.State.ACCEPTED
    if file.error is not None:
        state = Submission.State.REFUSED
    elif file.repeats is not None:
        state = Submission.State.REPEATED
    return Submission.objects.create(
        dataset=kind.id,
        institution=file.arrival.institution,
        period=file.arrival.period,
        filename=file.arrival.path.name,
        sha256=file.sha256,
        size=file.size,
        received_at=now,
        received_on=file.arrival.received_on or day,
        change_id=change_id,
        state=state,
        notes=file.notes,
        error=file.error.as_dict() if file.error else None,
    )


def _with_persons(kind: RecordKind, good: pa.Table, change_id: int) -> pa.Table:
    """Replace the person's parts by its id and the link state; kinds without a person get state none."""
    person = kind.person
    if person is None:
        return good.append_column("link_state", pa.array([0] * good.num_rows, pa.int16()))
    lake = duckdb.connect(config={"threads": 2})
    try:
        lake.register("good", good)
        identities = lake.execute(
            "SELECT DISTINCT ON (person_key) person_key::UUID::VARCHAR AS identity_key, person_id_type AS id_type, "
            "person_id_no AS id_no, person_id_valid AS id_valid, person_name AS name, person_sex AS sex, "
            "person_birth_date AS birth_date FROM good WHERE person_name IS NOT NULL OR person_id_no IS NOT NULL"
        ).to_arrow_table()
        linked, _counts = link_identities(identities, change_id=change_id)
        lake.register("linked", linked)
        return lake.execute(
            "SELECT g.* EXCLUDE (person_key, person_id_type, person_id_no, person_id_valid, person_name, person_sex, "
            f'person_birth_date), l.person_id AS "{person.column}", coalesce(l.link_state, 0)::SMALLINT AS link_state '
            "FROM good g LEFT JOIN linked l ON l.identity_key = g.person_key::UUID::VARCHAR"
        ).to_arrow_table()
    finally:
        lake.close()


def _with_system_columns(kind: RecordKind, batch: pa.Table, submissions: list[Submission]) -> pa.Table:
    lake = duckdb.connect(config={"threads": 2})
    try:
        lake.register("batch", batch)
        lake.register("ids", pa.table({"file_no": range(len(submissions)), "submission_id": [one.pk for one in submissions]}))
        names = ", ".join(f'"{name}"' for name in table_columns(kind) if name != "change_id")
        return lake.execute(
            f"SELECT {names}, 0::BIGINT AS change_id, file_no, line_no, received_seq FROM "
            f"(SELECT b.*, i.submission_id, {kind.sensitivity}::SMALLINT AS sensitivity FROM batch b JOIN ids i USING (file_no))"
        ).to_arrow_table()
    finally:
        lake.close()


def _quarantine(engine: IntakeEngine, kind: RecordKind, bad: pa.Table, submissions: list[Submission]) -> None:
    if bad.num_rows == 0:
        return
    connection = engine.connection
    connection.register("bad", bad)
    names = [column.name for column in template_columns(kind)]
    selected = ", ".join(f'r."{name}"' for name in names)
    found = connection.execute(
        f"SELECT b.file_no, b.line_no, b.errors, {selected} FROM bad b JOIN raw r USING (file_no, line_no)"
    ).fetchall()
    connection.unregister("bad")
    source = names.index(kind.source_id.name)
    rows = []
    for file_no, line_no, mask, *texts in found:
        submission = submissions[file_no]
        row = {name: text for name, text in zip(names, texts, strict=True) if text is not None}
        rows.append(
            {
                "submission_id": submission.pk,
                "dataset": kind.id,
                "institution_id": submission.institution_id,
                "line_no": line_no,
                "source_id": (texts[source] or "").strip(),
                "reasons": json.dumps(reasons(kind, mask, Severity.ERROR)),
                "row": json.dumps(row, ensure_ascii=False),
                "state": QuarantinedRow.State.OPEN.value,
            }
        )
    table = pa.Table.from_pylist(rows)
    copy_in(QuarantinedRow._meta.db_table, table, table.column_names)


def _mend(kind: RecordKind, result: LoadResult, batch: pa.Table) -> None:
    """Rows of the quarantine whose source id has now been accepted are mended."""
    institutions = batch.column("institution_id").unique().to_pylist()
    waiting = QuarantinedRow.objects.filter(
        dataset=kind.id, institution_id__in=institutions, state=QuarantinedRow.State.OPEN
    ).exclude(source_id="")
    keys = set(waiting.values_list("institution_id", "source_id"))
    if not keys or result.outcomes.num_rows == 0:
        return
    source = kind.source_id.column
    accepted = set(zip(batch.column("institution_id").to_pylist(), batch.column(source).to_pylist(), strict=True))
    for institution_id, source_id in keys & accepted:
        waiting.filter(institution_id=institution_id, source_id=source_id).update(state=QuarantinedRow.State.MENDED)


def _write_receipts(
    engine: IntakeEngine,
    kind: RecordKind,
    files: list[_File],
    submissions: list[Submission],
    bad: pa.Table,
    warned: pa.Table,
    result: LoadResult,
) -> None:
    lake = engine.connection
    lake.register("bad", bad)
    lake.register("warned", warned)
    lake.register("outcomes", result.outcomes)
    outcome = {
        (file_no, name): count
        for file_no, name, count in lake.execute("SELECT file_no, outcome, count(*) FROM outcomes GROUP BY ALL").fetchall()
    }
    quarantined = dict(lake.execute("SELECT file_no, count(*) FROM bad GROUP BY ALL").fetchall())
    flagged = dict(
        lake.execute(
            "SELECT w.file_no, count(*) FROM warned w JOIN outcomes o USING (file_no, line_no) "
            "WHERE o.outcome IN ('new', 'corrected') GROUP BY ALL"
        ).fetchall()
    )
    masks: dict[int, dict[str, int]] = {}
    for table, column, severity in (("bad", "errors", Severity.ERROR), ("warned", "warnings", Severity.WARNING)):
        for file_no, mask, count in lake.execute(f"SELECT file_no, {column}, count(*) FROM {table} GROUP BY ALL").fetchall():
            for code in reasons(kind, mask, severity):
                counts = masks.setdefault(file_no, {})
                counts[code] = counts.get(code, 0) + count
    for name in ("bad", "warned", "outcomes"):
        lake.unregister(name)
    for index, (file, submission) in enumerate(zip(files, submissions, strict=True)):
        if file.repeats is not None:
            submission.received = submission.duplicate = file.repeats.received
            submission.notes = [f"与{file.repeats.received_on}报送的文件完全相同,未作任何更改"]
        else:
            submission.received = file.rows
            submission.accepted = outcome.get((index, "new"), 0) + outcome.get((index, "corrected"), 0)
            submission.duplicate = outcome.get((index, "duplicate"), 0)
            submission.superseded = outcome.get((index, "superseded"), 0)
            submission.quarantined = quarantined.get(index, 0)
            submission.warned = flagged.get(index, 0)
            submission.reasons = masks.get(index, {})
    Submission.objects.bulk_update(
        submissions,
        ["received", "accepted", "warned", "duplicate", "superseded", "quarantined", "reasons", "notes"],
        batch_size=500,
    )
