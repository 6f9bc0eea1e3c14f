"""Locking a month on a page, and the reasons why its figures changed since."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from weijian.foundation.accounts.models import User
from weijian.foundation.figures.locks import FigureChange, RecordChanges
from weijian.foundation.figures.models import MonthLock
from weijian.foundation.jobs.running import run_waiting
from weijian.foundation.sign_off.owed import Unsigned, unsigned
from weijian.foundation.snapshots.models import Snapshot
from weijian.web.month_lock.pages import changes_table, reasons


def _change(**given: object) -> FigureChange:
    values: dict[str, object] = {
        "measure": "visits.total",
        "area_id": None,
        "organisation_id": None,
        "locked": Decimal(100),
        "now": Decimal(103),
        "definition_changed": False,
        "records": (),
    }
    return FigureChange(**(values | given))  # type: ignore[arg-type]


def _reasons(waiting: list[Unsigned]) -> dict[str, str]:
    return {f"reason-{one.institution_id}": "系统试运行" for one in waiting}


def test_reasons_name_late_corrected_withdrawn_and_definitions() -> None:
    records = (RecordChanges("encounters.outpatient_visit", 3, 1, 0),)
    assert reasons(_change(records=records)) == ["门急诊就诊: 迟报3条、更正1条"]
    assert reasons(_change(definition_changed=True)) == ["定义已更改"]
    assert reasons(_change(records=(RecordChanges("encounters.outpatient_visit", 0, 0, 2),)))[0].endswith("撤销2条")
    assert reasons(_change()) == ["人口、机构或其他期间的数据有变化"]


@pytest.mark.django_db
def test_the_table_shows_both_values_and_their_difference() -> None:
    table = changes_table("2017-03", "district", [_change(), _change(now=None)], RequestFactory().get("/"))
    first, second = table.rows
    assert [cell.value for cell in first.cells[2:5]] == [100, 103, 3]  # type: ignore[attr-defined]
    assert second.cells[3].value is None and second.cells[4].value is None  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_statistician_locks_a_month_once(client: Client, small_world: int) -> None:
    client.force_login(User.objects.get(username="director"))
    assert client.get(reverse("month_lock_confirm", args=["2017-03"])).status_code == 403
    client.force_login(User.objects.get(username="statistician"))
    assert client.get(reverse("month_lock_confirm", args=["2031-01"])).status_code == 404
    assert client.get(reverse("month_lock", args=["2017-03"])).status_code == 404
    address = reverse("month_lock_confirm", args=["2017-03"])
    waiting = unsigned(["2017-03"])
    assert waiting and client.post(address).status_code == 409
    page = client.get(address).content.decode()
    assert all(f'name="reason-{one.institution_id}"' in page for one in waiting)
    asked = client.post(address, _reasons(waiting))
    assert asked.status_code == 302 and asked["Location"].startswith("/jobs/")
    assert not MonthLock.objects.filter(month="2017-03").exists()  # nothing is published inside the request
    assert run_waiting() == 1
    assert "2017-03 已锁定于快照" in client.get(asked["Location"]).content.decode()
    lock = MonthLock.objects.get(month="2017-03")
    assert Snapshot.objects.get(pk=lock.snapshot_id).pinned
    assert client.post(address, _reasons(waiting)).status_code == 409
    assert "锁定后没有变动" in client.get(reverse("month_lock", args=["2017-03"])).content.decode()
    assert "已锁定" in client.get(reverse("month_locks")).content.decode()
