"""Flaws row by row: which column, what stands there (masked), rule, remedy; warnings are read again from the kept file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.exchange.sending import DISCHARGE, DISCHARGES, HOSPITAL, VISITS, send, visits
from tests.exchange.test_pages import signed_in
from tests.exchange.test_periods import person
from weijian.exchange.submissions.flagged import flagged_rows
from weijian.exchange.submissions.keeping import kept_path
from weijian.exchange.submissions.models import QuarantinedRow
from weijian.exchange.submissions.quarantine.services import dismiss
from weijian.exchange.submissions.queries import bad_rows_of, flaws_of, rows_to_mend, warned_rows_of
from weijian.exchange.submissions.template_files import write_flagged
from weijian.foundation.accounts.models import Role
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError

pytestmark = pytest.mark.django_db

WARNED = (
    {},
    {"证件号码": "440113198001010013"},
    {"出生日期": "1980-13-01"},
    {"证件号码": "", "姓名": "李四"},
    {"总费用": "-1"},
)


def test_a_rule_names_every_column_that_it_compares(tmp_path: Path) -> None:
    send(tmp_path, [{**DISCHARGE, "入院日期": "2017-03-09"}], dataset=DISCHARGES)
    (flaw,) = flaws_of(QuarantinedRow.objects.all())
    assert (flaw.line_no, flaw.number) == (2, "Z1")
    assert (flaw.column, flaw.value) == ("入院日期、出院日期", "2017-03-09、2017-03-05")


def test_warnings_are_named_by_row_and_column_and_masked(tmp_path: Path) -> None:
    receipt = send(tmp_path, visits(*WARNED))
    rows = flagged_rows(receipt)
    assert [one.line_no for one in rows] == [3, 4, 5]
    told = [(one["line"], one["column"], one["value"]) for one in warned_rows_of(receipt)]
    assert told == [(3, "证件号码", "440*************13"), (4, "出生日期", "1980******"), (5, "证件号码", "")]
    assert sum(len(one.codes) for one in rows) == sum(
        count for code, count in receipt.reasons.items() if not code.startswith(("total_fee", "fee"))
    )
    assert flagged_rows(receipt, offset=1, limit=1)[0].line_no == 4


def test_warned_rows_are_mended_and_correct_what_is_stored(tmp_path: Path) -> None:
    receipt = send(tmp_path, visits(*WARNED[:3]))
    path = tmp_path / "warned.xlsx"
    assert write_flagged(kind_by_id(VISITS), path, flagged_rows(receipt)) == 2
    book = openpyxl.load_workbook(path)
    for row in book["填报"].iter_rows(min_row=2):
        for cell in row:
            cell.value = {"440113198001010013": "440113198001010012", "1980-13-01": "1980-01-01"}.get(
                cell.value, cell.value
            )
    book.save(path)
    again = send(tmp_path, path.read_bytes(), name="mended.xlsx")
    assert (again.accepted, again.warned, again.reasons) == (2, 0, {})
    assert not any("提示原因" in note for note in again.notes)


def test_a_lost_file_is_said_and_not_guessed(tmp_path: Path) -> None:
    receipt = send(tmp_path, visits(*WARNED))
    kept_path(receipt.sha256).unlink()
    with pytest.raises(WeijianError, match="找不到保存的原件"):
        flagged_rows(receipt)


def test_rows_to_mend_are_owed_until_mended_or_dismissed(tmp_path: Path) -> None:
    hospital = Organisation.objects.get(code=HOSPITAL)
    send(tmp_path, visits({"总费用": "-1"}, {"就诊流水号": "", "姓名": "合计"}))
    owed = Obligation.objects.get(kind=Obligation.Kind.MEND, closed_on=None)
    assert (owed.organisation_id, owed.role, owed.url) == (hospital.pk, "clerk", f"/submissions/mend/{VISITS}")
    send(tmp_path, visits({}), name="mended.csv")
    assert Obligation.objects.filter(kind=Obligation.Kind.MEND, closed_on=None).exists()
    (total,) = rows_to_mend(VISITS)
    clerk = person(Role.CLERK, hospital)
    with pytest.raises(WeijianError, match="没有写原因"):
        dismiss(kind_by_id(VISITS), hospital, [total.pk], " ", clerk)
    assert dismiss(kind_by_id(VISITS), hospital, [total.pk], "合计行", clerk) == 1
    assert not rows_to_mend(VISITS).exists()
    assert not Obligation.objects.filter(kind=Obligation.Kind.MEND, closed_on=None).exists()


def test_nobody_dismisses_rows_of_another_institution(tmp_path: Path) -> None:
    send(tmp_path, visits({"总费用": "-1"}))
    (row,) = rows_to_mend(VISITS)
    stranger = signed_in(Role.CLERK, "PY0000022")
    address = f"/submissions/mend/{VISITS}"
    told = {"row": row.pk, "reason": "合计行", "institution": HOSPITAL}
    assert stranger.post(f"{address}/dismiss", told).status_code == 404
    stranger.post(f"{address}/dismiss", told | {"institution": ""})
    assert stranger.get(f"{address}?institution={HOSPITAL}").status_code == 404
    assert stranger.get(f"{address}/rows.xlsx?institution={HOSPITAL}").status_code == 404
    row.refresh_from_db()
    assert row.state == QuarantinedRow.State.OPEN


def test_programs_read_rows_page_by_page(tmp_path: Path) -> None:
    receipt = send(tmp_path, visits(*({"总费用": "-1"} for _row in range(3)), WARNED[1]))
    client = signed_in(Role.CLERK)
    address = f"/api/v1/submissions/{receipt.public_id}/rows"
    first = client.get(address, {"limit": 1}).json()
    assert {one["line"] for one in first} == {2} and first[0]["rule_en"]
    assert {one["line"] for one in client.get(address, {"offset": 1}).json()} == {3, 4}
    assert [one["line"] for one in client.get(address, {"severity": "warning"}).json()] == [5]
    assert client.get(f"/api/v1/submissions/{receipt.public_id}").json()["rows"] == bad_rows_of(receipt)
    assert signed_in(Role.CLERK, "PY0000022").get(address).status_code == 404
