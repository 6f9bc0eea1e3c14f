"""The report's people and its draft over the small world's snapshot."""

from __future__ import annotations

import pytest

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.snapshots.models import Snapshot


@pytest.fixture
def snapshot(db: None, small_world: int) -> Snapshot:
    return Snapshot.objects.get(pk=small_world)


@pytest.fixture
def report(snapshot: Snapshot):  # type: ignore[no-untyped-def]
    from weijian.reports.annual.services import make_annual_report

    return make_annual_report(2017, snapshot)


def person(username: str, role: Role, department: str = "") -> User:
    return User.objects.create(username=username, full_name=username, role=role, department=department)


@pytest.fixture
def office(db: None) -> User:
    return person("report-office", Role.OFFICE, "office")


@pytest.fixture
def medical(db: None) -> User:
    return person("report-medical", Role.DEPARTMENT, "medical")


@pytest.fixture
def director(db: None) -> User:
    return person("report-director", Role.DIRECTOR)
