"""Templates and the exported quarantine can be sent back as they are; nothing in them runs as a formula."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.exchange.sending import VISIT, VISITS, send, visits
from weijian.exchange.submissions.models import QuarantinedRow
from weijian.exchange.submissions.queries import flaws_of, rows_to_mend
from weijian.exchange.submissions.template_files import REASONS, write_quarantine, write_rows, write_template
from weijian.foundation.kinds.registry import kind_by_id, kinds

pytestmark = pytest.mark.django_db


def test_every_template_opens_with_its_headers_help_and_codes(tmp_path: Path) -> None:
    for kind in kinds().values():
        path = tmp_path / f"{kind.id}.xlsx"
        write_template(kind, path)
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["填报", "示例", "代码"]
        headers = [cell.value for cell in book["填报"][1]]
        assert headers[: len(kind.file_columns())] == [
            f"{column.zh}*" if column.required else column.zh for column in kind.file_columns()
        ]
        assert all(cell.comment for cell in book["填报"][1])


def test_codes_are_offered_as_drop_downs(tmp_path: Path) -> None:
    write_template(kind_by_id(VISITS), tmp_path / "t.xlsx")
    validations = openpyxl.load_workbook(tmp_path / "t.xlsx")["填报"].data_validations.dataValidation
    assert len([one for one in validations if one.formula1.startswith("代码!")]) >= 4


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_filled_template_is_accepted(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"filled.{ending}"
    write_rows(kind_by_id(VISITS), path, [[*VISIT.values(), "", ""]])
    assert send(tmp_path, path.read_bytes(), name=f"again.{ending}").accepted == 1


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_quarantine_is_mended_and_sent_again(tmp_path: Path, ending: str) -> None:
    send(tmp_path, visits({"总费用": "-100"}, {"就诊流水号": "=V2", "就诊日期": "2017-02-30"}))
    path = tmp_path / f"mend.{ending}"
    assert write_quarantine(kind_by_id(VISITS), path, rows_to_mend(VISITS)) == 2
    if ending == "csv":
        text = path.read_text(encoding="utf-8-sig")
        assert "'=V2" in text and "'-100" in text
        assert "总费用超出允许范围" in text
        path.write_text(text.replace("'-100", "100").replace("2017-02-30", "2017-02-28"), encoding="utf-8-sig")
    else:
        book = openpyxl.load_workbook(path)
        sheet = book["填报"]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                cell.value = {"-100": "100", "2017-02-30": "2017-02-28"}.get(cell.value, cell.value)
                if isinstance(cell.value, str):
                    cell.data_type = "s"
        book.save(path)
    receipt = send(tmp_path, path.read_bytes(), name=f"mended.{ending}")
    assert (receipt.accepted, receipt.quarantined) == (2, 0)
    assert not any(REASONS in note for note in receipt.notes)  # the product's own column is no surplus one
    assert set(QuarantinedRow.objects.values_list("state", flat=True)) == {"mended"}


def test_reasons_on_a_page_hide_the_person(tmp_path: Path) -> None:
    send(tmp_path, visits({"总费用": "-100"}))
    (flaw, *_others) = flaws_of(QuarantinedRow.objects.all())
    assert (flaw.line_no, flaw.column, flaw.value, flaw.rule) == (2, "总费用", "-100", "总费用超出允许范围")
    person = [one for one in flaws_of(QuarantinedRow.objects.all()) if "张三" in one.value]
    assert person == []
