"""Every address × every role, against the policy table: open to those who have its permission, closed to all others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from weijian.foundation.access.door import OPEN_MODULES, ClosedUnlessOpened, may
from weijian.foundation.access.policy import PERMISSIONS, REACH, Reach
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.services import create_account
from weijian.foundation.organisations.models import Organisation

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)

#: Permissions whose pages show or change health records, or figures and reports made of them.
HEALTH_DATA = ("datasets.", "quality.", "persons.", "records.", "indicators.", "adhoc.", "reports.", "plan.")


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern), one


def _guarded() -> list[tuple[str, URLPattern]]:
    return [(address, one) for address, one in _patterns(get_resolver()) if getattr(one.callback, "permission", None)]


@pytest.fixture
def user(db: None, settings: object, request: pytest.FixtureRequest) -> User:
    settings.DEMO = True  # type: ignore[attr-defined] # the second factor has its own test
    place = Organisation.objects.filter(type=Organisation.Type.HOSPITAL).first()
    return create_account(username="u", password=None, role=request.param, full_name="", organisation=place)


@pytest.mark.parametrize("user", list(Role), indirect=True, ids=str)
def test_who_lacks_the_permission_is_refused_before_the_view_runs(user: User) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    refused = 0
    for address, pattern in _guarded():
        permission = pattern.callback.permission  # type: ignore[union-attr]
        allowed = Role(user.role) in PERMISSIONS[permission].roles
        assert may(user, permission) is allowed
        if allowed:
            continue
        # Every parameter gets some value of its converter: the door stands before the look-up.
        path = "/" + _filled(pattern, address)
        for method in (client.get, client.post):
            assert method(path).status_code == 403, f"{user.role} {path}"
        refused += 1
    assert refused or all(Role(user.role) in PERMISSIONS[p.callback.permission].roles for _a, p in _guarded())  # type: ignore[union-attr]


@pytest.mark.parametrize("user", list(Role), indirect=True, ids=str)
def test_home_of_each_role_opens_in_a_new_installation(user: User) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").status_code == 200


def _filled(pattern: URLPattern, address: str) -> str:
    values = {
        "int": "1",
        "str": "x",
        "slug": "x",
        "path": "x",
        "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
    }
    filled = address
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            filled = filled.replace(written, values.get(kind, "x"))
    return filled


@pytest.mark.parametrize("role", ADMINISTRATORS, ids=str)
def test_administrators_reach_no_health_data(role: Role) -> None:
    held = {one.id for one in PERMISSIONS.values() if role in one.roles}
    assert not [one for one in held if one.startswith(HEALTH_DATA)]
    assert REACH[role] is Reach.NONE


def test_administrators_share_no_duty() -> None:
    shared = {"home.view", "account.own"}
    held = [{one.id for one in PERMISSIONS.values() if role in one.roles} - shared for role in ADMINISTRATORS]
    assert all(held)
    assert not held[0] & held[1]
    assert not held[0] & held[2]
    assert not held[1] & held[2]


def test_view_without_a_permission_is_refused() -> None:
    from django.core.exceptions import PermissionDenied
    from django.http import HttpRequest, HttpResponse

    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert not forgotten.__module__.startswith(OPEN_MODULES)
    with pytest.raises(PermissionDenied):
        ClosedUnlessOpened(lambda request: HttpResponse()).process_view(HttpRequest(), forgotten, (), {})
