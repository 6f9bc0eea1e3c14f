"""Work: progress that never claims to be finished early, receipts that add up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from weijian.foundation.ui.components import JobProgress, ReceiptSummary


@pytest.mark.parametrize(
    ("state", "done", "total", "percent"),
    [
        ("running", 0, 10, 0),
        ("running", 10, 10, 99),
        ("running", 5, None, None),
        ("succeeded", 3, 10, 100),
        ("failed", 1, 3, 33),
    ],
)
def test_hundred_percent_means_finished(state: str, done: int, total: int | None, percent: int | None) -> None:
    assert JobProgress("报告", state, done=done, total=total).percent == percent  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "active"),
    [("waiting", True), ("running", True), ("succeeded", False), ("failed", False), ("cancelled", False)],
)
def test_only_work_under_way_is_asked_again(state: str, active: bool) -> None:
    assert JobProgress("报告", state).active is active  # type: ignore[arg-type]


def receipt(quarantined: int) -> ReceiptSummary:
    return ReceiptSummary("门诊", "R-1", datetime(2018, 1, 1, tzinfo=UTC), 100, 80, 7, 10, 5, quarantined)


def test_a_receipt_knows_whether_every_row_is_accounted_for() -> None:
    assert receipt(5).balanced
    assert not receipt(4).balanced
