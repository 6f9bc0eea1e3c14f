"""The list behind a figure and the record behind the list: counts, scope, masking, audit."""

from __future__ import annotations

import re
from datetime import date

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
from weijian.web.records.addresses import read_token, record_url
from weijian.web.records.queries import Question, parts_of, record_page

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
