"""When institutions send: in the first working days of the following month, a few of them later."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from weijian.exchange.submissions.periods.due import MONTHLY_DUE_DAY, YEARLY_DUE_DAY, due_on
from weijian.kernel.time.working_days import china_working_days
from weijian.world.sending import DUE_MONTHLY, DUE_YEARLY, LATEST, WHOLE_YEAR, SendingDays, tardiness

MONTHS = [f"2017-{month:02d}" for month in range(1, 13)]


def days_of(institution: str, tardy: float) -> list[date]:
    days = SendingDays(1, "encounters.outpatient_visit", institution, 2017, tardy)
    return [days.of(month) for month in range(1, 13)]


def test_the_due_days_are_those_of_the_product() -> None:
    assert (DUE_MONTHLY, DUE_YEARLY) == (MONTHLY_DUE_DAY, YEARLY_DUE_DAY)


def test_who_is_never_tardy_sends_on_a_working_day_after_the_month_and_by_the_due_day() -> None:
    working = china_working_days()
    for institution in ("A", "B", "C"):
        for month, day in zip(MONTHS, days_of(institution, 0.0), strict=True):
            assert date(2017, int(month[5:]), 28) + timedelta(days=3) < day <= due_on(month)
            assert working.is_working_day(day)


def test_the_year_is_sent_in_january_and_what_follows_a_month_later() -> None:
    days = SendingDays(1, "staff.member", "A", 2017, 0.0)
    assert date(2018, 1, 1) < days.of(WHOLE_YEAR) <= due_on("2017")
    assert days.of(WHOLE_YEAR + 1).strftime("%Y-%m") == "2018-02"


@pytest.mark.parametrize("tardy", [0.06, 0.3])
def test_the_share_of_late_files_is_as_asked_and_differs_between_institutions(tardy: float) -> None:
    institutions = [f"I{number}" for number in range(400)]
    late = np.array(
        [[day > due_on(month) for month, day in zip(MONTHS, days_of(one, tardy), strict=True)] for one in institutions]
    )
    assert late.mean() == pytest.approx(tardy, rel=0.2)
    assert late.mean(axis=1).std() > 1.2 * np.sqrt(tardy * (1 - tardy) / 12)  # more apart than chance alone
    assert np.mean([tardiness(1, one) for one in institutions]) == pytest.approx(1.0, abs=0.15)


def test_late_files_come_within_a_month_and_never_before_an_earlier_month() -> None:
    for number in range(100):
        days = days_of(f"I{number}", 0.5)
        assert days == sorted(days)
        assert all(day <= max(due_on(month) + timedelta(days=LATEST), days[at - 1] if at else day)
                   for at, (month, day) in enumerate(zip(MONTHS, days, strict=True)))  # fmt: skip
