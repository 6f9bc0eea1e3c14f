"""Institutions open, are renamed, merge and close; what they reported keeps the institution that it names."""

from __future__ import annotations

from datetime import date

import pytest

from weijian.foundation.areas.models import Area
from weijian.foundation.changes.models import History
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.organisations.services import close_organisation, reopen_organisation
from weijian.kernel.errors import WeijianError

pytestmark = pytest.mark.django_db
DAY = date(2017, 12, 31)


def test_the_district_of_2017_has_16_streets_and_272_villages() -> None:
    valid = Area.objects.filter(valid_from__lte=DAY).exclude(valid_to__lt=DAY)
    counts = {level: valid.filter(level=level).count() for level in ("street", "village")}
    assert counts == {"street": 16, "village": 272}


def test_a_merger_closes_one_and_names_the_other() -> None:
    one, other = Organisation.objects.filter(type="hospital").order_by("code")[:2]
    with change("合并"):
        close_organisation(one, last_day=date(2018, 6, 30), successor=other)
    one.refresh_from_db()
    assert (one.valid_to, one.successor) == (date(2018, 6, 30), other)


@pytest.mark.parametrize("case", ["before it opened", "into itself"])
def test_impossible_closings_are_refused(case: str) -> None:
    one = Organisation.objects.filter(type="hospital").order_by("code").first()
    assert one is not None
    with pytest.raises(WeijianError):
        if case == "into itself":
            close_organisation(one, last_day=DAY, successor=one)
        else:
            close_organisation(one, last_day=date(1999, 1, 1))


def test_a_merger_needs_an_institution_that_is_open_the_day_after() -> None:
    one, other, third = Organisation.objects.filter(type="hospital").order_by("code")[:3]
    with change("停用"):
        close_organisation(other, last_day=date(2018, 6, 30))
    with pytest.raises(WeijianError, match=r"organisation\.merge"):
        close_organisation(one, last_day=date(2018, 6, 30), successor=other)
    with change("合并"):
        close_organisation(third, last_day=date(2018, 6, 29), successor=other)


def test_a_closing_that_was_a_mistake_is_taken_back_and_stands_in_history() -> None:
    one, other = Organisation.objects.filter(type="hospital").order_by("code")[:2]
    with change("合并"):
        close_organisation(one, last_day=date(2018, 6, 30), successor=other)
    with change("取消停用"):
        reopen_organisation(one)
    one.refresh_from_db()
    assert (one.valid_to, one.successor) == (None, None)
    earlier = History.objects.filter(table_name=Organisation._meta.db_table, row_id=one.pk).order_by("-id")[0]
    assert earlier.row["valid_to"] == "2018-06-30"
    with pytest.raises(WeijianError, match=r"organisation\.open"):
        reopen_organisation(one)
