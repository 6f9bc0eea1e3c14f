"""A receipt gives its reasons in the reader's language: on the page, in the file to mend, as data, on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from typer.testing import CliRunner

from tests.exchange.sending import VISITS, csv_text, send, visits
from weijian.config.cli import build
from weijian.engines.intake.checks import checks_of
from weijian.exchange.submissions.queries import flaws_of, reasons_of, rows_to_mend
from weijian.exchange.submissions.template_files import write_quarantine
from weijian.foundation.kinds.registry import kind_by_id, kinds, record_kind
from weijian.records.encounters.models import OutpatientVisit


def test_every_reason_of_every_dataset_is_worded_in_both_languages() -> None:
    for kind in kinds().values():
        for check in checks_of(kind):
            assert all((check.zh, check.en, check.fix_zh, check.fix_en)), (kind.id, check.code)
            assert check.zh != check.en


def test_a_dataset_keeps_its_chinese_name_whoever_asks_first() -> None:
    with translation.override("en"):
        assert record_kind(OutpatientVisit).zh == "门急诊就诊"


@pytest.mark.django_db
def test_reasons_flaws_and_the_file_to_mend_speak_english(tmp_path: Path) -> None:
    receipt = send(tmp_path, visits({"总费用": "-100"}))
    reasons = {one.code: one for one in reasons_of(receipt)}
    reason = reasons["total_fee.range"]
    assert (reason.told("en"), reason.told("zh")) == (reason.en, reason.zh)
    flaw = next(one for one in flaws_of(rows_to_mend(VISITS), "en") if one.rule == reason.en)
    assert "总费用" in flaw.column and flaw.column != "总费用"
    assert flaw.remedy == reason.fix_en
    path = tmp_path / "mend.xlsx"
    assert write_quarantine(kind_by_id(VISITS), path, rows_to_mend(VISITS), "en") == 1
    sheet = openpyxl.load_workbook(path)["填报"]
    assert sheet.cell(1, sheet.max_column).value == "隔离原因 Reason"
    assert f"{reason.en} ({reason.fix_en})" in sheet.cell(2, sheet.max_column).value


@pytest.mark.django_db
def test_a_file_mended_in_english_is_taken_in_again(tmp_path: Path) -> None:
    send(tmp_path, visits({"总费用": "-100"}))
    path = tmp_path / "mend.xlsx"
    write_quarantine(kind_by_id(VISITS), path, rows_to_mend(VISITS), "en")
    book = openpyxl.load_workbook(path)
    for row in book["填报"].iter_rows(min_row=2):
        for cell in row:
            cell.value = "100" if cell.value == "-100" else cell.value
    book.save(path)
    assert send(tmp_path, path.read_bytes(), name="mended.xlsx").accepted == 1


@pytest.mark.django_db
def test_the_command_line_gives_codes_and_both_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weijian.foundation.process.start", lambda **_given: None)
    receipt = send(tmp_path, visits({"总费用": "-100"}))
    codes = set(receipt.reasons)
    file = tmp_path / f"{receipt.institution.code}.csv"
    file.write_text(csv_text(visits({"总费用": "-200", "就诊流水号": "V9"})), encoding="utf-8")
    given = ["ingest", str(file), "--dataset", VISITS, "--institution", receipt.institution.code]
    found = json.loads(CliRunner().invoke(build(), [*given, "--json"]).stdout)
    assert set(found["reason_texts"]) == set(found["reasons"]) <= codes
    assert all(set(one) == {"zh", "en", "fix_zh", "fix_en"} for one in found["reason_texts"].values())
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    shown = CliRunner().invoke(build(), given).stdout
    assert "quarantined" in shown and "收到" not in shown
