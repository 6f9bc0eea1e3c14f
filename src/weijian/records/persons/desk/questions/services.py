"""Answers questions of who is who: each answer is one change that moves links, records, the inbox and the next snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from weijian.foundation.accounts.models import User
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.kinds.fact import LinkState
from weijian.foundation.today import today
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, beijing_date
from weijian.records.persons.desk.queries import standing_subjects
from weijian.records.persons.desk.questions.owed import owe_answers
from weijian.records.persons.desk.relinking.services import relink_records
from weijian.records.persons.desk.services import link_person, need_reason, unlink_person
from weijian.records.persons.models import LinkQuestion, PersonLink
from weijian.records.persons.services import lock_links_to_decide


@dataclass(frozen=True)
class Desk:
    """Who decides, and by which clock."""

    user: User
    clock: Clock | None = None


def decide_same(question_id: int, subject_id: int, reason: str, desk: Desk) -> int:
    """The person is this candidate: link it; returns the change. Raises ``desk.not_a_candidate``, ``desk.already_decided``,
    ``desk.unknown_question``, ``desk.no_reason``."""
    need_reason(reason)
    with _deciding(question_id, reason, "same_person", desk) as (question, row):
        if subject_id not in standing_subjects(question):
            raise WeijianError(
                "desk.not_a_candidate", "所选人员主体不是该身份的候选。", str(question_id), "刷新页面后重新选择"
            )
        _settle(question, LinkQuestion.Verdict.SAME, subject_id, row, desk)
    return row.pk


def decide_different(question_id: int, reason: str, desk: Desk) -> int:
    """The person is none of the candidates: it becomes a human being of its own, and intake does not ask again."""
    need_reason(reason)
    with _deciding(question_id, reason, "different_person", desk) as (question, row):
        _settle(question, LinkQuestion.Verdict.DIFFERENT, None, row, desk)
    return row.pk


def put_off(question_id: int, until: date, note: str, desk: Desk) -> int:
    """Leave a question for later: it stays open and owed, and stands last until the day. Raises ``desk.past_day``."""
    need_reason(note)
    if until <= today(desk.clock):
        raise WeijianError("desk.past_day", "暂缓到的日期须在今天之后。", until.isoformat(), "选择以后的日期")
    with _deciding(question_id, f"暂缓判定:{note.strip()}", "put_off", desk) as (question, row):
        question.put_off_until, question.note = until, note.strip()
        question.save(update_fields=["put_off_until", "note"])
    return row.pk


def refer(question_id: int, note: str, desk: Desk) -> int:
    """The institution cannot tell: the bureau decides."""
    need_reason(note)
    with _deciding(question_id, f"转交区局判定:{note.strip()}", "refer", desk) as (question, row):
        question.referred, question.note, question.put_off_until = True, note.strip(), None
        question.save(update_fields=["referred", "note", "put_off_until"])
        _owe(question, row, desk)
    return row.pk


def take_back(question_id: int, reason: str, desk: Desk) -> int:
    """Undo a decision: the question is open again, the person stands for nobody, its records are ambiguous again.

    Raises ``desk.not_decided``, and ``desk.decided_again`` where the person stands elsewhere since by a later merge.
    """
    need_reason(reason)
    with changing(reason, "take_back", desk) as row:
        lock_links_to_decide()
        question = _locked(question_id)
        if question.state != LinkQuestion.State.DECIDED:
            raise WeijianError("desk.not_decided", "该身份还没有判定。", str(question_id), "刷新页面")
        link = PersonLink.objects.filter(person_id=question.person_id, end_change_id__isnull=True).first()
        if link is None or link.start_change_id != question.decided_change_id:
            raise WeijianError("desk.decided_again", "判定之后又有新的合并。", str(question_id), "先撤销较晚的合并")
        unlink_person(question.person_id, row)
        question.state, question.verdict = LinkQuestion.State.OPEN, ""
        question.subject_id = question.decided_change_id = None
        question.save(update_fields=["state", "verdict", "subject_id", "decided_change_id"])
        relink_records([question.person_id], LinkState.AMBIGUOUS, change_id=row.pk)
        _owe(question, row, desk)
    return row.pk


def place_questions(batch: pa.Table, person_column: str, *, on: date, change_id: int) -> None:
    """Say of the questions that this change opened which institution's file asked, and put them into its inbox.

    ``batch`` holds the rows being taken in, with ``institution_id`` and the column of persons; the caller holds the change.
    """
    new = LinkQuestion.objects.filter(opened_change_id=change_id, opened_on=None, state=LinkQuestion.State.OPEN)
    asked = {one.person_id: one for one in new}
    if not asked:
        return
    persons = batch.column(person_column)
    rows = batch.select([person_column, "institution_id"]).filter(pc.is_in(persons, pa.array(asked, persons.type)))
    for person, institution in zip(*(column.to_pylist() for column in rows.columns), strict=True):
        asked[person].institution_id = institution
    for one in asked.values():
        one.opened_on = on
    LinkQuestion.objects.bulk_update(asked.values(), ["institution_id", "opened_on"], batch_size=1000)
    owe_answers({one.institution_id for one in asked.values()}, on=on, by="报送", change_id=change_id)


def _settle(question: LinkQuestion, verdict: str, subject_id: int | None, row: Change, desk: Desk) -> None:
    question.subject_id = link_person(question.person_id, subject_id, row, actor_id=desk.user.pk)
    question.state, question.verdict, question.decided_change_id = LinkQuestion.State.DECIDED, verdict, row.pk
    question.save(update_fields=["state", "verdict", "subject_id", "decided_change_id"])
    relink_records([question.person_id], LinkState.LINKED, change_id=row.pk)
    _owe(question, row, desk)


def _owe(question: LinkQuestion, row: Change, desk: Desk) -> None:
    owe_answers([question.institution_id], on=today(desk.clock), by=str(desk.user), change_id=row.pk)


@contextmanager
def _deciding(question_id: int, reason: str, action: str, desk: Desk) -> Iterator[tuple[LinkQuestion, Change]]:
    """A change that holds the open question; whoever comes second is told who was first."""
    with changing(reason, action, desk) as row:
        lock_links_to_decide()
        question = _locked(question_id)
        if question.state == LinkQuestion.State.DECIDED:
            raise _decided_by_another(question)
        yield question, row


def changing(reason: str, action: str, desk: Desk) -> AbstractContextManager[Change]:
    """A change of the desk, by its user and clock."""
    return change(
        reason.strip(),
        source=Change.Source.PAGE,
        actor_id=desk.user.pk,
        actor_name=str(desk.user),
        clock=desk.clock,
        action=action,
    )


def _locked(question_id: int) -> LinkQuestion:
    found = LinkQuestion.objects.select_for_update().filter(pk=question_id).first()
    if found is None:
        raise WeijianError("desk.unknown_question", "没有这个待判定的身份。", str(question_id), "刷新页面")
    return found


def _decided_by_another(question: LinkQuestion) -> WeijianError:
    first = Change.objects.get(pk=question.decided_change_id or 0)
    who, day = first.actor_name, beijing_date(first.at)
    return WeijianError(
        "desk.already_decided",
        f"{who}已于 {day} 判定为同一人,您的判定没有保存。"
        if question.verdict == LinkQuestion.Verdict.SAME
        else f"{who}已于 {day} 判定为不是同一人,您的判定没有保存。",
        str(question.pk),
        "如有异议,先撤销该判定",
    )
