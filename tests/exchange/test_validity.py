"""Dues follow the time in which an institution exists, in the same change that opens, closes or reopens it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.exchange.sending import HOSPITAL, VISITS
from weijian.exchange.submissions.models import DatasetPeriod, Reminder
from weijian.exchange.submissions.periods.daily import begin_day
from weijian.exchange.submissions.periods.due import open_in
from weijian.exchange.submissions.periods.services import expect_year
from weijian.exchange.submissions.periods.validity.services import follow_validity
from weijian.foundation.areas.models import Area
from weijian.foundation.changes.models import History
from weijian.foundation.changes.services import change
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.organisations.services import close_organisation, open_organisation, reopen_organisation

pytestmark = pytest.mark.django_db
TODAY = date(2018, 9, 20)


def owed(institution: Organisation, dataset: str = VISITS) -> list[str]:
    found = DatasetPeriod.objects.filter(institution=institution, dataset=dataset, period__startswith="2018")
    return sorted(found.values_list("period", flat=True))


def follow(institution: Organisation) -> tuple[int, int]:
    with change("tests: follow") as row:
        return follow_validity([institution], on=TODAY, by="tests", change_id=row.pk)


@pytest.mark.parametrize(
    ("period", "opened", "closed", "there"),
    [
        ("2018-01", date(2018, 1, 31), None, True),
        ("2018-01", date(2018, 2, 1), None, False),
        ("2018-06", date(2000, 1, 1), date(2018, 6, 1), True),
        ("2018-07", date(2000, 1, 1), date(2018, 6, 30), False),
        ("2018", date(2018, 12, 31), None, True),
        ("2018", date(2019, 1, 1), None, False),
    ],
)
def test_an_institution_owes_periods_in_which_it_existed_at_some_time(
    period: str, opened: date, closed: date | None, there: bool
) -> None:
    assert open_in(Organisation(valid_from=opened, valid_to=closed), period) is there


def test_closing_withdraws_what_is_owed_after_the_last_day_and_reopening_brings_it_back() -> None:
    hospital = Organisation.objects.get(code=HOSPITAL)
    expect_year(2018)
    begin_day(TODAY)
    late = DatasetPeriod.objects.get(institution=hospital, dataset=VISITS, period="2018-08")
    late.state, late.first_sent_on = DatasetPeriod.State.SENT, date(2018, 9, 5)
    with change("tests: one month came"):
        late.save()
        close_organisation(hospital, last_day=date(2018, 6, 30))
    assert follow(hospital)[1] > 0
    assert owed(hospital) == [f"2018-{month:02d}" for month in (1, 2, 3, 4, 5, 6, 8)], "what was sent stays"
    waiting = Obligation.objects.filter(kind=Obligation.Kind.SEND, organisation=hospital, closed_on=None)
    assert not waiting.filter(subject__endswith=":2018-07").exists(), "the clerk is asked for it no longer"
    assert waiting.filter(subject__endswith=":2018-06").exists()
    kept = set(History.objects.values_list("table_name", flat=True))
    assert {DatasetPeriod._meta.db_table, Reminder._meta.db_table} <= kept, "what was withdrawn stands in history"
    assert follow(hospital) == (0, 0), "run again it changes nothing"
    with change("tests: a mistake"):
        reopen_organisation(hospital)
    follow(hospital)
    assert len(owed(hospital)) == 12


def test_a_new_institution_owes_from_its_first_month() -> None:
    expect_year(2018)
    street = Area.objects.filter(level="street").order_by("code")[0]
    with change("tests: a new hospital"):
        new = open_organisation(
            code="NEW9", zh="新医院", en="New", type="hospital", area=street, valid_from=date(2018, 10, 15)
        )
    follow(new)
    assert owed(new) == ["2018-10", "2018-11", "2018-12"]
