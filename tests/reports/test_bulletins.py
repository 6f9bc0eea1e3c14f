"""A bulletin that is handed out stays as it is; what changes later is listed, marked, and issued as a correction."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from weijian.engines.documents.freeze import FrozenDocument
from weijian.foundation.accounts.models import User
from weijian.foundation.sign_off.queries import uses_without_signature
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError
from weijian.reports.bulletins import services
from weijian.reports.bulletins.making import make_bulletin, month_of
from weijian.reports.bulletins.models import IssuedBulletin
from weijian.reports.bulletins.queries import last_edition, rerun
from weijian.reports.bulletins.services import issue_bulletin

JUNE = month_of("2017-06")
UNSIGNED = "示范数据未签核"


def code_of(error: pytest.ExceptionInfo[WeijianError]) -> str:
    return error.value.code


@pytest.fixture
def issued(snapshot: Snapshot, office: User) -> IssuedBulletin:
    return issue_bulletin(JUNE, snapshot, actor=office, reason=UNSIGNED)


def test_issuing_freezes_every_figure_and_pins_the_snapshot(issued: IssuedBulletin, snapshot: Snapshot) -> None:
    assert (issued.edition, issued.frozen_sha256) == (1, FrozenDocument(issued.frozen).fingerprint)
    assert Snapshot.objects.get(pk=snapshot.pk).pinned
    assert uses_without_signature("bulletin:2017-06")
    again = rerun(issued, make_bulletin(JUNE, snapshot))
    assert again.differences == [] and again.sentences == []


def test_unsigned_data_need_a_reason_and_others_may_not_issue(snapshot: Snapshot, office: User, medical: User) -> None:
    with pytest.raises(WeijianError) as error:
        issue_bulletin(JUNE, snapshot, actor=office)
    assert code_of(error) == "report.unsigned"
    with pytest.raises(WeijianError) as error:
        issue_bulletin(JUNE, snapshot, actor=medical, reason=UNSIGNED)
    assert code_of(error) == "report.not_yours"
    assert not IssuedBulletin.objects.exists()


def test_a_changed_figure_is_listed_marks_its_sentence_and_asks_for_a_correction(
    issued: IssuedBulletin, snapshot: Snapshot, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WeijianError) as error:
        issue_bulletin(JUNE, snapshot, actor=office, reason="重印")
    assert code_of(error) == "report.nothing_changed"

    now = make_bulletin(JUNE, snapshot)
    reference = next(
        one for one, figure in now.figures.items() if str(figure.key).startswith("births.resident@2017-06,")
    )
    figure = now.figures[reference]
    assert figure.value.value is not None
    more = replace(figure, value=replace(figure.value, value=figure.value.value + Decimal(1)), text="变了")
    changed = replace(now, figures=dict(now.figures) | {reference: more})
    again = rerun(issued, changed)
    assert [str(one.key) for one in again.differences] == [str(figure.key)]
    assert [pair[1].text for one in again.sentences for pair in one.changes] == ["变了"]

    monkeypatch.setattr(services, "make_bulletin", lambda _month, _snapshot: changed)
    with pytest.raises(WeijianError) as error:
        issue_bulletin(JUNE, snapshot, actor=office)
    assert code_of(error) == "report.note_missing"
    assert issue_bulletin(JUNE, snapshot, actor=office, reason="迟报出生1例").edition == 2
    assert last_edition(JUNE) != issued and IssuedBulletin.objects.get(edition=1).frozen == issued.frozen


def test_the_pages_show_edition_and_act_in_both_languages(issued: IssuedBulletin, office: User, medical: User) -> None:
    browser = Client()
    browser.force_login(office)
    for language, words in (("zh-hans", "已印发第 1 版"), ("en", "Issued, edition 1")):
        for address in ("/reports/monthly/", "/reports/monthly/2017-06/issue"):
            assert words in browser.get(address, headers={"accept-language": language}).content.decode()
    assert "印发统计月报" in browser.get("/reports/monthly/2017-05/issue").content.decode()
    answer = browser.post("/reports/monthly/2017-05/issue", {"reason": UNSIGNED}, follow=True)
    assert "已印发第 1 版" in answer.content.decode()
    browser.force_login(medical)
    browser.post("/reports/monthly/2017-04/issue", {"reason": UNSIGNED})
    assert not IssuedBulletin.objects.filter(month="2017-04").exists()
    assert "印发统计月报" not in browser.get("/reports/monthly/2017-04/issue").content.decode()
