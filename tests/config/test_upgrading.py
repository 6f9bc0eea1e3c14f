"""A program that is newer than its database is not served."""

from __future__ import annotations

import pytest
from django.db import connection

from weijian.config.upgrading import pending_migrations, refuse_outdated
from weijian.kernel.errors import WeijianError

pytestmark = pytest.mark.django_db


def test_a_database_of_this_version_is_served() -> None:
    assert pending_migrations() == []
    refuse_outdated()


def test_a_database_of_an_earlier_version_is_refused_with_the_remedy() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'persons' AND name = '0005_decisions'")
    assert pending_migrations() == ["persons.0005_decisions"]
    with pytest.raises(WeijianError) as caught:
        refuse_outdated()
    assert caught.value.code == "installation.outdated"
    assert "weijian upgrade" in caught.value.fix
