"""Dues by the clock: the year opens in time, what is overdue stands in the inbox until it has come, reminders once a week."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.exchange.sending import HOSPITAL, RECEIVED, VISITS, csv_text, visits
from tests.exchange.test_pages import signed_in
from tests.exchange.test_periods import person
from weijian.exchange.submissions.models import DatasetPeriod, Reminder
from weijian.exchange.submissions.periods.daily import begin_day
from weijian.exchange.submissions.periods.services import expect_year, report_zero, report_zero_many, return_period
from weijian.exchange.submissions.recognition import Arrival
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation.accounts.models import Role
from weijian.foundation.changes.services import change
from weijian.foundation.jobs.daily import ask_due
from weijian.foundation.jobs.models import Job
from weijian.foundation.jobs.running import run_waiting
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital() -> Organisation:
    """A hospital that owes 2017's visits, and nobody owes anything else."""
    found = Organisation.objects.get(code=HOSPITAL)
    expect_year(2017)
    with change("tests: one hospital's visits"):
        DatasetPeriod.objects.exclude(dataset=VISITS, institution=found).delete()
    return found


def open_rows() -> list[str]:
    rows = Obligation.objects.filter(kind=Obligation.Kind.SEND, closed_on=None).order_by("subject")
    return [one.subject.split(":")[1] for one in rows]


def test_a_year_opens_once_and_the_next_in_december() -> None:
    assert begin_day(date(2018, 11, 30)).opened > 1000
    assert not DatasetPeriod.objects.filter(period__startswith="2019").exists()
    assert begin_day(date(2018, 12, 1)).opened > 1000
    assert begin_day(date(2018, 12, 1)).opened == 0


def test_overdue_stands_in_the_inbox_until_it_has_come(tmp_path: Path, hospital: Organisation) -> None:
    assert begin_day(date(2017, 4, 10)).overdue == 2  # March is due on this day and may still come
    assert begin_day(date(2017, 4, 11)).overdue == 3
    assert open_rows() == ["2017-01", "2017-02", "2017-03"]
    path = tmp_path / "march.csv"
    path.write_text(csv_text(visits({})), encoding="utf-8")
    ingest_files([Arrival(path, VISITS, hospital, "2017-03", RECEIVED)])
    clerk = person(Role.CLERK, hospital)
    report_zero(DatasetPeriod.objects.get(period="2017-02"), clerk)
    assert open_rows() == ["2017-01"]
    closed = Obligation.objects.get(subject=f"{hospital.pk}:2017-03")
    assert (closed.closed_on, closed.closed_by, closed.role) == (RECEIVED, "报送", "clerk")
    report_zero_many(list(DatasetPeriod.objects.filter(period="2017-01")), clerk)
    assert open_rows() == []
    return_period(DatasetPeriod.objects.get(period="2017-03"), person(Role.STATISTICIAN, hospital), "缺急诊")
    assert open_rows() == ["2017-03"]


def test_reminders_come_once_a_week_and_name_what_is_missing(hospital: Organisation) -> None:
    assert begin_day(date(2017, 3, 15)).reminded == 2
    assert begin_day(date(2017, 3, 15)).reminded == 0
    assert [begin_day(date(2017, 3, day)).reminded for day in (16, 21, 22)] == [0, 0, 2]
    assert Reminder.objects.filter(owed__period="2017-01").count() == 2
    assert {one.sent_by_id for one in Reminder.objects.all()} == {None}


def test_the_worker_asks_for_the_day_once(hospital: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weijian.foundation.jobs.daily.today", lambda: date(2017, 3, 15))
    assert "submissions.daily" in [one.task for one in ask_due()]
    assert "submissions.daily" not in [one.task for one in ask_due()]
    run_waiting()
    job = Job.objects.get(task="submissions.daily")
    assert (job.state, job.key) == ("succeeded", "2017-03-15"), job.error
    assert "催报 2 项" in job.result["text"]


def test_the_statistician_opens_a_year_and_reminds_by_a_job(hospital: Organisation) -> None:
    clerk, statistician = signed_in(Role.CLERK), signed_in(Role.STATISTICIAN)
    assert clerk.post("/submissions/expect", {"year": "2019"}).status_code == 403
    assert "生成报送任务" not in clerk.get("/submissions/").content.decode()
    assert "生成报送任务" in statistician.get("/submissions/").content.decode()
    statistician.post("/submissions/expect", {"year": "x"})
    answer = statistician.post("/submissions/expect", {"year": "2019"}, follow=True)
    assert "2019 年应报" in answer.content.decode()
    assert DatasetPeriod.objects.filter(period="2019-01").exists()
    answer = statistician.post("/submissions/remind")
    assert answer["Location"].startswith("/jobs/")
    run_waiting()
    assert Reminder.objects.filter(owed__period__startswith="2017").count() == 12


def test_everything_of_a_period_is_signed_at_once(hospital: Organisation) -> None:
    clerk = signed_in(Role.CLERK)
    report_zero_many(list(DatasetPeriod.objects.all()), person(Role.CLERK, hospital))
    assert "签核全部待签" in clerk.get("/submissions/").content.decode()
    answer = clerk.post("/submissions/sign", {"period": "2017-03"}, follow=True).content.decode()
    assert "已签核 1 期" in answer
    assert clerk.post("/submissions/sign", {}, follow=True).status_code == 200
    assert DatasetPeriod.objects.filter(filler_at=None).count() == 0
