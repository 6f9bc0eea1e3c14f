"""What a file does to other months than its own: told on the receipt, and signed months must be signed again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.exchange.sending import HOSPITAL, RECEIVED, VISITS, csv_text, visits
from tests.exchange.test_periods import person
from weijian.exchange.submissions.models import DatasetPeriod, Submission
from weijian.exchange.submissions.periods.services import expect_year, report_zero, sign
from weijian.exchange.submissions.recognition import Arrival
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation.accounts.models import Role
from weijian.foundation.changes.services import change
from weijian.foundation.figures.models import MonthLock
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import SystemClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital() -> Organisation:
    return Organisation.objects.get(code=HOSPITAL)


def sent(folder: Path, hospital: Organisation, period: str, *changes: dict[str, str]) -> Submission:
    path = folder / f"{period}.csv"
    path.write_text(csv_text(visits(*changes)), encoding="utf-8")
    (found,) = ingest_files([Arrival(path, VISITS, hospital, period, RECEIVED)])
    return found


def signed(hospital: Organisation, period: str) -> DatasetPeriod:
    owed = DatasetPeriod.objects.get(dataset=VISITS, institution=hospital, period=period)
    for role in (Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE):
        owed = sign(owed, person(role, hospital))
    return owed


def test_months_count_rows_that_came_new_or_corrected(tmp_path: Path, hospital: Organisation) -> None:
    april = {"就诊日期": "2017-04-02"}
    first = sent(tmp_path, hospital, "2017-03", {}, {}, april, {"总费用": "-1"})
    assert first.months == {"2017-03": 2, "2017-04": 1}
    again = sent(tmp_path, hospital, "2017-03", {}, {"总费用": "150"}, april)
    assert (again.duplicate, again.months) == (2, {"2017-03": 1})


def test_a_late_row_in_the_next_file_asks_for_new_signatures(tmp_path: Path, hospital: Organisation) -> None:
    sent(tmp_path, hospital, "2017-03", {})
    assert signed(hospital, "2017-03").state == "signed"
    late = sent(tmp_path, hospital, "2017-04", {"就诊日期": "2017-04-01", "就诊流水号": "N1"}, {"就诊流水号": "N2"})
    assert "1 行的日期不在报送期 2017-04 内(2017-03),仍按其日期计入" in late.notes
    assert "2017-03 已有签核或零报告,本次新增或更正 1 行,须重新签核" in late.notes
    march = DatasetPeriod.objects.get(dataset=VISITS, institution=hospital, period="2017-03")
    assert (march.state, march.filler_at, march.next_step()) == ("sent", None, "filler")


def test_a_file_that_changes_nothing_leaves_signatures_alone(tmp_path: Path, hospital: Organisation) -> None:
    sent(tmp_path, hospital, "2017-03", {}, {})
    signed(hospital, "2017-03")
    half = sent(tmp_path, hospital, "2017-04", {})
    assert (half.duplicate, half.accepted, half.months, half.notes) == (1, 0, {}, [])
    assert DatasetPeriod.objects.get(dataset=VISITS, period="2017-03").state == "signed"


def test_a_stated_zero_ends_where_a_row_comes(tmp_path: Path, hospital: Organisation) -> None:
    expect_year(2017)
    march = DatasetPeriod.objects.get(dataset=VISITS, institution=hospital, period="2017-03")
    report_zero(march, person(Role.CLERK, hospital))
    sent(tmp_path, hospital, "2017-04", {})
    march.refresh_from_db()
    assert (march.state, march.zero) == ("sent", False)


def test_a_correction_after_the_lock_is_taken_in_and_told(tmp_path: Path, hospital: Organisation) -> None:
    sent(tmp_path, hospital, "2017-03", {})
    with change("tests: lock March") as row:
        MonthLock.objects.create(month="2017-03", snapshot_id=1, locked_at=SystemClock().now(), change_id=row.pk)
    late = sent(tmp_path, hospital, "2017-03", {"总费用": "150"})
    assert late.accepted == 1
    assert "2017-03 已锁定,本次新增或更正 1 行已入库;锁定时的数字不变,差异列在“月份锁定”" in late.notes


def test_zero_is_not_said_before_the_period_is_over(hospital: Organisation) -> None:
    year = date.today().year + 1
    expect_year(year)
    owed = DatasetPeriod.objects.get(dataset=VISITS, institution=hospital, period=f"{year}-12")
    with pytest.raises(WeijianError, match="该期还没有结束"):
        report_zero(owed, person(Role.CLERK, hospital))
