"""Identities whose number fails its check: listed from the snapshot, decided one by one or the plain ones together."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests.exchange.sending import HOSPITAL, send, visits
from weijian.foundation.access.scope import ReadScope, scope_for
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError
from weijian.records.encounters.models import OutpatientVisit
from weijian.records.persons.desk.bad_numbers import queries
from weijian.records.persons.desk.bad_numbers.queries import bad_numbers, suggestions
from weijian.records.persons.desk.bad_numbers.services import ask_about, link_plain
from weijian.records.persons.desk.holdings import personal_kinds, unlinked_persons
from weijian.records.persons.desk.questions.services import Desk, take_back
from weijian.records.persons.models import LinkQuestion, PersonLink

pytestmark = pytest.mark.django_db

SLIP = {"证件号码": "440113198001010021"}  # the last two digits exchanged
FAR = {"证件号码": "110113197501019999"}
NOBODY = {"证件号码": "440113198001010013", "姓名": "王五", "出生日期": "1981-02-03"}


@pytest.fixture
def clerk() -> User:
    return User.objects.create(
        username="numbers-clerk", role=Role.CLERK, organisation=Organisation.objects.get(code=HOSPITAL)
    )


@pytest.fixture
def bureau() -> User:
    return User.objects.create(username="numbers-bureau", role=Role.STATISTICIAN, sensitivity=4)


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person with a good number, three identities with wrong ones: a slip, a wholly other number, nobody known.

    A snapshot holds what is committed, which nothing is inside a test: the rows themselves stand in for it.
    """
    receipt = send(tmp_path, visits({}, SLIP, FAR, NOBODY))

    def unlinked(reader: ReadScope) -> list[int]:
        found = OutpatientVisit.objects.filter(submission_id=receipt.pk, link_state=0)
        if reader.organisation_ids is not None:
            found = found.filter(organisation_id__in=reader.organisation_ids)
        return list(found.values_list("patient", flat=True))

    monkeypatch.setattr(queries, "unlinked_persons", unlinked)


def states() -> dict[str, int]:
    return dict(
        OutpatientVisit.objects.filter(visit_no__in=("V1", "V2", "V3", "V4")).values_list("visit_no", "link_state")
    )


def numbers(user: User) -> dict[str, int]:
    return {one.id_no: one.pk for one in bad_numbers(user)}


def test_wrong_numbers_are_listed_with_who_they_may_be(sent: None, clerk: User, bureau: User) -> None:
    assert set(numbers(clerk)) == set(numbers(bureau)) == {SLIP["证件号码"], FAR["证件号码"], NOBODY["证件号码"]}
    stranger = User.objects.create(
        username="numbers-stranger", role=Role.CLERK, organisation=Organisation.objects.get(code="PY0000022")
    )
    assert numbers(stranger) == {}
    found = {one.person.id_no: one for one in suggestions(list(bad_numbers(bureau)))}
    slip, far, nobody = (found[one["证件号码"]] for one in (SLIP, FAR, NOBODY))
    assert (len(slip.subjects), slip.digits, slip.plain) == (1, 1, True)
    assert (len(far.subjects), far.plain) == (1, False)
    assert (nobody.subjects, nobody.digits, nobody.plain) == ([], None, False)


def test_plain_ones_are_linked_together_and_taken_back_one_by_one(sent: None, bureau: User) -> None:
    desk = Desk(bureau)
    with pytest.raises(WeijianError, match="判定须写明依据"):
        link_plain(list(numbers(bureau).values()), " ", desk)
    assert link_plain(list(numbers(bureau).values()), "核对病历", desk) == 1
    assert states() == {"V1": 1, "V2": 1, "V3": 0, "V4": 0}
    both = OutpatientVisit.objects.filter(visit_no__in=("V1", "V2")).values("patient")
    assert (
        PersonLink.objects.filter(person_id__in=both, end_change_id=None).values("subject_id").distinct().count() == 1
    )
    assert SLIP["证件号码"] not in numbers(bureau)
    take_back(LinkQuestion.objects.get(reason="number_fails_check").pk, "还要再查", desk)
    assert states()["V2"] == 2
    with pytest.raises(WeijianError, match="所选身份都不能批量判定"):
        link_plain(list(numbers(bureau).values()), "核对病历", desk)


def test_one_becomes_a_question_that_its_institution_owes(sent: None, clerk: User) -> None:
    far = numbers(clerk)[FAR["证件号码"]]
    question = ask_about(far, Desk(clerk))
    assert (question.institution_id, question.reason) == (clerk.organisation_id, "number_fails_check")
    assert states()["V3"] == 2
    own = Obligation.objects.filter(kind=Obligation.Kind.DESK, closed_on=None, organisation=clerk.organisation)
    assert own.count() == 1
    with pytest.raises(WeijianError, match="已经关联或正在判定"):
        ask_about(far, Desk(clerk))
    with pytest.raises(WeijianError, match="没有姓名、性别、出生日期相同的人"):
        ask_about(numbers(clerk)[NOBODY["证件号码"]], Desk(clerk))


def test_the_page_masks_and_decides(sent: None, clerk: User) -> None:
    client = Client()
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/persons/desk/numbers").content.decode()
    assert "张*" in page and "张三" not in page and SLIP["证件号码"] not in page
    assert page.count('name="person"') == 1 and page.count('name="ask"') == 2
    token = page.split('name="person" value="')[1].split('"')[0]
    answer = client.post("/persons/desk/numbers/decide", {"person": token, "reason": "核对病历"}, follow=True)
    assert "已判定 1 个身份" in answer.content.decode()
    assert states()["V2"] == 1
    assert client.post("/persons/desk/numbers/decide", {"person": "1", "reason": "x"}).status_code == 404


def test_the_snapshot_knows_whose_records_nobody_stands_for(small_world: int, bureau: User, clerk: User) -> None:
    def stored(institution: int | None, user: User) -> set[int]:
        where = f"link_state = 0 AND sensitivity <= {user.sensitivity}"
        where += f" AND organisation_id = {institution}" if institution else ""
        parts = (
            f'SELECT "{kind.person.column}" FROM "{kind.table}" WHERE {where} AND NOT voided'
            for kind in personal_kinds()
            if kind.person is not None
        )
        with connection.cursor() as cursor:
            cursor.execute(" UNION ".join(parts))
            return {row[0] for row in cursor.fetchall()} - {None}

    found = unlinked_persons(scope_for(bureau))
    assert set(found) == stored(None, bureau) and len(found) > 10
    own = unlinked_persons(scope_for(clerk))
    assert set(own) == stored(clerk.organisation_id, clerk) and 0 < len(own) < len(found)
