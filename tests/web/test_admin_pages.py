"""The administrators' pages: each opens to its own administrator, does what its buttons say, and shows no
health record."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.services import create_account
from weijian.foundation.areas.models import Area
from weijian.foundation.audit.models import AuditLeaf
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.time import china_working_days
from weijian.web.admin_pages.health import checks

pytestmark = pytest.mark.django_db
LAST_ANNOUNCED = china_working_days().announced_years[-1]


@pytest.fixture(autouse=True)
def _demo(settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined] # the second factor has its own test
    cache.clear()


def _as(role: Role) -> Client:
    account = create_account(username=f"the-{role}", password=None, role=role, full_name="")
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_system_administrator_makes_an_account_and_hands_over_its_link() -> None:
    client = _as(Role.SYSTEM_ADMIN)
    assert client.get("/manage/accounts/").status_code == 200
    page = client.post(
        "/manage/accounts/new",
        {
            "username": "li",
            "full_name": "李",
            "role": "statistician",
            "organisation": "",
            "department": "",
            "sensitivity": "3",
        },
    )
    link = re.search(r"<code>(http[^<]+)</code>", page.content.decode())
    assert link, page.content.decode()[:2000]
    assert Client().get(link.group(1), follow=True).status_code == 200
    account = User.objects.get(username="li")
    assert not account.has_usable_password()
    assert AuditLeaf.objects.filter(action="account.join", actor_name=f"the-{Role.SYSTEM_ADMIN}").exists()


def test_system_administrator_locks_unlocks_moves_and_ends_an_account() -> None:
    client = _as(Role.SYSTEM_ADMIN)
    account = create_account(username="li", password="spring-barley-19", role=Role.OFFICE, full_name="")
    address = f"/manage/accounts/{account.pk}/"
    for act, check in (
        ({"act": "lock", "reason": "离岗"}, lambda: User.objects.get(pk=account.pk).lock_reason == "离岗"),
        ({"act": "unlock"}, lambda: User.objects.get(pk=account.pk).locked_at is None),
        (
            {
                "act": "move",
                "role": "department",
                "organisation": "",
                "department": "medical",
                "sensitivity": "2",
            },
            lambda: User.objects.get(pk=account.pk).department == "medical",
        ),
        ({"act": "leave"}, lambda: not User.objects.get(pk=account.pk).is_active),
    ):
        assert client.post(address, act).status_code == 302, act
        assert check(), act
        assert client.get(address).status_code == 200
    assert "注销" in client.post(address, {"act": "reset"}).content.decode()


def test_wrong_institution_code_is_said_on_the_page() -> None:
    client = _as(Role.SYSTEM_ADMIN)
    page = client.post(
        "/manage/accounts/new",
        {"username": "li", "full_name": "李", "role": "clerk", "organisation": "NOWHERE", "sensitivity": "3"},
    )
    assert "没有这个机构代码" in page.content.decode()
    page = client.post(
        "/manage/accounts/new",
        {"username": "li", "full_name": "李", "role": "clerk", "organisation": "", "sensitivity": "3"},
    )
    assert "需要所属机构" in page.content.decode()
    assert not User.objects.filter(username="li").exists()


def test_security_administrator_reads_policy_and_roles() -> None:
    text = _as(Role.SECURITY_ADMIN).get("/manage/policy/").content.decode()
    assert "不看健康数据" in text
    assert "accounts.manage" in text


def test_audit_administrator_verifies(settings: object, tmp_path: object) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    client = _as(Role.AUDIT_ADMIN)
    assert client.get("/manage/audit/?action=login").status_code == 200
    assert client.post("/manage/audit/").status_code == 200


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_three_administrators_are_apart(role: Role) -> None:
    client = _as(role)
    own = {
        Role.SYSTEM_ADMIN: "/manage/accounts/",
        Role.SECURITY_ADMIN: "/manage/policy/",
        Role.AUDIT_ADMIN: "/manage/audit/",
    }
    for owner, address in own.items():
        assert client.get(address).status_code == (200 if owner is role else 403), address


def test_health_says_that_no_backup_was_made_and_then_that_one_was() -> None:
    client = _as(Role.SYSTEM_ADMIN)
    assert "从未备份" in client.get("/manage/health/").content.decode()
    with change("备份", action="backup", detail={"bytes": 5_000_000}):
        pass
    text = client.get("/manage/health/").content.decode()
    assert "从未备份" not in text
    assert "5.0 MB" in text
    assert "PostgreSQL" in text


def test_institution_opens_is_renamed_and_merges_with_history() -> None:
    client = _as(Role.SYSTEM_ADMIN)
    area = Area.objects.filter(level=Area.Level.STREET, valid_to=None).first()
    assert area is not None
    made = {
        "code": "NEW1",
        "zh": "新门诊部",
        "en": "",
        "type": "clinic",
        "area": area.pk,
        "valid_from": "2017-02-01",
    }
    assert client.post("/manage/organisations/new", made).status_code == 302
    assert "已使用" in client.post("/manage/organisations/new", made).content.decode()
    address = "/manage/organisations/NEW1/"
    assert client.post(address, {"act": "rename", "zh": "改名门诊部", "en": "", "day": "2017-05-01"}).status_code == 302
    other = Organisation.objects.exclude(code="NEW1").order_by("code").first()
    assert other is not None
    early = client.post(address, {"act": "close", "last_day": "2016-12-31", "successor": other.code})
    assert "早于" in early.content.decode()
    assert client.post(address, {"act": "close", "last_day": "2017-12-31", "successor": other.code}).status_code == 302
    one = Organisation.objects.get(code="NEW1")
    assert (one.zh, one.former_zh, one.successor) == ("改名门诊部", "新门诊部", other)
    text = client.get(address).content.decode()
    assert "机构合并 NEW1" in text
    assert "之前:新门诊部" in text
    assert client.get("/manage/organisations/?q=NEW1").status_code == 200


def test_a_list_of_accounts_is_imported_on_the_page() -> None:
    client = _as(Role.SYSTEM_ADMIN)
    assert client.get("/manage/accounts/import").status_code == 200
    assert "账号,姓名,角色" in client.get("/manage/accounts/template.csv").content.decode()
    bad = SimpleUploadedFile("list.csv", "账号,姓名,角色\nli,李,厨师\n".encode())
    assert "第2行" in client.post("/manage/accounts/import", {"file": bad}).content.decode()
    good = SimpleUploadedFile("list.csv", "账号,姓名,角色\nli,李,office\nwang,王,局领导\n".encode())
    text = client.post("/manage/accounts/import", {"file": good}).content.decode()
    assert len(re.findall(r"http://testserver/account/password/reset/key/", text)) == 2
    assert set(User.objects.filter(username__in=["li", "wang"]).values_list("role", flat=True)) == {
        "office",
        "director",
    }


def test_security_administrator_grants_refuses_and_takes_a_lost_factor() -> None:
    client = _as(Role.SECURITY_ADMIN)
    with change("新建"):
        waiting = create_account(username="aud", password="spring-barley-19", role=Role.AUDITOR, full_name="")
        other = create_account(username="aud2", password="spring-barley-19", role=Role.AUDITOR, full_name="")
    assert "aud2" in client.get("/").content.decode(), "the home names who waits"
    assert "aud2" in client.get("/manage/policy/").content.decode()
    address = f"/manage/policy/grants/{waiting.pk}/"
    assert "查看记录" in client.get(address).content.decode(), "what would be granted is listed"
    assert client.post(address, {"act": "grant"}).status_code == 302
    assert client.post(f"/manage/policy/grants/{other.pk}/", {"act": "refuse", "reason": ""}).status_code == 200
    assert client.post(f"/manage/policy/grants/{other.pk}/", {"act": "refuse", "reason": "不在编"}).status_code == 302
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (waiting.grant_pending, other.lock_reason) == (False, "不予授权:不在编")
    answer = client.post("/manage/policy/second-factor", {"username": "aud"}, follow=True)
    assert "没有启用两步验证" in answer.content.decode()
    assert _as(Role.STATISTICIAN).get(address).status_code == 403


@pytest.mark.parametrize(
    ("day", "level"),
    [(datetime(2018, 6, 1, tzinfo=UTC), "good"), (datetime(2018, 12, 5, tzinfo=UTC), "good"),
     (datetime(LAST_ANNOUNCED, 11, 5, tzinfo=UTC), "good"), (datetime(LAST_ANNOUNCED, 12, 5, tzinfo=UTC), "warn"),
     (datetime(LAST_ANNOUNCED + 1, 1, 5, tzinfo=UTC), "bad")],
)  # fmt: skip
def test_health_warns_beyond_the_announced_working_days(day: datetime, level: str) -> None:
    found = {one.id: one for one in checks(day)}["working_days"]
    assert (found.level, bool(found.remedy)) == (level, level != "good")
