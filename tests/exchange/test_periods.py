"""What an institution owes for a month: zero is said, three people sign in order, a return asks for all of it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange.sending import HOSPITAL, RECEIVED, VISITS, csv_text, visits
from weijian.exchange.submissions.models import DatasetPeriod, Reminder
from weijian.exchange.submissions.periods.services import expect_year, remind, report_zero, return_period, sign
from weijian.exchange.submissions.recognition import Arrival
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital() -> Organisation:
    return Organisation.objects.get(code=HOSPITAL)


def person(role: Role, hospital: Organisation) -> User:
    """An account of the hospital with a role."""
    return User.objects.create(username=f"{role}-{User.objects.count()}", role=role, organisation=hospital)


def sent(folder: Path, hospital: Organisation, *changes: dict[str, str]) -> DatasetPeriod:
    """March's visits sent in."""
    path = folder / "march.csv"
    path.write_text(csv_text(visits(*changes)), encoding="utf-8")
    ingest_files([Arrival(path, VISITS, hospital, "2017-03", RECEIVED)])
    return DatasetPeriod.objects.get(dataset=VISITS, institution=hospital, period="2017-03")


def test_what_is_owed_follows_from_type_and_frequency(hospital: Organisation) -> None:
    expect_year(2017)
    owed = DatasetPeriod.objects.filter(institution=hospital, dataset=VISITS).order_by("period")
    assert [one.period for one in owed] == [f"2017-{month:02d}" for month in range(1, 13)]
    assert [str(owed[0].due_on), str(owed[11].due_on)] == ["2017-02-10", "2018-01-10"]
    assert not DatasetPeriod.objects.filter(institution__type="statistics_office", dataset=VISITS).exists()
    assert expect_year(2017) == DatasetPeriod.objects.count()


def test_three_sign_in_order_and_a_change_asks_again(tmp_path: Path, hospital: Organisation) -> None:
    clerk, reviewer, head = (person(role, hospital) for role in (Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE))
    owed = sent(tmp_path, hospital, {})
    with pytest.raises(WeijianError, match="现在应由填报人签核"):
        sign(owed, head)
    for user in (clerk, reviewer, head):
        owed = sign(owed, user)
    assert owed.state == DatasetPeriod.State.SIGNED
    owed = sent(tmp_path, hospital, {"总费用": "150"})
    assert (owed.state, owed.next_step()) == ("sent", "filler")


def test_zero_is_said_and_refused_where_rows_are(tmp_path: Path, hospital: Organisation) -> None:
    clerk = person(Role.CLERK, hospital)
    expect_year(2017)
    april = DatasetPeriod.objects.get(dataset=VISITS, institution=hospital, period="2017-04")
    assert report_zero(april, clerk).zero
    with pytest.raises(WeijianError, match="不能作零报告"):
        report_zero(sent(tmp_path, hospital, {}), clerk)


def test_a_return_has_a_reason_and_drops_signatures(tmp_path: Path, hospital: Organisation) -> None:
    statistician = person(Role.STATISTICIAN, hospital)
    owed = sign(sent(tmp_path, hospital, {}), person(Role.CLERK, hospital))
    with pytest.raises(WeijianError, match="退回须写明原因"):
        return_period(owed, statistician, "  ")
    owed = return_period(owed, statistician, "缺急诊")
    assert (owed.state, owed.return_reason, owed.filler_at) == ("returned", "缺急诊", None)


def test_reminders_go_to_what_is_missing_only(tmp_path: Path, hospital: Organisation) -> None:
    expect_year(2017)
    sent(tmp_path, hospital, {})
    months = list(DatasetPeriod.objects.filter(dataset=VISITS, institution=hospital))
    assert remind(months, person(Role.STATISTICIAN, hospital)) == 11
    assert Reminder.objects.count() == 11
