"""Content is changed by two people, from a day on, and what was before stays known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.services import create_account
from weijian.foundation.changes.models import History
from weijian.foundation.content_editing import services
from weijian.foundation.content_editing.editable import items
from weijian.foundation.content_editing.models import ContentEdit
from weijian.foundation.content_editing.queries import number_on, value_on
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import FixedClock

AMBER = "thresholds.csv:governance.amber_share"
SMALL = "figures/suppression.csv:persons"
CLOCK = FixedClock.at_noon(date(2018, 3, 1))


@pytest.fixture
def two(db: None) -> tuple[User, User]:
    """A statistician who proposes and a director who approves."""
    return (
        create_account(username="t_one", password=None, role=Role.STATISTICIAN, full_name="甲"),
        create_account(username="t_two", password=None, role=Role.DIRECTOR, full_name="乙"),
    )


def _propose(by: User, value: str = "8", item: str = AMBER, day: date = date(2018, 4, 1)) -> ContentEdit:
    return services.propose(item, value=value, valid_from=day, source="番卫办〔2018〕1号", by=by, clock=CLOCK)


def test_the_shipped_rows_hold_until_an_edit_is_approved(two: tuple[User, User]) -> None:
    assert number_on(AMBER, date(2018, 4, 1)) == Decimal(5) and value_on(SMALL, date(2018, 4, 1)) == "5"
    edit = _propose(two[0])
    assert value_on(AMBER, date(2018, 4, 1)) == "5"
    services.approve(edit, by=two[1], clock=CLOCK)
    assert value_on(AMBER, date(2018, 3, 31)) == "5"
    assert value_on(AMBER, date(2018, 4, 1)) == "8"


def test_a_later_start_wins_and_the_former_value_still_answers_for_its_days(two: tuple[User, User]) -> None:
    services.approve(_propose(two[0], "8"), by=two[1], clock=CLOCK)
    services.approve(_propose(two[1], "6", day=date(2019, 1, 1)), by=two[0], clock=CLOCK)
    assert [value_on(AMBER, date(year, 6, 1)) for year in (2017, 2018, 2019)] == ["5", "8", "6"]


def test_nobody_approves_or_rejects_alone(two: tuple[User, User]) -> None:
    edit = _propose(two[0])
    with pytest.raises(WeijianError, match=r"content\.same_person"):
        services.approve(edit, by=two[0])
    with pytest.raises(WeijianError, match=r"content\.same_person"):
        services.reject(edit, by=two[0], note="x")
    with pytest.raises(WeijianError, match=r"content\.not_own"):
        services.withdraw(edit, by=two[1])
    services.reject(edit, by=two[1], note="没有依据", clock=CLOCK)
    with pytest.raises(WeijianError, match=r"content\.decided"):
        services.approve(edit, by=two[1])
    assert value_on(AMBER, date(2018, 4, 1)) == "5"
    assert History.objects.filter(table_name="content_editing_contentedit").count() == 1


@pytest.mark.parametrize(
    ("item", "value"),
    [(AMBER, "51"), (AMBER, "-1"), (AMBER, "many"), (AMBER, "NaN"), (SMALL, "1"), (SMALL, "4.5"), (AMBER, "5")],
)
def test_values_out_of_bounds_and_unchanged_ones_are_refused(two: tuple[User, User], item: str, value: str) -> None:
    with pytest.raises(WeijianError):
        _propose(two[0], value, item)


def test_one_proposal_at_a_time(two: tuple[User, User]) -> None:
    services.withdraw(_propose(two[0]), by=two[0], clock=CLOCK)
    _propose(two[0])
    with pytest.raises(WeijianError, match=r"content\.waiting"):
        _propose(two[1], "9")


def test_every_editable_row_states_name_source_and_a_valid_value() -> None:
    found = items(date(2017, 12, 31))
    assert {AMBER, SMALL} <= set(found)
    for item in found.values():
        assert item.row["zh"] and item.row["en"] and item.row["source"]
        assert Decimal(item.checked(item.row[item.file.column])) == Decimal(item.row[item.file.column])


def test_pages(client: Client, two: tuple[User, User]) -> None:
    address = reverse("content_item", args=[AMBER])
    client.force_login(two[0])
    assert AMBER in client.get(reverse("content_list")).content.decode()
    bad = client.post(address, {"act": "propose", "value": "99", "valid_from": "2018-04-01", "source": "文"})
    assert bad.status_code == 422 and 'value="99"' in bad.content.decode()
    client.post(address, {"act": "propose", "value": "9", "valid_from": "2018-04-01", "source": "番卫办〔2018〕1号"})
    edit = ContentEdit.objects.get()
    assert client.post(address, {"act": "approve", "edit": edit.public_id}).status_code == 422
    client.force_login(two[1])
    assert client.post(address, {"act": "approve", "edit": edit.public_id}).status_code == 302
    assert "番卫办〔2018〕1号" in client.get(address).content.decode()
    assert value_on(AMBER) == "9"
    client.force_login(create_account(username="t_aud", password=None, role=Role.AUDITOR, full_name="丙"))
    assert client.get(address).status_code == 403
