"""Rights of administrators and high sensitivity: one person gives them, another grants them, until then nothing works."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client

from weijian.foundation.access.door import may
from weijian.foundation.access.scope import NOTHING, scope_for
from weijian.foundation.accounts import services
from weijian.foundation.accounts.grants.services import grant, refuse
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.audit.models import AuditLeaf
from weijian.foundation.changes.services import change
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.queries import owed_by
from weijian.kernel.errors import WeijianError

pytestmark = pytest.mark.django_db
PASSWORD = "spring-barley-19"


@pytest.fixture(autouse=True)
def _no_rate_yet() -> None:
    cache.clear()


def make(username: str, role: Role, sensitivity: int = 3) -> User:
    with change("新建"):
        return services.create_account(
            username=username, password=PASSWORD, role=role, full_name="", sensitivity=sensitivity
        )


@pytest.fixture
def security() -> User:
    """The security administrator, who has signed in before."""
    account = make("sec", Role.SECURITY_ADMIN)
    account.last_login = datetime(2018, 1, 2, tzinfo=UTC)
    account.save(update_fields=["last_login"])
    return account


def _sign_in(username: str) -> int:
    return Client().post("/account/login/", {"login": username, "password": PASSWORD}).status_code


def test_the_first_administrators_need_no_grant() -> None:
    assert [make(str(role), role).grant_pending for role in (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)] == [False, False]


@pytest.mark.parametrize(
    ("role", "sensitivity", "waits"),
    [
        (Role.AUDIT_ADMIN, 3, True),
        (Role.SECURITY_ADMIN, 3, True),
        (Role.SYSTEM_ADMIN, 3, True),
        (Role.AUDITOR, 3, True),
        (Role.STATISTICIAN, 3, False),
        (Role.STATISTICIAN, 4, True),
    ],
)
def test_who_waits(security: User, role: Role, sensitivity: int, waits: bool) -> None:
    account = make("new", role, sensitivity)
    assert account.grant_pending is waits
    assert owed_by(security).filter(kind=Obligation.Kind.GRANT).exists() is waits
    assert _sign_in("new") == (403 if waits else 302)


def test_a_waiting_account_can_do_and_see_nothing_even_in_an_open_session(security: User) -> None:
    account = make("new", Role.STATISTICIAN, 5)
    assert not may(account, "home.view")
    assert scope_for(account) == NOTHING
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").status_code == 403


def test_granting_opens_the_account_and_closes_the_obligation(security: User) -> None:
    account = make("new", Role.STATISTICIAN, 4)
    grant(account, by=security)
    assert _sign_in("new") == 302
    assert not owed_by(security).exists()
    leaf = AuditLeaf.objects.get(action="account.grant")
    assert (leaf.actor_name, leaf.detail["account"]) == ("sec", account.pk)


def test_refusing_locks_with_the_reason_and_new_rights_end_the_waiting(security: User) -> None:
    account = make("new", Role.AUDITOR)
    with pytest.raises(WeijianError, match=r"grant\.reason"):
        refuse(account, by=security, reason=" ")
    refuse(account, by=security, reason="不在编")
    assert "不在编" in User.objects.get(pk=account.pk).lock_reason
    assert not owed_by(security).exists()
    services.unlock(account)
    assert not may(account, "home.view"), "unlocking is no grant"
    services.move_account(account, role=Role.OFFICE, organisation=None)
    assert _sign_in("new") == 302


def test_nobody_but_another_security_administrator_grants(security: User) -> None:
    account, system = make("new", Role.SECURITY_ADMIN), make("office", Role.OFFICE)
    for by, code in ((account, "grant.self"), (system, "grant.role")):
        with pytest.raises(WeijianError, match=code.replace(".", r"\.")):
            grant(account, by=by)
    grant(account, by=security)
    with pytest.raises(WeijianError, match=r"grant\.none"):
        grant(account, by=security)


def test_taking_the_password_of_the_security_administrator_goes_round_nothing(security: User) -> None:
    services.reset_link(security)
    assert make("new", Role.AUDIT_ADMIN).grant_pending


def test_a_move_waits_only_where_it_gives_more(security: User) -> None:
    account = make("new", Role.AUDITOR, 3)
    grant(account, by=security)
    for more, waits in (({"department": "office"}, False), ({"sensitivity": 4}, True)):
        services.move_account(account, role=Role.AUDITOR, organisation=None, **more)  # type: ignore[arg-type]
        assert account.grant_pending is waits, more


def test_an_account_that_leaves_waits_no_longer(security: User) -> None:
    services.leave(make("new", Role.AUDITOR))
    assert not owed_by(security).exists()
