"""The ranking and an institution's page: who sees whom, what a file holds, and links that lead to the work."""

from __future__ import annotations

import io
import json
import re

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from weijian.foundation.accounts.models import User
from weijian.foundation.organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def expected(small_world: int) -> None:
    """What the institutions owe for 2017."""
    from weijian.exchange.submissions.periods.services import expect_year

    expect_year(2017)


def _client(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def test_the_bureau_sees_all_institutions_in_order(expected: None) -> None:
    client = _client("statistician")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get("/quality/?period=2017").content.decode()
    assert not [one["sql"] for one in queries if "encounters_" in one["sql"]], "records are never counted for a score"
    assert page.count("/quality/PY") >= 20
    by_name = client.get("/quality/?period=2017&sort=-completeness&type=hospital").content.decode()
    codes = re.findall(r"/quality/(\w+)/\?period=2017", by_name)
    assert codes and set(codes) <= set(Organisation.objects.filter(type="hospital").values_list("code", flat=True))


def test_a_clerk_sees_its_own_page_with_its_place_and_nobody_else(expected: None) -> None:
    client = _client("clerk")
    own = User.objects.get(username="clerk").organisation
    assert own is not None
    answer = client.get("/quality/?period=2017")
    assert answer.status_code == 302 and f"/quality/{own.code}/" in answer["Location"]
    page = client.get(answer["Location"]).content.decode()
    assert re.search(r"全区第 \d+ 名,共 \d+ 家", page)
    other = Organisation.objects.filter(type="hospital").exclude(pk=own.pk).first()
    assert other is not None
    assert client.get(f"/quality/{other.code}/").status_code == 404
    assert client.get(f"/quality/{other.code}/export.csv").status_code == 404


def test_work_leads_to_its_receipt_or_period(expected: None) -> None:
    client = _client("statistician")
    own = User.objects.get(username="clerk").organisation
    assert own is not None
    page = client.get(f"/quality/{own.code}/?period=2017").content.decode()
    links = set(re.findall(r'href="(/submissions/(?:receipt/\w+|\?period=[\d-]+))"', page))
    assert links
    assert {client.get(one).status_code for one in links} == {200}


def test_the_export_holds_part_and_whole(expected: None) -> None:
    client = _client("statistician")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/quality/export.xlsx?period=2017").content))
    head, first, *_rest = book.active.iter_rows(values_only=True)
    place = head.index("完整性")
    share, part, whole = first[place : place + 3]
    assert share == pytest.approx(100 * part / whole)
    assert client.get("/quality/export.pdf").status_code == 404
    assert client.get("/quality/?period=2017-13").status_code == 404


def test_who_may_not_see_quality_is_refused(expected: None) -> None:
    assert _client("doctor").get("/quality/").status_code == 403


def test_the_command_prints_one_document(expected: None, capsys: pytest.CaptureFixture[str]) -> None:
    from weijian.web.data_quality.cli import quality

    quality("2017-03", None, True)
    printed = json.loads(capsys.readouterr().out)
    assert printed["period"] == "2017-03" and printed["institutions"][0]["rank"] == 1
    assert set(printed["institutions"][0]["validity"]) == {"share", "part", "whole"}
