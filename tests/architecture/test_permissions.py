"""Every address stands in the policy: who is not signed in is sent to sign-in, and no view is open by accident."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from weijian.foundation.access.door import OPEN_MODULES
from weijian.foundation.access.policy import PERMISSIONS


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern), one


def test_every_view_has_a_permission() -> None:
    found = []
    for address, pattern in _patterns(get_resolver()):
        view = pattern.callback
        module = getattr(getattr(view, "view_class", None), "__module__", "") or view.__module__
        if module.startswith(OPEN_MODULES) or getattr(view, "opened_to_all", False):
            continue
        if getattr(view, "guards_itself", False):
            continue  # operations of the API: tests/web/api holds each of them shut
        if getattr(view, "permission", None) not in PERMISSIONS:
            found.append(f"{address} ({module})")
    assert found == [], "guard these views with @page('…')"


@pytest.mark.django_db
def test_whoever_is_not_signed_in_is_sent_to_sign_in() -> None:
    client = Client()
    for address, pattern in _patterns(get_resolver()):
        if "<" in address or getattr(pattern.callback, "permission", None) is None:
            continue
        response = client.get(f"/{address}")
        assert response.status_code in (302, 401, 403, 405), f"/{address} answered {response.status_code}"
