"""The table of files: how one is recognised and read, or the error that its receipt will show."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.spec.intake.small_kind import GOOD, STAY
from weijian.engines.intake.files import csv_bytes, opened
from weijian.engines.intake.headers import template_columns
from weijian.engines.intake.tables import text_tables
from weijian.kernel.errors import WeijianError

HEADERS = {column.name: column.zh for column in template_columns(STAY) if column.name in GOOD}
ROWS = [GOOD, {**GOOD, "stay_no": "Z2", "patient_name": "李四"}]
LINES = [list(HEADERS.values()), *([row[name] for name in HEADERS] for row in ROWS)]


def text(delimiter: str = ",", lines: list[list[str]] = LINES) -> str:
    """The lines as delimited text."""
    return "".join(delimiter.join(line) + "\n" for line in lines)


def sheet(lines: list[list[object]]) -> bytes:
    """A workbook of one sheet."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        page = book.add_worksheet()
        for row, line in enumerate(lines):
            page.write_row(row, 0, line)
    return sink.getvalue()


def parquet() -> bytes:
    """The rows as Parquet."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(zip(LINES[0], line, strict=True)) for line in LINES[1:]]), sink)
    return sink.getvalue()


def bomb() -> bytes:
    """A small archive that unpacks to 300 MiB."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sheet.xml", "w") as entry:
        for _block in range(300):
            entry.write(b"\0" * 2**20)
    return sink.getvalue()


READ = {
    "UTF-8": (text().encode(), "csv", "utf-8", ","),
    "UTF-8 with a mark": (text().encode("utf-8-sig"), "csv", "utf-8-sig", ","),
    "GB18030": (text().encode("gb18030"), "csv", "gb18030", ","),
    "UTF-16": (text().encode("utf-16"), "csv", "utf-16", ","),
    "tabs": (text("\t").encode(), "csv", "utf-8", "\t"),
    "semicolons": (text(";").encode(), "csv", "utf-8", ";"),
    "full-width commas": (text("，").encode(), "csv", "utf-8", "，"),
    "Windows line ends": (text().replace("\n", "\r\n").encode(), "csv", "utf-8", ","),
    "quoted cells": (text().replace("张三", '"张三"').encode(), "csv", "utf-8", ","),
    "an empty line": (text().replace("\n", "\n\n").encode(), "csv", "utf-8", ","),
    "JSON lines": (
        "\n".join(json.dumps(dict(zip(LINES[0], line, strict=True))) for line in LINES[1:]).encode(),
        *("ndjson", "utf-8", ""),
    ),
    "a workbook": (sheet([list(line) for line in LINES]), "xlsx", "", ""),
    "a workbook with a title": (sheet([["住院报送表"], [], *(list(line) for line in LINES)]), "xlsx", "", ""),
    "Parquet": (parquet(), "parquet", "", ""),
}


@pytest.mark.parametrize("name", READ)
def test_ways_of_writing_a_file(tmp_path: Path, name: str) -> None:
    content, kind, encoding, delimiter = READ[name]
    path = tmp_path / "file"
    path.write_bytes(content)
    with opened(path, STAY) as file:
        assert (file.format, file.encoding, file.delimiter) == (kind, encoding, delimiter)
        rows = pa.concat_tables(list(text_tables(file, STAY)))
    assert [{key: row[key] for key in GOOD} for row in rows.to_pylist()] == ROWS


WITHOUT_FEE = [[cell for place, cell in enumerate(line) if LINES[0][place] != "总费用"] for line in LINES]

REFUSED = {
    "empty": (b"", "intake.file_empty"),
    "a truncated Parquet": (parquet()[:-50], "intake.file_broken"),
    "a truncated workbook": (sheet([list(line) for line in LINES])[:-300], "intake.file_broken"),
    "a zip bomb": (bomb(), "intake.file_bomb"),
    "no encoding at all": (text().encode() + b"\xff\xff\xff", "intake.file_encoding"),
    "broken JSON": (b'{"a": 1}\n{"a"\n', "intake.file_json"),
    "a list for a JSON object": (b'{"a": 1}\n[1]\n', "intake.file_json"),
    "a required column is missing": (text(lines=WITHOUT_FEE).encode(), "intake.missing_column"),
    "another table": ("一,二\n1,2\n".encode(), "intake.missing_column"),
    "a workbook without the headers": (sheet([["一", "二"], [1, 2]]), "intake.file_header"),
    "a quote that never closes": ((text() + '"' + "x" * 200_000).encode(), "intake.file_quotes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_files(tmp_path: Path, name: str) -> None:
    content, code = REFUSED[name]
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(WeijianError) as caught, opened(path, STAY) as file:
        list(text_tables(file, STAY))
    assert caught.value.code == code
    assert caught.value.what and caught.value.fix


def test_numbers_and_dates_of_a_workbook_become_what_was_typed(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, LINES[0])
        page.write_row(1, 0, LINES[1])
        places = {name: place for place, name in enumerate(HEADERS)}
        page.write_number(1, places["left_on"], 42799, book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_number(1, places["came_on"], 42795)
        page.write_number(1, places["stay_no"], 20170001)
        page.write_formula(1, places["fee"], "=50+50", None, 100)
    path = tmp_path / "book.xlsx"
    path.write_bytes(sink.getvalue())
    with opened(path, STAY) as file:
        (row,) = next(iter(text_tables(file, STAY))).to_pylist()
    assert (row["left_on"], row["came_on"], row["stay_no"], row["fee"]) == ("2017-03-05", "42795", "20170001", "100")


def test_lines_are_numbered_as_a_person_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(text(lines=[LINES[0], LINES[1], [], LINES[2]]), encoding="utf-8")
    with opened(path, STAY) as file:
        rows = pa.concat_tables(list(text_tables(file, STAY)))
    assert rows.column("line_no").to_pylist() == [2, 4]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_an_export_runs_no_formula(cell: str) -> None:
    written = csv_bytes([[cell, "安全"]]).decode("utf-8-sig")
    assert written.lstrip('"').startswith("'")
