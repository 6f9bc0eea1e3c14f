"""The report's pages: closed to whom they do not concern, complete for each role, in both languages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from tests.reports.conftest import person
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.figures.models import Trace
from weijian.reports.annual.errors import EditConflict
from weijian.reports.annual.models import Report

BASE = "/reports/annual/2017/"
PAGES = ("/reports/", BASE, BASE + "gaps", BASE + "differences", BASE + "sections/work-2", BASE + "sections/opening",
         "/reports/measures?q=出院", "/reports/monthly/")  # fmt: skip


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_pages_open_in_both_languages(report: Report, office: User) -> None:
    client = as_user(office)
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        for page in PAGES:
            assert client.get(page).status_code == 200, (language, page)
    translation.activate("zh-hans")


@pytest.mark.parametrize("role", [Role.CLERK, Role.DOCTOR, Role.REVIEWER])
def test_other_roles_are_refused(report: Report, role: Role) -> None:
    client = as_user(person("report-other", role))
    assert {client.get(page).status_code for page in PAGES} == {403}
    assert Client().get(BASE).status_code == 302


def test_a_conflict_shows_both_texts(report: Report, office: User, medical: User) -> None:
    page = BASE + "sections/work-2"
    saved = as_user(medical).post(page, {"text": "先保存的文字。", "version": "1"})
    assert saved.status_code == 302
    answer = as_user(office).post(page, {"text": "后保存的文字。", "version": "1"})
    words = answer.content.decode()
    assert answer.status_code == 409 and "先保存的文字。" in words and "后保存的文字。" in words
    assert 'name="version" value="2"' in words


def test_of_a_conflict_only_what_differs_has_to_be_merged() -> None:
    conflict = EditConflict("一\n二\n丙", "一\n乙\n\n丙", 2, "甲")
    assert conflict.their_lines() == ["乙"]


def test_the_preview_warns_and_saves_nothing(report: Report, medical: User) -> None:
    client, page = as_user(medical), BASE + "sections/work-2/preview"
    words = client.post(page, {"text": "接诊12345人次，{{visits.not_there}}。"}).content.decode()
    assert "12345人次" in words and "visits.not_there" in words
    assert "第1行" in client.post(page, {"text": "{{visits.total|"}).content.decode()
    assert report.sections.get(key="work-2").version == 1


def test_typed_markup_stays_text(report: Report, medical: User) -> None:
    page = BASE + "sections/work-2/preview"
    words = as_user(medical).post(page, {"text": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in words and "&lt;script&gt;" in words


def test_the_printed_page_loads_nothing(report: Report, office: User) -> None:
    answer = as_user(office).get(BASE + "read")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert b'src="http' not in answer.content and b"<script" not in answer.content


def test_a_trace_code_opens_and_an_unknown_one_says_so(report: Report, office: User) -> None:
    client = as_user(office)
    for code in Trace.objects.filter(measure__in=["visits.total", "ehr.coverage"]).values_list("code", flat=True):
        assert client.get(f"/t/{code.lower()}").status_code == 200
    assert client.get("/t/ZZZZZZZZZZ").status_code == 404


def test_a_department_cannot_act_for_others(report: Report, medical: User) -> None:
    client = as_user(medical)
    client.post(BASE + "act", {"act": "cosign", "department": "disease", "reason": "我替他签"})
    client.post(BASE + "act", {"act": "approve"})
    client.post(BASE + "act", {"act": "issue"})
    report.refresh_from_db()
    assert report.state == Report.State.DRAFT and report.signatures.count() == 0
