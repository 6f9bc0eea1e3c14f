"""The same file twice, half of it inside another, corrections before and after their original, late ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.exchange.sending import send, visits
from weijian.exchange.submissions.models import QuarantinedRow, Submission
from weijian.foundation.changes.models import History
from weijian.records.encounters.models import OutpatientVisit

pytestmark = pytest.mark.django_db


def balanced(receipt: Submission) -> bool:
    """Every received row is accounted for once."""
    parts = receipt.accepted + receipt.duplicate + receipt.superseded + receipt.quarantined
    return receipt.received == parts


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    rows = visits({}, {}, {"总费用": "-1"})
    send(tmp_path, rows)
    before = list(OutpatientVisit.objects.order_by("id").values())
    again = send(tmp_path, rows)
    assert (again.state, again.received, again.duplicate, again.accepted) == ("repeated", 3, 3, 0)
    assert again.notes == ["与2017-12-01报送的文件完全相同,未作任何更改"]
    assert list(OutpatientVisit.objects.order_by("id").values()) == before
    assert QuarantinedRow.objects.count() == 1


def test_half_of_it_inside_another_file_changes_nothing(tmp_path: Path) -> None:
    send(tmp_path, visits({}, {}))
    before = {row["visit_no"]: row for row in OutpatientVisit.objects.values()}
    receipt = send(tmp_path, visits({}, {}, {}, {}))
    assert (receipt.received, receipt.accepted, receipt.duplicate) == (4, 2, 2)
    after = {row["visit_no"]: row for row in OutpatientVisit.objects.values()}
    assert {name: after[name] for name in before} == before
    assert History.objects.filter(table_name="encounters_outpatient_visit").count() == 0


def test_the_same_row_twice_in_one_file(tmp_path: Path) -> None:
    receipt = send(tmp_path, visits({}, {"就诊流水号": "V1"}))
    assert (receipt.accepted, receipt.duplicate) == (1, 1)


def test_a_correction_supersedes_and_history_keeps_what_was(tmp_path: Path) -> None:
    send(tmp_path, visits({}))
    receipt = send(tmp_path, visits({"总费用": "120"}))
    assert (receipt.accepted, receipt.superseded) == (1, 0)
    assert OutpatientVisit.objects.get().total_fee == 12000
    (kept,) = History.objects.filter(table_name="encounters_outpatient_visit")
    assert kept.row["total_fee"] == 10000
    # The old file comes once more under another name and with a space more: it must not undo the correction.
    late = send(tmp_path, visits({"姓名": "张三 "}), name="old.csv")
    assert late.duplicate == 1
    assert OutpatientVisit.objects.get().total_fee == 12000


def test_a_correction_before_its_original(tmp_path: Path) -> None:
    send(tmp_path, visits({"总费用": "120", "版本号": "2"}))
    receipt = send(tmp_path, visits({"版本号": "1"}))
    assert (receipt.accepted, receipt.superseded) == (0, 1)
    assert OutpatientVisit.objects.get().total_fee == 12000
    assert History.objects.filter(operation="ARRIVE").count() == 1


def test_a_withdrawn_row_stays_as_a_void_version(tmp_path: Path) -> None:
    send(tmp_path, visits({}))
    receipt = send(tmp_path, visits({"作废": "是"}))
    assert receipt.accepted == 1
    assert OutpatientVisit.objects.get().voided is True


def test_a_late_row_marks_its_month_for_the_next_snapshot(tmp_path: Path) -> None:
    from weijian.foundation.snapshots.models import DirtyPartition

    send(tmp_path, visits({}), day=date(2017, 4, 3))
    DirtyPartition.objects.all().delete()
    late = send(tmp_path, visits({}, {}), day=date(2017, 11, 20))
    assert (late.accepted, late.duplicate) == (1, 1)
    assert ("encounters_outpatient_visit", "2017-03") in set(
        DirtyPartition.objects.values_list("table_name", "partition")
    )
    assert {str(day) for day in OutpatientVisit.objects.values_list("received_on", flat=True)} == {
        "2017-04-03",
        "2017-11-20",
    }


def test_a_mended_row_leaves_the_quarantine(tmp_path: Path) -> None:
    send(tmp_path, visits({"总费用": "-5"}))
    send(tmp_path, visits({"总费用": "-6"}))
    assert list(QuarantinedRow.objects.order_by("id").values_list("state", flat=True)) == ["replaced", "open"]
    receipt = send(tmp_path, visits({}))
    assert receipt.accepted == 1
    assert list(QuarantinedRow.objects.order_by("id").values_list("state", flat=True)) == ["replaced", "mended"]


def test_every_receipt_balances(tmp_path: Path) -> None:
    rows = visits({}, {"总费用": "-1"}, {"就诊流水号": "V1"}, {"就诊流水号": "V1", "总费用": "130"}, {"证件号码": ""})
    receipt = send(tmp_path, rows)
    assert balanced(receipt)
    assert (receipt.received, receipt.accepted, receipt.duplicate, receipt.superseded) == (5, 2, 1, 1)
