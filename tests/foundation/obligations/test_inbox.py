"""What is owed, by whom, as of any day: from dates at the moment of reading."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.services import create_account
from weijian.foundation.changes.services import change
from weijian.foundation.obligations.drawing import rows_of
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.queries import count_for, owed_by
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.foundation.organisations.models import Organisation

pytestmark = pytest.mark.django_db
KIND = Obligation.Kind.MEND


def _open(subject: str, on: date, **more: object) -> None:
    with change("试") as row:
        open_obligations([Owed(KIND, subject, f"事项 {subject}", on, **more)], change_id=row.id)  # type: ignore[arg-type]


def _close(subject: str, on: date) -> int:
    with change("试") as row:
        return close_obligations(KIND, [subject], on=on, by="试", change_id=row.id)


def _account(role: Role, organisation: Organisation | None = None, department: str = "") -> User:
    return create_account(
        username=f"{role}{User.objects.count()}",
        password=None,
        role=role,
        full_name="",
        organisation=organisation,
        department=department,
    )


def _titles(user: User, as_of: date | None = None) -> list[str]:
    return [one.subject for one in owed_by(user, as_of=as_of)]


def test_list_as_of_a_day_is_what_was_open_then() -> None:
    user = _account(Role.STATISTICIAN)
    _open("a", date(2018, 3, 1))
    _open("b", date(2018, 3, 10))
    assert _close("a", date(2018, 3, 5)) == 1
    assert _titles(user) == ["b"]
    assert _titles(user, date(2018, 2, 28)) == []
    assert _titles(user, date(2018, 3, 1)) == ["a"]
    assert _titles(user, date(2018, 3, 4)) == ["a"]
    assert _titles(user, date(2018, 3, 5)) == []
    assert _titles(user, date(2018, 3, 10)) == ["b"]


def test_overdue_follows_from_the_moment_of_reading() -> None:
    user = _account(Role.STATISTICIAN)
    _open("a", date(2018, 3, 1), due_at=datetime(2018, 3, 8, tzinfo=UTC))
    assert count_for(user, datetime(2018, 3, 8, tzinfo=UTC)).overdue == 0
    assert count_for(user, datetime(2018, 3, 8, 0, 0, 1, tzinfo=UTC)).overdue == 1


def test_opening_twice_keeps_the_first_clock_and_closing_allows_a_new_one() -> None:
    _open("a", date(2018, 3, 1))
    _open("a", date(2018, 3, 2))
    assert Obligation.objects.get().opened_on == date(2018, 3, 1)
    _close("a", date(2018, 3, 3))
    assert _close("a", date(2018, 3, 4)) == 0
    _open("a", date(2018, 3, 5))
    assert list(Obligation.objects.order_by("id").values_list("opened_on", "closed_on")) == [
        (date(2018, 3, 1), date(2018, 3, 3)),
        (date(2018, 3, 5), None),
    ]


def test_institution_role_and_department_all_have_to_fit() -> None:
    first, second = Organisation.objects.filter(type=Organisation.Type.HOSPITAL).order_by("id")[:2]
    _open("first", date(2018, 3, 1), organisation_id=first.pk, role="clerk")
    _open("second", date(2018, 3, 1), organisation_id=second.pk)
    _open("medical", date(2018, 3, 1), department="medical")
    _open("bureau", date(2018, 3, 1))
    assert _titles(_account(Role.CLERK, first)) == ["first"]
    assert _titles(_account(Role.REVIEWER, first)) == []
    assert _titles(_account(Role.REVIEWER, second)) == ["second"]
    assert _titles(_account(Role.DEPARTMENT, department="medical")) == ["medical", "bureau"]
    assert _titles(_account(Role.DEPARTMENT, department="finance")) == ["bureau"]
    assert _titles(_account(Role.SYSTEM_ADMIN)) == []


def test_page_home_and_head_show_the_same_number(client: Client) -> None:
    user = _account(Role.STATISTICIAN)
    _open("a", date(2018, 3, 1), due_at=datetime(2018, 3, 8, tzinfo=UTC))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/", "/inbox/", "/inbox/?on=2018-03-02"):
        text = client.get(address).content.decode()
        assert "事项 a" in text, address
        assert "逾期 1 件" in text, address
    assert "事项 a" not in client.get("/inbox/?on=2018-02-01").content.decode()
    assert client.get("/inbox/?on=nonsense").status_code == 200


def test_a_row_names_department_institution_or_role_never_a_code() -> None:
    place = Organisation.objects.filter(type="hospital").order_by("code").first()
    assert place is not None
    day = date(2018, 3, 1)
    _open("d", day, department="medical")
    _open("o", day, organisation_id=place.pk, role="clerk")
    _open("r", day, role="director")
    drawn = {row.title: row.responsible for row in rows_of(Obligation.objects.filter(title__startswith="事项 "))}
    assert drawn == {"事项 d": "医政药政科", "事项 o": place.zh, "事项 r": str(Role.DIRECTOR.label)}
