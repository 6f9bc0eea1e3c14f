"""What a file with a flaw gets: read all the same where its meaning is certain, else a receipt that says why not."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.exchange.sending import VISIT, csv_text, send, visits
from weijian.exchange.submissions.keeping import kept_path
from weijian.records.encounters.models import OutpatientVisit

pytestmark = pytest.mark.django_db

TWO = visits({}, {"姓名": "李四", "证件号码": ""})
TEXT = csv_text(TWO)

READABLE = {
    "utf-8": TEXT.encode(),
    "utf-8 with mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "gb18030": TEXT.encode("gb18030"),
    "utf-16": TEXT.encode("utf-16"),
    "windows line ends": TEXT.replace("\n", "\r\n").encode(),
    "tabs": csv_text(TWO, "\t").encode(),
    "semicolons": csv_text(TWO, ";").encode(),
    "full-width commas": csv_text(TWO, "，").encode(),
    "empty lines": TEXT.replace("\n", "\n\n").encode(),
    "rows of commas": (TEXT + "," * 15 + "\n" + "," * 15 + "\n").encode(),
    "no last line end": TEXT.rstrip("\n").encode(),
    "nul characters": TEXT.replace("张三", "张\0三").encode(),
    "reordered": csv_text([dict(reversed(row.items())) for row in TWO]).encode(),
    "header with stars and blanks": TEXT.replace("就诊流水号", " *就诊流水号 ").encode(),
    "ndjson": "\n".join(json.dumps(row, ensure_ascii=False) for row in TWO).encode(),
}


@pytest.mark.parametrize("name", READABLE)
def test_ways_of_writing_a_file(tmp_path: Path, name: str) -> None:
    receipt = send(tmp_path, READABLE[name])
    assert receipt.error is None
    assert (receipt.state, receipt.received, receipt.accepted, receipt.quarantined) == ("accepted", 2, 2, 0)
    assert kept_path(receipt.sha256).read_bytes() == READABLE[name]


def renamed(old: str, new: str) -> bytes:
    """The two visits with one header changed."""
    return TEXT.replace(old, new, 1).encode()


def test_a_renamed_column_is_recognised_and_said(tmp_path: Path) -> None:
    receipt = send(tmp_path, renamed("主要诊断编码", "主要诊断编码1"))
    assert receipt.accepted == 2
    assert "列“主要诊断编码1”按“主要诊断编码”处理" in receipt.notes


def test_an_extra_and_a_repeated_column_are_said_and_not_used(tmp_path: Path) -> None:
    content = (
        csv_text([{**row, "心情": "好"} for row in TWO]).replace("心情", "心情,姓名", 1).replace("好\n", "好,王五\n")
    )
    receipt = send(tmp_path, content.encode())
    assert receipt.accepted == 2
    assert receipt.notes[:2] == ["多余的列“心情”未使用", "重复的列“姓名”未使用"]


def test_a_ragged_row_is_checked_with_what_it_has(tmp_path: Path) -> None:
    lines = TEXT.splitlines()
    lines[1] = lines[1].rsplit(",", 5)[0]
    receipt = send(tmp_path, "\n".join(lines).encode())
    assert (receipt.received, receipt.accepted, receipt.quarantined) == (2, 1, 1)
    assert receipt.reasons["total_fee.required"] == 1


def parquet_bytes() -> bytes:
    """The two visits as Parquet."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(TWO), sink)
    return sink.getvalue()


def sheet_bytes(
    *, title_rows: int = 0, date_format: bool = False, formula: bool = False, merged: bool = False
) -> bytes:
    """The two visits as a workbook, with the oddities that clerks' workbooks have."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink)
    sheet = book.add_worksheet()
    for row in range(title_rows):
        sheet.merge_range(row, 0, row, 9, "门急诊就诊报送表")
    for row, values in enumerate([dict(zip(VISIT, VISIT, strict=True)), *TWO]):
        for column, value in enumerate(values.values()):
            sheet.write_string(title_rows + row, column, value)
    if date_format:
        sheet.write_number(title_rows + 1, 7, 42799)
        sheet.write_number(title_rows + 2, 7, 42799, book.add_format({"num_format": "yyyy-mm-dd"}))
    if formula:
        sheet.write_formula(title_rows + 1, 11, "=50+50", None, 100)
    if merged:
        sheet.merge_range(title_rows, 7, title_rows, 8, "就诊日期", book.add_format({"bold": True}))
    book.close()
    return sink.getvalue()


def two_row_header() -> bytes:
    """The two visits under a header of two rows: 费用 merged above its parts, all other headers merged downwards."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink)
    sheet = book.add_worksheet()
    for column, header in enumerate(VISIT):
        if header in ("药品费", "检查检验费", "医疗服务费"):
            sheet.write_string(1, column, header)
        else:
            sheet.merge_range(0, column, 1, column, header)
    sheet.merge_range(0, 12, 0, 14, "其中")
    for row, values in enumerate(TWO, start=2):
        for column, value in enumerate(values.values()):
            sheet.write_string(row, column, value)
    book.close()
    return sink.getvalue()


SHEETS = {
    "plain": sheet_bytes(),
    "title rows above": sheet_bytes(title_rows=3),
    "dates as numbers": sheet_bytes(date_format=True),
    "a formula with its value": sheet_bytes(formula=True),
    "a header of two rows": two_row_header(),
    "parquet": parquet_bytes(),
}


@pytest.mark.parametrize("name", SHEETS)
def test_workbooks_and_parquet(tmp_path: Path, name: str) -> None:
    receipt = send(tmp_path, SHEETS[name], name="file.bin")
    assert (receipt.error, receipt.received, receipt.accepted) == (None, 2, 2)
    assert {str(day) for day in OutpatientVisit.objects.values_list("visit_on", flat=True)} == {"2017-03-05"}
    assert set(OutpatientVisit.objects.values_list("total_fee", flat=True)) == {10000}


def bomb() -> bytes:
    """A small workbook that unpacks to 300 MiB."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as entry,
    ):
        for _block in range(300):
            entry.write(b"\0" * 2**20)
    return sink.getvalue()


REFUSED = {
    "empty": (lambda: b"", "intake.file_empty", "文件是空的。"),
    "truncated parquet": (lambda: parquet_bytes()[:-40], "intake.file_broken", "Parquet 文件不完整,无法读取。"),
    "truncated workbook": (lambda: sheet_bytes()[:-400], "intake.file_broken", "文件损坏或不完整,无法读取。"),
    "zip bomb": (bomb, "intake.file_bomb", "压缩文件展开后过大,已拒绝。"),
    "no encoding": (lambda: TEXT.encode() + b"\xff\xff\xff", "intake.file_encoding", "无法识别文件编码。"),
    "broken json": (lambda: b'{"a": 1}\n{"a"\n', "intake.file_json", "第2行不是有效的JSON。"),
    "missing column": (lambda: renamed("总费用", "甲"), "intake.missing_column", "缺少必填列:总费用。"),
    "merged header": (lambda: sheet_bytes(merged=True), "intake.missing_column", "缺少必填列:就诊类型。"),
    "another table": (lambda: "一,二\n1,2\n".encode(), "intake.missing_column", None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_gets_a_receipt_and_is_kept(tmp_path: Path, name: str) -> None:
    make, code, zh = REFUSED[name]
    content = make()
    receipt = send(tmp_path, content, name="file.bin")
    assert (receipt.state, receipt.received) == ("refused", 0)
    assert receipt.error["code"] == code
    assert zh is None or receipt.error["what"] == zh
    assert receipt.error["fix"]
    assert kept_path(receipt.sha256).read_bytes() == content
    assert OutpatientVisit.objects.count() == 0
