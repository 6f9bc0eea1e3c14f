"""Nothing is changed without saying who and why, and the row as it stood before is kept."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from weijian.foundation.areas.models import Area
from weijian.foundation.changes.models import Change, History
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.organisations.services import rename_organisation

pytestmark = pytest.mark.django_db


def any_hospital() -> Organisation:
    return Organisation.objects.filter(type=Organisation.Type.HOSPITAL).order_by("code").first()  # type: ignore[return-value]


def test_an_update_without_a_change_is_refused() -> None:
    hospital = any_hospital()
    with (
        pytest.raises((InternalError, ProgrammingError, IntegrityError), match="without a change context"),
        transaction.atomic(),
    ):
        Organisation.objects.filter(pk=hospital.pk).update(zh="别的名字")


def test_the_former_row_stands_in_history_with_its_change() -> None:
    hospital = any_hospital()
    before = hospital.zh
    with change("更名", actor_name="测试员") as row:
        rename_organisation(hospital, zh="新名医院", en="New Name Hospital")
    kept = History.objects.get(table_name="organisations_organisation", row_id=hospital.pk, change_id=row.pk)
    assert (kept.operation, kept.row["zh"]) == ("UPDATE", before)
    assert Change.objects.get(pk=row.pk).reason == "更名"


def test_what_fails_leaves_neither_row_nor_change() -> None:
    count = Change.objects.count()
    with pytest.raises(ZeroDivisionError), change("会失败"):
        Area.objects.filter(level="province").update(zh="改名省")
        raise ZeroDivisionError
    assert Change.objects.count() == count
    assert not Area.objects.filter(zh="改名省").exists()


def test_a_change_inside_a_change_ends_with_the_outer_one_in_force() -> None:
    with change("外层") as outer, connection.cursor() as cursor:
        with change("内层") as inner:
            cursor.execute("SELECT current_setting('weijian.change_id')")
            assert cursor.fetchone()[0] == str(inner.pk)
        cursor.execute("SELECT current_setting('weijian.change_id')")
        assert cursor.fetchone()[0] == str(outer.pk)
