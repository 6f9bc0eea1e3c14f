"""Accounts join, move, leave, are locked and reset; each step ends what was open before and leaves its audit leaf."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from weijian.foundation.accounts import services
from weijian.foundation.accounts.lockout.services import note_failure
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.audit.models import AuditLeaf
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import FixedClock

pytestmark = pytest.mark.django_db
PASSWORD = "spring-barley-19"
NOW = datetime(2018, 3, 1, 1, tzinfo=UTC)

Make = Callable[..., User]


@pytest.fixture(autouse=True)
def _no_rate_yet() -> None:
    cache.clear()


@pytest.fixture
def make() -> Make:
    def made(username: str = "zhang", role: Role = Role.STATISTICIAN, **more: object) -> User:
        return services.create_account(username=username, password=PASSWORD, role=role, full_name="", **more)  # type: ignore[arg-type]

    return made


def _sign_in(client: Client, username: str, password: str) -> int:
    return client.post("/account/login/", {"login": username, "password": password}).status_code


def test_a_hospital_behind_one_address_signs_in_at_eight(make: Make) -> None:
    make()
    assert {_sign_in(Client(), "zhang", PASSWORD) for _ in range(60)} == {302}


def test_fifth_wrong_password_locks_even_against_the_right_one(make: Make, client: Client) -> None:
    account = make()
    for _ in range(5):
        assert _sign_in(client, "zhang", "wrong") == 200
    account.refresh_from_db()
    assert account.failed_logins == 5
    assert account.is_locked(datetime.now(UTC))
    response = client.post("/account/login/", {"login": "zhang", "password": PASSWORD})
    assert response.status_code == 200
    assert "锁定" in response.content.decode()
    assert AuditLeaf.objects.filter(action="login.locked", actor_id=account.pk).count() == 1


def test_lock_ends_by_itself_and_the_count_begins_anew(make: Make) -> None:
    make()
    for _ in range(5):
        note_failure("zhang", clock=FixedClock(NOW))
    account = User.objects.get(username="zhang")
    assert account.is_locked(NOW + timedelta(minutes=29))
    assert not account.is_locked(NOW + timedelta(minutes=30))
    note_failure("zhang", clock=FixedClock(NOW + timedelta(minutes=31)))
    account.refresh_from_db()
    assert (account.failed_logins, account.locked_at) == (1, None)


def test_wrong_passwords_are_forgotten_at_success(make: Make, client: Client) -> None:
    make()
    _sign_in(client, "zhang", "wrong")
    assert _sign_in(client, "zhang", PASSWORD) == 302
    account = User.objects.get(username="zhang")
    assert account.failed_logins == 0
    assert AuditLeaf.objects.filter(action="login", actor_id=account.pk).exists()


def test_typed_name_that_is_no_account_is_not_kept() -> None:
    note_failure("my-password-by-mistake")
    leaf = AuditLeaf.objects.filter(action="login.unknown").get()
    assert "my-password" not in str(leaf.detail) + leaf.actor_name + leaf.object_kind


def test_one_time_link_sets_a_password_once(make: Make, client: Client) -> None:
    account = make()
    old = services.reset_link(account)
    link = services.reset_link(User.objects.get(pk=account.pk))
    assert _sign_in(client, "zhang", PASSWORD) == 200, "the old password is gone"
    assert "一次性链接已用过" in client.get(old, follow=True).content.decode(), "a newer link ends the older"
    form = client.get(link, follow=True)
    new = "autumn-millet-27"
    answer = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert answer.status_code == 302
    assert _sign_in(client, "zhang", new) == 302
    assert "一次性链接已用过" in Client().get(link, follow=True).content.decode()


def test_lock_and_leave_end_open_sessions(make: Make, client: Client) -> None:
    account = make()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").status_code == 200
    services.lock(account, reason="离岗")
    assert client.get("/").status_code == 302
    services.unlock(account)
    assert _sign_in(client, "zhang", PASSWORD) == 302
    services.leave(account)
    assert client.get("/").status_code == 302
    assert _sign_in(client, "zhang", PASSWORD) == 200
    with pytest.raises(WeijianError, match=r"account\.left"):
        services.reset_link(account)


def test_move_needs_an_institution_for_an_institutions_role(make: Make) -> None:
    account = make()
    with pytest.raises(WeijianError, match=r"account\.organisation"):
        services.move_account(account, role=Role.CLERK, organisation=None)
    hospital = Organisation.objects.filter(type=Organisation.Type.HOSPITAL).first()
    services.move_account(account, role=Role.CLERK, organisation=hospital)
    leaf = AuditLeaf.objects.filter(action="account.move").get()
    assert leaf.detail["before"]["role"] == "statistician"
    assert leaf.detail["after"]["role"] == "clerk"


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_the_last_one_who_makes_or_grants_accounts_stays(make: Make, role: Role) -> None:
    first = make("first", role)
    with pytest.raises(WeijianError, match=r"account\.last"):
        services.leave(first)
    with pytest.raises(WeijianError, match=r"account\.last"):
        services.move_account(first, role=Role.OFFICE, organisation=None)
    make("second", role)
    services.leave(first)


def test_nobody_locks_or_ends_the_own_account(make: Make) -> None:
    account = make()
    for act in (
        lambda: services.leave(account, actor_id=account.pk),
        lambda: services.lock(account, reason="x", actor_id=account.pk),
    ):
        with pytest.raises(WeijianError, match=r"account\.self"):
            act()


def test_sign_up_is_closed(client: Client) -> None:
    response = client.post("/account/signup/", {"username": "mallory", "password1": PASSWORD, "password2": PASSWORD})
    assert response.status_code in (200, 302, 403)
    assert not User.objects.filter(username="mallory").exists()


def test_password_of_another_must_be_changed_first(make: Make, client: Client) -> None:
    account = make(must_change_password=True)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").headers["Location"] == "/account/password/change/"
    new = "autumn-millet-27"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    account.refresh_from_db()
    assert not account.must_change_password
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_administrators_need_a_second_factor_in_a_real_installation(
    make: Make, client: Client, role: Role, settings: object
) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    client.force_login(make(role=role), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").headers["Location"] == "/account/2fa/totp/activate/"
    settings.DEMO = True  # type: ignore[attr-defined]
    assert client.get("/").status_code == 200
