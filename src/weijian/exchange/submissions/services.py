"""Takes files in: kept byte for byte, checked, linked, loaded, with a receipt, in one transaction for each batch."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Max

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.engine import Checked
from weijian.engines.intake.known_persons import KnownPersons, facts
from weijian.exchange.submissions.models import Submission
from weijian.exchange.submissions.periods.services import mark_sent
from weijian.exchange.submissions.preparing import Preparation
from weijian.exchange.submissions.quarantine.services import mend, quarantine
from weijian.exchange.submissions.reading import ArrivedFile
from weijian.exchange.submissions.receipts import Tallies, add_block, new_tallies
from weijian.exchange.submissions.recognition import Arrival
from weijian.exchange.submissions.touched import tell_months
from weijian.foundation import embedded_pg
from weijian.foundation.bulk.known_keys import KnownKeys
from weijian.foundation.bulk.services import load_facts, lock_kind, table_columns
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.terminology.references import references
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock, beijing_date
from weijian.records.persons.desk.questions.services import place_questions
from weijian.records.persons.services import decisions_so_far, link_identities, lock_links

Progress = Callable[[int, int, str], None]
Step = Callable[[str], None]

#: Named steps at which fault tests kill an intake.
STEPS = ("kept", "opened", "checked", "linked", "loaded", "quarantined", "receipted", "committed")

#: Free bytes below which a lost connection is put down to the full disk: two segments of the server's log.
ROOM_TO_WORK = 2 * 16 * 2**20

#: Names the step at which the process kills itself, for the fault tests.
KILL_AT = "WEIJIAN_KILL_AT"


def kill_at_step(name: str) -> None:
    """End this process as a power cut would, where the environment names the step (``WEIJIAN_KILL_AT=loaded``)."""
    if os.environ.get(KILL_AT) == name:
        os.kill(os.getpid(), signal.SIGKILL)


def ingest_files(
    arrivals: Sequence[Arrival],
    *,
    received_on: date | None = None,
    source: str = Change.Source.COMMAND,
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
    progress: Progress | None = None,
    step: Step = kill_at_step,
) -> list[Submission]:
    """Take files in and return a submission with its receipt for each, in the order given.

    Files of one dataset are checked and loaded together in batches; a file that cannot be read gets a receipt that says
    why, and the others go on. Nothing is acknowledged before its transaction is committed. Raises WeijianError
    ``intake.disk`` where there is no room; the batches before it stand.
    """
    now = (clock or SystemClock()).now()
    day = received_on or beijing_date(now)
    intake = _Intake(day, now, step)
    prepared = Preparation(arrivals, references(), day)
    taken: list[Submission] = []
    try:
        for batch in prepared.batches():
            step("kept")
            kind = batch.kind
            intake.begin(kind)
            reason = f"报送 {kind.zh}:{len(batch.files)}个文件"
            with change(reason, source=source, actor_id=actor_id, actor_name=actor_name, clock=clock) as row:
                taken += intake.take(kind, batch.files, prepared.blocks(), row.id)
                step("receipted")
            step("committed")
            if progress:
                progress(len(taken), len(arrivals), kind.zh)
    except OperationalError as problem:
        if not _disk_is_full(problem):
            raise
        raise WeijianError("intake.disk", "数据库所在磁盘已满。", "", "清理磁盘空间后重新报送") from None
    finally:
        prepared.close()
        intake.close()
    return taken


def _disk_is_full(problem: OperationalError) -> bool:
    """Whether the server says so, or fell over for it: without room for its log it ends instead of answering."""
    said = getattr(problem.__cause__, "sqlstate", "") == "53100"
    return said or embedded_pg.disk_free(settings.HOME).free < ROOM_TO_WORK


class _Intake:
    """What one call of :func:`ingest_files` keeps between its batches: known persons and known keys."""

    def __init__(self, day: date, now: datetime, step: Step) -> None:
        self.day, self.now, self.step = day, now, step
        self.persons = KnownPersons()
        self.keys = KnownKeys()
        self.dataset = ""
        self.latest = 0
        self.decided = -1

    def begin(self, kind: RecordKind) -> None:
        """Keys are known for one dataset at a time."""
        if kind.id != self.dataset:
            self.keys.clear()
            self.dataset, self.latest = kind.id, 0

    def close(self) -> None:
        self.keys.close()

    def take(
        self, kind: RecordKind, files: list[ArrivedFile], blocks: Iterator[Checked], change_id: int
    ) -> list[Submission]:
        """One batch inside its transaction."""
        lock_kind(kind)
        if kind.person is not None:
            self._heed_the_desk()
        if self._latest(kind) != self.latest:
            self.keys.clear()  # somebody else has loaded this dataset meanwhile
        _find_repeats(kind, files)
        submissions = self._open(kind, files, change_id)
        self.step("opened")
        tallies = self._load(kind, files, blocks, submissions, change_id)
        _write_receipts(kind, files, submissions, tallies)
        mark_sent(kind, submissions)
        self.latest = submissions[-1].pk
        return submissions

    def _heed_the_desk(self) -> None:
        """Persons are known until the desk decides; from here to the commit it waits, so that no row keeps what was before."""
        lock_links()
        decided = decisions_so_far()
        if decided != self.decided:
            self.persons.forget()
            self.decided = decided

    def _latest(self, kind: RecordKind) -> int:
        return Submission.objects.filter(dataset=kind.id).aggregate(latest=Max("id"))["latest"] or 0

    def _open(self, kind: RecordKind, files: list[ArrivedFile], change_id: int) -> list[Submission]:
        return Submission.objects.bulk_create(
            [
                Submission(
                    dataset=kind.id,
                    institution=file.arrival.institution,
                    period=file.arrival.period,
                    filename=file.arrival.path.name,
                    sha256=file.sha256,
                    size=file.size,
                    received_at=self.now,
                    received_on=file.arrival.received_on or self.day,
                    change_id=change_id,
                    state=_state(file),
                    notes=file.notes,
                    error=file.error.as_dict() if file.error else None,
                )
                for file in files
            ],
            batch_size=1000,
        )

    def _load(
        self,
        kind: RecordKind,
        files: list[ArrivedFile],
        blocks: Iterator[Checked],
        submissions: list[Submission],
        change_id: int,
    ) -> Tallies:
        """Every block of the batch; where a large file breaks off on the way, nothing of it stays but its receipt."""
        tallies = new_tallies()
        repeated = {number for number, file in enumerate(files) if file.repeats is not None}
        try:
            with transaction.atomic():
                for block in blocks:
                    # Rows of a repeated file were checked before the lock could show that it is one.
                    self._load_block(kind, block.without(repeated), submissions, change_id, tallies)
        except WeijianError as problem:
            if problem.code == "intake.disk" or len(files) > 1:
                raise
            self.keys.clear()
            self.persons.forget()
            files[0].error = problem
            return new_tallies()
        return tallies

    def _load_block(
        self, kind: RecordKind, checked: Checked, submissions: list[Submission], change_id: int, tallies: Tallies
    ) -> None:
        self.step("checked")
        links, asked = None, False
        if kind.person is not None:
            unknown = self.persons.unknown(checked)
            if unknown.num_rows:
                linked, counts = link_identities(unknown, change_id=change_id)
                self.persons.remember(linked)
                asked = counts.questions > 0
            links = self.persons.links(checked)
        self.step("linked")
        numbers = {number: one.pk for number, one in enumerate(submissions)}
        batch = facts(kind, checked, links, numbers, table_columns(kind))
        result = load_facts(kind, batch, change_id=change_id, known=self.keys)
        if asked and kind.person is not None:
            place_questions(batch, kind.person.column, on=submissions[-1].received_on, change_id=change_id)
        self.step("loaded")
        quarantine(kind, checked.sent, submissions)
        mend(kind, batch)
        self.step("quarantined")
        add_block(tallies, kind, checked, result)


def _find_repeats(kind: RecordKind, files: list[ArrivedFile]) -> None:
    """Files that the same institution sent before, byte for byte."""
    before = Submission.objects.filter(
        dataset=kind.id, sha256__in={file.sha256 for file in files}, state=Submission.State.ACCEPTED
    ).order_by("-id")
    found = {(one.institution_id, one.sha256): one for one in before}
    for file in files:
        if file.error is None:
            file.repeats = found.get((file.arrival.institution.pk, file.sha256))


def _state(file: ArrivedFile) -> str:
    if file.error is not None:
        return Submission.State.REFUSED
    return Submission.State.REPEATED if file.repeats is not None else Submission.State.ACCEPTED


def _write_receipts(
    kind: RecordKind, files: list[ArrivedFile], submissions: list[Submission], tallies: Tallies
) -> None:
    for index, (file, submission) in enumerate(zip(files, submissions, strict=True)):
        submission.state = _state(file)
        submission.error = file.error.as_dict() if file.error else None
        if file.repeats is not None:
            submission.received = submission.duplicate = file.repeats.received
            submission.notes = [f"与{file.repeats.received_on}报送的文件完全相同,未作任何更改"]
            continue
        tally = tallies[index]
        for name in ("received", "accepted", "warned", "duplicate", "superseded", "quarantined"):
            setattr(submission, name, getattr(tally, name))
        submission.reasons, submission.months = dict(tally.reasons), dict(tally.months)
    tell_months(kind, submissions)
    rows = [{name: getattr(one, name) for name in ("id", *_RECEIPT)} for one in submissions]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE_RECEIPTS, [json.dumps(rows, ensure_ascii=False)])


#: What a receipt adds to an opened submission, with its type in the database.
_RECEIPT = {
    "state": "text",
    "error": "jsonb",
    "received": "bigint",
    "accepted": "bigint",
    "warned": "bigint",
    "duplicate": "bigint",
    "superseded": "bigint",
    "quarantined": "bigint",
    "reasons": "jsonb",
    "months": "jsonb",
    "notes": "jsonb",
}

# One statement for all files of a batch; Django's bulk_update writes a CASE for every file and column.
_UPDATE_RECEIPTS = (
    f"UPDATE {Submission._meta.db_table} s SET {', '.join(f'{name} = r.{name}' for name in _RECEIPT)} "
    f"FROM jsonb_to_recordset(%s::jsonb) AS r(id bigint, {', '.join(f'{name} {kind}' for name, kind in _RECEIPT.items())}) "
    "WHERE s.id = r.id"
)
