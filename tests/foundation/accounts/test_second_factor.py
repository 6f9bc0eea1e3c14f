"""The second factor: set up at the first sign-in without typing the password twice, asked for ever after, reset by another."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.second_factor.services import reset_second_factor
from weijian.foundation.accounts.services import create_account
from weijian.foundation.audit.models import AuditLeaf
from weijian.kernel.errors import WeijianError

pytestmark = pytest.mark.django_db
PASSWORD = "spring-barley-19"


@pytest.fixture(autouse=True)
def _real(settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    cache.clear()


@pytest.fixture
def account() -> User:
    return create_account(username="sys", password=PASSWORD, role=Role.SYSTEM_ADMIN, full_name="")


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def _sign_in() -> Client:
    client = Client()
    assert client.post("/account/login/", {"login": "sys", "password": PASSWORD}).status_code == 302
    return client


def _activate(client: Client) -> str:
    page = client.get("/", follow=True)
    assert page.redirect_chain[-1][0] == "/account/2fa/totp/activate/", "the password was typed a moment ago"
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page.content.decode())
    assert secret is not None
    assert client.get("/manage/accounts/").status_code == 302, "nothing else opens before"
    assert client.post("/account/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert client.post("/account/2fa/totp/activate/", {"code": _code(secret[1])}).status_code == 302
    return secret[1]


def test_first_sign_in_then_every_sign_in(account: User) -> None:
    client = _sign_in()
    _activate(client)
    assert client.get("/manage/accounts/").status_code == 200
    again = _sign_in()
    assert again.get("/manage/accounts/").headers["Location"].startswith("/account/login/"), "half signed in is not in"
    assert again.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    codes = Authenticator.objects.get(user=account, type=Authenticator.Type.RECOVERY_CODES)
    assert again.post("/account/2fa/authenticate/", {"code": codes.wrap().get_unused_codes()[0]}).status_code == 302
    assert again.get("/manage/accounts/").status_code == 200


def test_a_lost_factor_is_taken_away_by_another_and_set_up_anew(account: User) -> None:
    client = _sign_in()
    _activate(client)
    with pytest.raises(WeijianError, match=r"factor\.self"):
        reset_second_factor(account, actor_id=account.pk)
    reset_second_factor(account, actor_id=account.pk + 1, actor_name="sec")
    assert client.get("/manage/accounts/").status_code == 302, "open sessions end"
    _activate(_sign_in())
    assert AuditLeaf.objects.filter(action="account.factor_reset", actor_name="sec").count() == 1
    Authenticator.objects.all().delete()
    with pytest.raises(WeijianError, match=r"factor\.none"):
        reset_second_factor(account)
