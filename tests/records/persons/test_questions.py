"""Intake asks, the desk answers: links, records, inbox and dirty marks follow; whoever comes second is told so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from tests.exchange.sending import DISCHARGE, DISCHARGES, HOSPITAL, VISIT, VISITS, csv_text, send, visits
from weijian.exchange.submissions.recognition import recognise
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.audit.models import AuditLeaf
from weijian.foundation.changes.models import History
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.snapshots.models import DirtyPartition
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import FixedClock
from weijian.records.encounters.models import Discharge, OutpatientVisit
from weijian.records.persons.desk.queries import open_questions, put_off_questions, standing_subjects
from weijian.records.persons.desk.questions.services import (
    Desk,
    decide_different,
    decide_same,
    put_off,
    refer,
    take_back,
)
from weijian.records.persons.desk.services import merge_subjects
from weijian.records.persons.models import LinkQuestion, Person, PersonLink

pytestmark = pytest.mark.django_db

DAY = date(2017, 12, 4)
OTHER_NAME = {"姓名": "李四", "就诊流水号": "V9", "就诊日期": "2017-04-05"}
NO_NUMBER = {"证件类型": "00", "证件号码": "", "就诊流水号": "V8"}


@pytest.fixture
def clerk() -> User:
    return User.objects.create(
        username="desk-clerk", role=Role.CLERK, organisation=Organisation.objects.get(code=HOSPITAL)
    )


@pytest.fixture
def bureau() -> User:
    return User.objects.create(username="desk-bureau", role=Role.STATISTICIAN, sensitivity=4)


def _asked(folder: Path) -> LinkQuestion:
    """A question: the number of one name comes again under a wholly different one."""
    send(folder, visits({}))
    send(folder, [{**VISIT, **OTHER_NAME}], name="again.csv")
    return LinkQuestion.objects.get()


def _states() -> dict[str, int]:
    return dict(OutpatientVisit.objects.values_list("visit_no", "link_state"))


def _owed() -> list[tuple[str, str]]:
    return list(Obligation.objects.filter(kind=Obligation.Kind.DESK, closed_on=None).values_list("subject", "role"))


def test_a_known_number_under_another_name_is_asked_of_the_institution(tmp_path: Path, clerk: User) -> None:
    asked = _asked(tmp_path)
    assert (asked.reason, asked.opened_on) == ("number_with_other_name", date(2017, 12, 1))
    assert asked.institution_id == clerk.organisation_id
    assert len(standing_subjects(asked)) == 1
    assert _states() == {"V1": 1, "V9": 2}
    assert _owed() == [(f"institution:{clerk.organisation_id}", "clerk")]
    assert list(open_questions(clerk, on=DAY)) == [asked]


def test_two_names_of_one_number_in_one_file_are_asked_too(tmp_path: Path) -> None:
    send(tmp_path, visits({}, {"姓名": "李四"}))
    asked = LinkQuestion.objects.get()
    assert Person.objects.get(pk=asked.person_id).name in ("张三", "李四")
    assert sorted(_states().values()) == [1, 2]


def test_a_name_that_may_be_the_same_is_linked_to_its_own_subject(tmp_path: Path, clerk: User) -> None:
    asked = _asked(tmp_path)
    decide_different(asked.pk, "用了别人的证件", Desk(clerk))
    send(tmp_path, [{**VISIT, **OTHER_NAME, "姓名": "李五四", "就诊流水号": "V10"}], name="third.csv")
    third = Person.objects.get(name="李五四")
    own = PersonLink.objects.get(person_id=asked.person_id, end_change_id=None).subject_id
    assert PersonLink.objects.get(person_id=third.pk).subject_id == own
    assert LinkQuestion.objects.count() == 1


def test_same_person_links_records_and_marks_what_the_next_snapshot_writes(tmp_path: Path, clerk: User) -> None:
    asked = _asked(tmp_path)
    (subject,) = standing_subjects(asked)
    decided = decide_same(asked.pk, subject, "核对证件原件", Desk(clerk, FixedClock.at_noon(DAY)))
    assert PersonLink.objects.get(person_id=asked.person_id, end_change_id=None).subject_id == subject
    assert _states() == {"V1": 1, "V9": 1}
    marks = set(DirtyPartition.objects.filter(change_id=decided).values_list("table_name", "partition"))
    assert marks == {("person", "all"), ("encounters_outpatient_visit", "2017-04")}
    assert _owed() == []
    closed = Obligation.objects.get(kind=Obligation.Kind.DESK)
    assert (closed.closed_on, closed.closed_by) == (DAY, "desk-clerk")
    leaf = AuditLeaf.objects.get(change_id=decided)
    assert (leaf.action, leaf.actor_id) == ("same_person", clerk.pk)
    assert History.objects.filter(table_name="persons_linkquestion", change_id=decided).count() == 1


def test_different_person_becomes_one_of_its_own_and_is_not_asked_again(tmp_path: Path, clerk: User) -> None:
    asked = _asked(tmp_path)
    before = standing_subjects(asked)
    decide_different(asked.pk, "用了别人的证件", Desk(clerk))
    own = PersonLink.objects.get(person_id=asked.person_id, end_change_id=None).subject_id
    assert own not in before and _states()["V9"] == 1
    send(tmp_path, [{**VISIT, **OTHER_NAME, "就诊流水号": "V11"}], name="later.csv")
    assert _states()["V11"] == 1
    assert LinkQuestion.objects.filter(state=LinkQuestion.State.OPEN).count() == 0


def test_who_comes_second_is_told_who_was_first(tmp_path: Path, clerk: User, bureau: User) -> None:
    asked = _asked(tmp_path)
    (subject,) = standing_subjects(asked)
    decide_same(asked.pk, subject, "核对证件原件", Desk(clerk))
    with pytest.raises(WeijianError) as refused:
        decide_different(asked.pk, "电话核实", Desk(bureau))
    assert refused.value.code == "desk.already_decided"
    assert "desk-clerk" in refused.value.what and "判定为同一人" in refused.value.what
    assert PersonLink.objects.get(person_id=asked.person_id, end_change_id=None).subject_id == subject


def test_a_decision_is_taken_back(tmp_path: Path, clerk: User) -> None:
    asked = _asked(tmp_path)
    decide_different(asked.pk, "用了别人的证件", Desk(clerk))
    taken = take_back(asked.pk, "看错了", Desk(clerk))
    assert not PersonLink.objects.filter(person_id=asked.person_id, end_change_id=None).exists()
    assert _states()["V9"] == 2
    assert DirtyPartition.objects.filter(change_id=taken, table_name="encounters_outpatient_visit").exists()
    asked.refresh_from_db()
    assert (asked.state, asked.verdict, asked.subject_id) == ("open", "", None)
    assert _owed() == [(f"institution:{clerk.organisation_id}", "clerk")]
    decide_same(asked.pk, standing_subjects(asked)[0], "核对证件原件", Desk(clerk))
    assert _states()["V9"] == 1


def test_a_decision_under_a_later_merge_stays(tmp_path: Path, clerk: User) -> None:
    asked = _asked(tmp_path)
    (known,) = standing_subjects(asked)
    decide_different(asked.pk, "用了别人的证件", Desk(clerk))
    asked.refresh_from_db()
    assert asked.subject_id is not None
    merge_subjects(known, asked.subject_id, "还是同一人")
    with pytest.raises(WeijianError) as refused:
        take_back(asked.pk, "看错了", Desk(clerk))
    assert refused.value.code == "desk.decided_again"


def test_putting_off_keeps_it_owed_and_referring_hands_it_to_the_bureau(
    tmp_path: Path, clerk: User, bureau: User
) -> None:
    asked = _asked(tmp_path)
    clock = FixedClock.at_noon(DAY)
    put_off(asked.pk, date(2017, 12, 20), "等患者复诊", Desk(clerk, clock))
    assert not open_questions(clerk, on=DAY).exists() and put_off_questions(clerk, on=DAY).count() == 1
    assert open_questions(clerk, on=date(2017, 12, 20)).count() == 1
    assert len(_owed()) == 1
    refer(asked.pk, "本院查不到", Desk(clerk, clock))
    assert _owed() == [("bureau", "statistician")]
    assert not open_questions(clerk, on=DAY).exists() and open_questions(bureau, on=DAY).count() == 1
    with pytest.raises(WeijianError) as refused:
        put_off(asked.pk, DAY, "今天", Desk(bureau, clock))
    assert refused.value.code == "desk.past_day"


def test_only_a_candidate_can_be_chosen_and_only_with_a_reason(tmp_path: Path, clerk: User) -> None:
    asked = _asked(tmp_path)
    for subject, reason, code in ((10**12, "核对", "desk.not_a_candidate"), (1, "  ", "desk.no_reason")):
        with pytest.raises(WeijianError) as refused:
            decide_same(asked.pk, subject, reason, Desk(clerk))
        assert refused.value.code == code
    assert LinkQuestion.objects.get().state == "open"


def test_without_a_number_several_of_the_same_name_and_birth_are_asked(tmp_path: Path, clerk: User) -> None:
    send(tmp_path, visits({}, {"证件号码": "440113198001010039"}))
    send(tmp_path, [{**VISIT, **NO_NUMBER}], name="baby.csv")
    asked = LinkQuestion.objects.get()
    assert asked.reason == "same_name_and_birth"
    first, second = standing_subjects(asked)
    merge_subjects(first, second, "两个号码是一个人")
    assert standing_subjects(asked) == [first], "a candidate that was merged is followed to where it stands"
    decide_same(asked.pk, first, "核对病历", Desk(clerk))
    assert _states()["V8"] == 1


def test_a_running_intake_heeds_what_the_desk_decides_between_its_batches(tmp_path: Path, clerk: User) -> None:
    asked = _asked(tmp_path)
    (subject,) = standing_subjects(asked)
    visit, stay = tmp_path / "visit.csv", tmp_path / "stay.csv"
    visit.write_text(csv_text([{**VISIT, **OTHER_NAME, "就诊流水号": "V10"}]), encoding="utf-8")
    stay.write_text(csv_text([{**DISCHARGE, "姓名": "李四", "性别": "1", "出生日期": "1980-01-01"}]), encoding="utf-8")
    steps: list[str] = []

    def decide_after_the_first_batch(name: str) -> None:
        steps.append(name)
        if name == "committed" and steps.count(name) == 1:
            decide_same(asked.pk, subject, "核对证件原件", Desk(clerk))

    arrivals = [
        recognise(path, institution=HOSPITAL, dataset=dataset)
        for path, dataset in ((visit, VISITS), (stay, DISCHARGES))
    ]
    ingest_files(arrivals, received_on=DAY, step=decide_after_the_first_batch)
    assert steps.count("committed") == 2
    assert _states()["V10"] == 1, "the desk looks for what is on record"
    assert Discharge.objects.get().link_state == 1, "and the intake asks again for what follows"


def test_records_of_the_snapshot_are_found_by_key(small_world: int) -> None:
    from weijian.foundation.changes.services import change
    from weijian.foundation.kinds.fact import LinkState
    from weijian.records.persons.desk.relinking.services import relink_records

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT patient_id FROM encounters_outpatient_visit WHERE link_state = 1 GROUP BY 1 "
            "ORDER BY count(*) DESC LIMIT 1"
        )
        person = cursor.fetchone()[0]
    others = OutpatientVisit.objects.filter(link_state=2).exclude(patient=person)
    before = others.count()
    with change("歧义") as row:
        touched = relink_records([person], LinkState.AMBIGUOUS, change_id=row.pk)
    mine = OutpatientVisit.objects.filter(patient=person)
    assert touched >= mine.count() > 1
    assert set(mine.values_list("link_state", flat=True)) == {2}
    assert others.count() == before
    months = {f"{day:%Y-%m}" for day in mine.values_list("visit_on", flat=True)}
    marks = DirtyPartition.objects.filter(change_id=row.pk, table_name="encounters_outpatient_visit")
    assert set(marks.values_list("partition", flat=True)) == months
