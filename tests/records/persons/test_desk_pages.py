"""The desk's pages: who sees which question and how much of it, deciding, the second of two, merging and undoing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.exchange.sending import HOSPITAL, VISIT, send, visits
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.audit.models import AuditLeaf
from weijian.foundation.organisations.models import Organisation
from weijian.records.persons.desk.addresses import question_url
from weijian.records.persons.desk.queries import standing_subjects
from weijian.records.persons.models import LinkQuestion, PersonLink, Subject

pytestmark = pytest.mark.django_db

REASON = "核对证件原件"


@pytest.fixture
def asked(tmp_path: Path) -> LinkQuestion:
    send(tmp_path, visits({}))
    send(tmp_path, [{**VISIT, "姓名": "李四五", "就诊流水号": "V9"}], name="again.csv")
    return LinkQuestion.objects.get()


def _client(role: Role, *, code: str = "", sensitivity: int = 3) -> Client:
    place = Organisation.objects.get(code=code) if code else None
    user = User.objects.create(
        username=f"{role}{code}{sensitivity}", role=role, organisation=place, sensitivity=sensitivity
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _choice(asked: LinkQuestion) -> str:
    return str(Subject.objects.get(pk=standing_subjects(asked)[0]).public_id)


def test_a_clerk_sees_its_own_questions_masked_and_another_none(asked: LinkQuestion) -> None:
    own = _client(Role.CLERK, code=HOSPITAL)
    page = own.get(question_url(asked.pk)).content.decode()
    assert "李**" in page and "张*" in page and "李四五" not in page and "440113198001010012" not in page
    assert "不同" in page and "相同" in page and "wj-watermark" in page
    other = _client(Role.CLERK, code="PY0000022")
    assert other.get(question_url(asked.pk)).status_code == 404
    assert "李" not in other.get("/persons/desk/").content.decode()
    assert other.post(question_url(asked.pk) + "/decide", {"choice": "none", "reason": REASON}).status_code == 404


def test_the_level_of_the_reader_opens_or_hides(asked: LinkQuestion) -> None:
    opened = _client(Role.STATISTICIAN, sensitivity=4).get(question_url(asked.pk)).content.decode()
    assert "李四五" in opened and "440113198001010012" in opened
    hidden = _client(Role.STATISTICIAN, sensitivity=2).get(question_url(asked.pk)).content.decode()
    assert "李" not in hidden and "不显示" in hidden
    leaves = AuditLeaf.objects.filter(action="read", object_kind="persons.desk")
    assert leaves.count() == 2 and asked.person_id in leaves[0].detail["ids"]


def test_who_may_not_decide_is_refused(asked: LinkQuestion) -> None:
    for role in (Role.DOCTOR, Role.DIRECTOR, Role.AUDITOR, Role.REVIEWER):
        assert _client(role, code=HOSPITAL).get("/persons/desk/").status_code == 403
    clerk = _client(Role.CLERK, code=HOSPITAL)
    assert clerk.get("/persons/desk/search").status_code == 403
    assert clerk.get(question_url(asked.pk)[:-2] + "xx").status_code == 404


def test_a_decision_without_a_choice_or_reason_comes_back_with_its_errors(asked: LinkQuestion) -> None:
    client = _client(Role.CLERK, code=HOSPITAL)
    answer = client.post(question_url(asked.pk) + "/decide", {"choice": "none", "reason": ""})
    assert answer.status_code == 422 and "wj-error" in answer.content.decode()
    assert client.post(question_url(asked.pk) + "/decide", {"choice": "x", "reason": REASON}).status_code == 422
    asked.refresh_from_db()
    assert asked.state == "open"


def test_the_second_of_two_is_told_and_nothing_changes(asked: LinkQuestion) -> None:
    first, second = _client(Role.CLERK, code=HOSPITAL), _client(Role.STATISTICIAN, sensitivity=4)
    choice = _choice(asked)
    done = first.post(question_url(asked.pk) + "/decide", {"choice": choice, "reason": REASON}, follow=True)
    assert "已判定为同一人" in done.content.decode() and REASON in done.content.decode()
    link = PersonLink.objects.get(person_id=asked.person_id, end_change_id=None)
    late = second.post(question_url(asked.pk) + "/decide", {"choice": "none", "reason": "电话核实"}, follow=True)
    assert "您的判定没有保存" in late.content.decode()
    assert PersonLink.objects.get(person_id=asked.person_id, end_change_id=None).pk == link.pk
    undone = second.post(question_url(asked.pk) + "/undo", {"reason": "看错了"}, follow=True)
    assert "重新待判定" in undone.content.decode()


def test_the_lists_follow_the_question(asked: LinkQuestion) -> None:
    client = _client(Role.CLERK, code=HOSPITAL)
    address = question_url(asked.pk)
    assert "身份判定" in client.get("/").content.decode(), "the home of who owes it"
    assert "有人员身份待判定" in client.get("/inbox/").content.decode()
    client.post(address + "/later", {"until": "2999-01-01", "note": "等复诊"})
    assert address not in client.get("/persons/desk/").content.decode()
    assert "等复诊" in client.get("/persons/desk/?state=later").content.decode()
    client.post(address + "/refer", {"reason": "本院查不到"})
    assert "待区局判定" in _client(Role.STATISTICIAN).get("/inbox/").content.decode()
    assert "有人员身份待判定" not in client.get("/inbox/").content.decode()
    client.post(address + "/decide", {"choice": "none", "reason": REASON})
    assert "不是同一人" in client.get("/persons/desk/?state=decided").content.decode()


def test_two_are_looked_up_compared_merged_and_separated(tmp_path: Path) -> None:
    send(tmp_path, visits({}, {"证件号码": "440113198001010039"}))
    client = _client(Role.STATISTICIAN, sensitivity=4)
    found = client.post("/persons/desk/search", {"name": "张三"}).content.decode()
    chosen = re.findall(r'name="subject" value="(\w+)"', found)
    assert len(chosen) == 2
    assert client.post("/persons/desk/search", {"birth_date": "1980-01-01"}).status_code == 422
    address = client.get("/persons/desk/choose", {"subject": chosen})["Location"]
    assert "440113198001010039" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    merged = client.post(address, {"reason": "同一人两个号码"}, follow=True).content.decode()
    assert "同一人两个号码" in merged
    again = client.post(address, {"reason": "再来"}, follow=True).content.decode()
    assert "没有关联的身份" in again
    undo = re.search(r'action="(/persons/desk/subject/\w+/undo/\d+)"', merged)
    assert undo is not None
    assert "已撤销合并" in client.post(undo.group(1), {"reason": "看错了"}, follow=True).content.decode()
    kept = Subject.objects.get(public_id=chosen[0])
    assert PersonLink.objects.filter(subject_id=kept.pk, end_change_id=None).count() == 1
