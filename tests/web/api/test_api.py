"""The API: every operation is shut without a token or session, and open exactly to scope ∩ role; sending works end to end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.exchange.sending import HOSPITAL, VISITS, csv_text, visits
from weijian.exchange.submissions.models import DatasetPeriod, Submission
from weijian.exchange.submissions.periods.services import expect_year
from weijian.foundation.access.policy import PERMISSIONS
from weijian.foundation.accounts.models import MachineToken, Role, User
from weijian.foundation.accounts.services import lock
from weijian.foundation.accounts.tokens.services import GRANTABLE, create_token, revoke_token, use_token
from weijian.foundation.audit.models import AuditLeaf
from weijian.foundation.changes.models import Change
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import FixedClock
from weijian.web.api.root import API

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


def operations() -> Iterator[tuple[str, str, str]]:
    """(method, address, permission) of every operation."""
    for _prefix, router in API._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                permissions = {auth.permission for auth in operation.auth_callbacks}  # type: ignore[attr-defined]
                assert len(permissions) == 1
                for method in operation.methods:
                    address = path.replace("{receipt_id}", "x").replace("{indicator_id}", "x")
                    yield method.lower(), V1 + address, permissions.pop() if permissions else ""


def person(role: Role, code: str = HOSPITAL) -> User:
    place = Organisation.objects.get(code=code)
    return User.objects.create(username=f"api-{role}-{code}", role=role, organisation=place)


def token_of(account: User, *scope: str, **given: Any) -> dict[str, str]:
    """The header of a new token."""
    _token, text = create_token(account, name="his", scope=scope or GRANTABLE, days=30, **given)
    return {"Authorization": f"Bearer {text}"}


def upload(name: str = "march.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, csv_text(visits({}, {"总费用": "-1"})).encode())


def test_every_operation_is_shut_without_a_token(client: Client) -> None:
    found = list(operations())
    assert len(found) >= 7
    for method, address, permission in found:
        assert permission in PERMISSIONS
        for header in ({}, {"Authorization": "Bearer wjt_no"}, {"Authorization": "Basic eDp5"}):
            answer = getattr(client, method)(address, headers=header)
            assert (answer.status_code, answer.json()["code"]) == (401, "token.unknown"), address
    assert client.get(f"{V1}/openapi.json").status_code == 302
    assert client.get("/api/").status_code == 302
    assert client.get(f"{V1}/").status_code == 404


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_access_is_scope_and_role_together(role: Role, client: Client, settings: Any) -> None:
    settings.DEMO = True  # the second factor has its own test
    account = person(role)
    everything, by_session = token_of(account), Client()
    by_session.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    for method, address, permission in operations():
        allowed = role in PERMISSIONS[permission].roles
        for answer in (
            getattr(client, method)(address, headers=everything),
            getattr(by_session, method)(address),
        ):
            assert (answer.status_code == 403) is not allowed, f"{role} {method} {address}: {answer.status_code}"
            assert answer.status_code != 401
    for missing in GRANTABLE:
        narrowed = token_of(account, *(one for one in GRANTABLE if one != missing))
        for method, address, permission in operations():
            if permission == missing:
                assert getattr(client, method)(address, headers=narrowed).status_code == 403


def test_a_system_sends_reads_its_receipt_and_says_zero(client: Client) -> None:
    expect_year(2017)
    header = token_of(person(Role.CLERK))
    sent = client.post(f"{V1}/submissions", {"dataset": VISITS, "period": "2017-03", "file": upload()}, headers=header)
    assert sent.status_code == 201
    receipt = sent.json()
    assert (receipt["received"], receipt["accepted"], receipt["quarantined"], receipt["institution"]) == (
        2,
        1,
        1,
        HOSPITAL,
    )
    assert client.get(f"{V1}/submissions/{receipt['id']}", headers=header).json() == receipt
    change = Change.objects.get(pk=Submission.objects.get().change_id)
    assert (change.source, change.actor_name) == ("api", "api-clerk-PY0000014")
    months = client.get(f"{V1}/periods?period=2017&dataset={VISITS}", headers=header).json()
    assert [one["state"] for one in months][:4] == ["not_sent", "not_sent", "sent", "not_sent"]
    assert months[2]["next_signature"] == "filler"
    asked = {"dataset": VISITS, "period": "2017-04"}
    zero = client.post(f"{V1}/periods/zero", asked, content_type="application/json", headers=header)
    assert (zero.status_code, zero.json()["state"]) == (200, "zero")
    again = client.post(
        f"{V1}/periods/zero", {**asked, "period": "2017-03"}, content_type="application/json", headers=header
    )
    assert (again.status_code, again.json()["code"]) == (422, "period.not_zero")


def test_another_institution_neither_sees_nor_sends_for_it(client: Client) -> None:
    expect_year(2017)
    own, other = token_of(person(Role.CLERK)), token_of(person(Role.CLERK, "PY0000022"))
    form = {"dataset": VISITS, "period": "2017-03", "institution": HOSPITAL, "file": upload()}
    receipt = client.post(f"{V1}/submissions", form, headers=own).json()
    assert client.get(f"{V1}/submissions/{receipt['id']}", headers=other).status_code == 404
    assert client.get(f"{V1}/periods?institution={HOSPITAL}", headers=other).json() == []
    refused = client.post(f"{V1}/submissions", {**form, "file": upload("b.csv")}, headers=other)
    assert (refused.status_code, refused.json()["code"]) == (422, "intake.not_yours")
    asked = {"dataset": VISITS, "period": "2017-05", "institution": HOSPITAL}
    zero = client.post(f"{V1}/periods/zero", asked, content_type="application/json", headers=other)
    assert zero.status_code == 404
    assert DatasetPeriod.objects.get(institution__code=HOSPITAL, dataset=VISITS, period="2017-05").state == "not_sent"


def test_what_is_asked_wrongly_says_where(client: Client) -> None:
    header = token_of(person(Role.CLERK))
    answer = client.post(f"{V1}/submissions", {"period": "2017-03"}, headers=header)
    assert (answer.status_code, answer.json()["code"]) == (422, "api.invalid")
    assert set(answer.json()["where"].split("、")) == {"file", "dataset"}
    unreadable = SimpleUploadedFile("x.xlsx", b"no workbook")
    answer = client.post(
        f"{V1}/submissions", {"dataset": VISITS, "period": "2017-03", "file": unreadable}, headers=header
    )
    assert answer.status_code == 422 and answer.json()["error"]["code"].startswith("intake.")


def test_a_session_that_changes_something_needs_its_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(Role.CLERK), backend="django.contrib.auth.backends.ModelBackend")
    form = {"dataset": VISITS, "period": "2017-03", "file": upload()}
    assert client.post(f"{V1}/submissions", form).status_code == 403
    assert not Submission.objects.exists()
    client.get("/submissions/send")
    secret = client.cookies["csrftoken"].value
    form = {"dataset": VISITS, "period": "2017-03", "file": upload()}
    assert client.post(f"{V1}/submissions", form, headers={"X-CSRFToken": secret}).status_code == 201


def test_a_token_ends_by_day_by_revoking_and_with_its_account() -> None:
    account = person(Role.CLERK)
    made = FixedClock(datetime(2018, 1, 1, tzinfo=UTC))
    token, text = create_token(account, name="his", scope=["datasets.view"], days=30, clock=made)
    assert use_token(text, clock=made).pk == token.pk
    late = FixedClock(datetime(2018, 2, 1, tzinfo=UTC))
    lives = [create_token(account, name="his", scope=["datasets.view"], days=30)[1] for _ in range(2)]
    revoke_token(use_token(lives[0]))
    for dead, clock in ((text, late), (lives[0], None), (text + "x", made), ("", made)):
        with pytest.raises(WeijianError) as error:
            use_token(dead, clock=clock)
        assert error.value.code == "token.unknown"
    lock(account, reason="调查")
    with pytest.raises(WeijianError):
        use_token(lives[1])


def test_more_requests_than_agreed_are_turned_away_for_a_minute(client: Client) -> None:
    minute = FixedClock(datetime(2018, 1, 1, 8, 0, 10, tzinfo=UTC))
    _token, text = create_token(
        person(Role.CLERK), name="his", scope=["datasets.view"], days=9, per_minute=2, clock=minute
    )
    for _time in range(2):
        use_token(text, clock=minute)
    with pytest.raises(WeijianError) as error:
        use_token(text, clock=minute)
    assert error.value.code == "token.rate"
    minute.advance(timedelta(minutes=1))
    assert use_token(text, clock=minute).use.count >= 1
    header = token_of(person(Role.REVIEWER), per_minute=1)
    codes = {client.get(f"{V1}/datasets", headers=header).status_code for _ in range(3)}
    assert 429 in codes and 200 in codes


def test_the_administrator_sees_a_token_once(client: Client, settings: Any) -> None:
    settings.DEMO = True
    person(Role.CLERK)
    client.force_login(person(Role.SYSTEM_ADMIN), backend="django.contrib.auth.backends.ModelBackend")
    form = {
        "account": "api-clerk-PY0000014",
        "name": "医院信息系统",
        "scope": ["datasets.submit"],
        "days": "90",
        "per_minute": "60",
    }
    refused = client.post("/manage/tokens/new", {**form, "account": "api-system_admin-PY0000014"})
    assert refused.status_code == 422 and "没有所选的权限" in refused.content.decode()
    page = client.post("/manage/tokens/new", form).content.decode()
    token = MachineToken.objects.get()
    text = page.split("data-token>")[1].split("<")[0]
    assert use_token(text).pk == token.pk
    shown = client.get("/manage/tokens/").content.decode()
    assert text not in shown and text[:8] in shown and "有效" in shown
    assert text not in str(MachineToken.objects.values()) + str(list(AuditLeaf.objects.values()))
    assert AuditLeaf.objects.get(action="account.token_create").detail["account"] == token.account_id
    assert client.post(f"/manage/tokens/{token.public_id}/revoke").status_code == 302
    assert "已撤销" in client.get("/manage/tokens/").content.decode()
    assert Client().get(f"{V1}/datasets", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_the_reference_is_drawn_from_the_schema_for_whoever_is_signed_in(client: Client) -> None:
    client.force_login(person(Role.CLERK), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/api/").content.decode()
    schema = client.get(f"{V1}/openapi.json").json()
    for path in schema["paths"]:
        assert f"<code>{path}</code>" in page
    assert "//cdn" not in page and '<script src="http' not in page


def test_an_indicator_comes_with_all_that_stands_beside_it(client: Client, small_world: int) -> None:
    header = token_of(User.objects.get(username="statistician"))
    answer = client.get(f"{V1}/indicators/disputes.total?period=2017", headers=header)
    found = answer.json()
    assert (answer.status_code, found["value"], found["final"], found["signed"]) == (200, "58", False, 0)
    assert found["owed"] > 0 and found["snapshot"] == small_world and found["definition"]
    assert client.get(f"{V1}/indicators/none.such?period=2017", headers=header).status_code == 404
    assert client.get(f"{V1}/indicators/disputes.total", headers=header).status_code == 422
    assert len(client.get(f"{V1}/indicators", headers=header).json()) >= 80
