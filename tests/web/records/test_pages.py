"""The list behind a figure and the record behind the list: counts, scope, masking, audit."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
from django.http import Http404
from django.test import Client

from weijian.engines.measures.rollup import Scope
from weijian.foundation.access.scope import NOTHING, ReadScope
from weijian.foundation.accounts.models import User
from weijian.foundation.audit.models import AuditLeaf
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.queries import figure
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.time import Period
from weijian.records.persons.models import Person
from weijian.web.records import queries
from weijian.web.records.addresses import read_token, record_url
from weijian.web.records.queries import (
    NEWEST,
    Order,
    Question,
    _few_days,
    parts_of,
    record_page,
    sortable_columns,
)

pytestmark = pytest.mark.django_db

EVERYTHING, DISTRICT = ReadScope(None, 5), Scope()
VISITS = "/indicators/visits.total/records?period=2017"


def _question(measure: str, snapshot: int, reader: ReadScope = EVERYTHING, scope: Scope = DISTRICT) -> Question:
    part = parts_of(measures()[measure])[0]
    return Question(part, Period.parse("2017"), scope, reader, Snapshot.objects.get(pk=snapshot))


def test_count_and_rows_are_those_of_the_figure(small_world: int) -> None:
    asked = _question("visits.total", small_world)
    total = int(figure("visits.total", "2017").figure.numerator or 0)
    first = record_page(asked, offset=0, size=50)
    assert first.total == total == first.counted
    last = record_page(asked, offset=total - 3, size=50)
    assert len(first.rows) == 50 and len(last.rows) == 3
    assert first.rows[0]["business_date"] >= first.rows[-1]["business_date"] > last.rows[-1]["business_date"]
    assert not record_page(asked, offset=total, size=50).rows


def test_pages_put_together_are_every_row_once(small_world: int) -> None:
    asked = _question("discharges.total", small_world)
    total = record_page(asked, offset=0, size=1).total
    seen = [row["id"] for offset in range(0, total, 7) for row in record_page(asked, offset=offset, size=7).rows]
    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize("scope", [Scope(), Scope(sex="1"), Scope(age_from=60)])
def test_the_first_page_is_the_same_whether_the_last_days_are_read_alone_or_all(
    small_world: int, monkeypatch: pytest.MonkeyPatch, scope: Scope
) -> None:
    asked = _question("visits.total", small_world, scope=scope)
    looked: list[object] = []

    def few_days(partition: str, rows: int, wanted: int) -> date | None:
        looked.append(_few_days(partition, rows, wanted))
        return looked[-1]

    monkeypatch.setattr(queries, "_few_days", few_days)
    quick = [record_page(asked, offset=offset, size=5).rows for offset in (0, 5)]
    assert any(looked), "the small district has enough visits on a month's last days"
    monkeypatch.setattr(queries, "_few_days", lambda *_asked: None)
    assert quick == [record_page(asked, offset=offset, size=5).rows for offset in (0, 5)]


def test_a_reader_sees_its_institution_and_nobody_without_a_rule_sees_anything(small_world: int) -> None:
    everything = record_page(_question("visits.total", small_world), offset=0, size=200)
    one = everything.rows[0]["organisation_id"]
    own = record_page(_question("visits.total", small_world, ReadScope(frozenset({one}), 5)), offset=0, size=200)
    assert 0 < own.total < everything.total and {row["organisation_id"] for row in own.rows} == {one}
    assert (
        own.total
        == record_page(_question("visits.total", small_world, scope=Scope(organisation_id=one)), offset=0, size=1).total
    )
    assert record_page(_question("visits.total", small_world, NOTHING), offset=0, size=50).total == 0


def test_names_are_masked_and_the_reading_is_written_down(client: Client, small_world: int) -> None:
    before = AuditLeaf.objects.filter(action="read").count()
    client.force_login(User.objects.get(username="statistician"))
    page = client.get(VISITS).content.decode()
    leaf = AuditLeaf.objects.filter(action="read").order_by("-id").first()
    assert AuditLeaf.objects.filter(action="read").count() == before + 1
    assert leaf is not None and leaf.object_kind == "encounters.outpatient_visit" and 0 < len(leaf.detail["ids"]) <= 50
    assert "**" in page and "wj-watermark" in page
    names = Person.objects.exclude(name="").values_list("name", flat=True)
    assert not [name for name in names if len(name) > 2 and name in page]


def test_readers_without_the_permission_see_no_names(client: Client, small_world: int) -> None:
    before = AuditLeaf.objects.filter(action="read").count()
    client.force_login(User.objects.get(username="director"))
    page = client.get(VISITS).content.decode()
    assert "不显示" in page and "wj-watermark" not in page
    assert AuditLeaf.objects.filter(action="read").count() == before


def test_a_record_opens_with_its_history_inside_the_scope_only(client: Client, small_world: int) -> None:
    client.force_login(User.objects.get(username="statistician"))
    address = re.search(r'href="(/records/[^"]+)"', client.get(VISITS).content.decode())
    assert address is not None
    page = client.get(address.group(1))
    assert page.status_code == 200 and "收到" in page.content.decode()
    assert client.get(address.group(1)[:-2] + "xx").status_code == 404
    own = User.objects.get(username="clerk").organisation_id
    asked = _question("visits.total", small_world)
    row = next(one for one in record_page(asked, offset=0, size=500).rows if one["organisation_id"] != own)
    client.force_login(User.objects.get(username="clerk"))
    assert client.get(record_url("encounters.outpatient_visit", row["id"], row["business_date"])).status_code == 404
    client.force_login(User.objects.get(username="sysadmin"))
    assert client.get(VISITS).status_code in (302, 403)  # an administrator is first asked for a second factor


def test_addresses_cannot_be_made_up() -> None:
    address = record_url("encounters.discharge", 7, date(2017, 3, 1))
    token = address.rsplit("/", 1)[1]
    assert read_token("encounters.discharge", token) == (7, date(2017, 3, 1))
    with pytest.raises(Http404):
        read_token("encounters.outpatient_visit", token)


def test_oldest_first_is_newest_first_backwards(small_world: int) -> None:
    asked = _question("visits.total", small_world)
    total = record_page(asked, offset=0, size=1).total
    newest = [row["id"] for row in record_page(asked, offset=0, size=70, order=NEWEST).rows]
    oldest = [
        row["id"]
        for offset in range(total - 70, total, 35)
        for row in record_page(asked, offset=offset, size=35, order=Order("business_date", False)).rows
    ]
    assert newest == oldest[::-1]


def test_pages_in_the_order_of_an_amount_are_every_row_once(small_world: int) -> None:
    asked = _question("discharges.total", small_world)
    total = record_page(asked, offset=0, size=1).total
    order = Order("total_fee", True)
    rows = [
        row for offset in range(0, total, 11) for row in record_page(asked, offset=offset, size=11, order=order).rows
    ]
    assert len({row["id"] for row in rows}) == total
    fees = [row["total_fee"] for row in rows]
    assert fees == sorted(fees, reverse=True)
    with pytest.raises(ValueError, match="shows no column"):
        record_page(asked, offset=0, size=1, order=Order("row_hash", True))


def test_a_long_list_is_sorted_by_date_only(small_world: int) -> None:
    kind = _question("visits.total", small_world).kind
    assert sortable_columns(kind, 10**7) == {"visit_on"}
    short = sortable_columns(kind, 1000)
    assert {"visit_on", "total_fee"} <= short and "patient_id" not in short and "place_id" not in short


def test_a_file_holds_exactly_what_is_seen(client: Client, small_world: int) -> None:
    client.force_login(User.objects.get(username="statistician"))
    asked = "?period=2017&sort=-total_fee&cols=record,discharged_on,total_fee"
    before = AuditLeaf.objects.filter(action="export").count()
    text = client.get(f"/indicators/discharges.total/records/export.csv{asked}").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    total = int(figure("discharges.total", "2017").figure.numerator or 0)
    assert len(lines) == total + 1 and len(lines[0]) == 3
    page = client.get(f"/indicators/discharges.total/records{asked}").content.decode()
    shown = re.findall(r'<th scope="row"[^>]*><a href="/records/[^"]+">([^<]+)<', page)
    assert [line[0] for line in lines[1 : len(shown) + 1]] == [one.strip() for one in shown] and len(shown) == 50
    leaf = AuditLeaf.objects.filter(action="export").order_by("-id").first()
    assert AuditLeaf.objects.filter(action="export").count() == before + 1 and leaf is not None
    assert (leaf.detail["rows"], leaf.detail["form"], leaf.detail["measure"]) == (total, "csv", "discharges.total")
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(f"/indicators/discharges.total/records/export.xlsx{asked}").content)
    )
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == total + 1 and isinstance(rows[1][2], float)


def test_a_file_keeps_names_masked_formulas_off_and_its_limit(
    client: Client, small_world: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weijian.web.records import exporting

    monkeypatch.setattr(exporting, "EXPORT_ROWS", 7)
    monkeypatch.setattr(
        "weijian.web.records.table._source_numbers", lambda kind, rows: {one["id"]: "=1+1" for one in rows}
    )
    client.force_login(User.objects.get(username="statistician"))
    answer = client.get("/indicators/visits.total/records/export.csv?period=2017")
    assert re.search(r"first-7-of-\d+\.csv", answer["Content-Disposition"])
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(lines) == 8 and {line[0] for line in lines[1:]} == {"'=1+1"}
    assert any("**" in cell for cell in lines[1])
    reading = AuditLeaf.objects.filter(action="read").order_by("-id").first()
    assert reading is not None and len(reading.detail["ids"]) == 7
    assert client.get("/indicators/visits.total/records/export.pdf?period=2017").status_code == 404
