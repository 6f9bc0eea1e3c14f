"""Writes one submitted file in the format that its institution uses: CSV in two encodings, Excel, Parquet or NDJSON."""

from __future__ import annotations

import enum
import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from weijian.definitions.record_kinds import RecordKind

#: Optional column of every template, see the intake engine.
VERSION_HEADER = "版本号"
BOM = b"\xef\xbb\xbf"


class FileFormat(enum.StrEnum):
    """What an institution's system exports."""

    CSV = "csv"  # UTF-8 with byte order mark, as Excel saves it
    CSV_GB18030 = "csv-gb18030"
    XLSX = "xlsx"
    PARQUET = "parquet"
    NDJSON = "ndjson"

    @property
    def suffix(self) -> str:
        """File name extension."""
        return "csv" if self is FileFormat.CSV_GB18030 else self.value


def headed(kind: RecordKind, table: pa.Table) -> pa.Table:
    """The table in template order under its Chinese headers; KeyError where a column is missing."""
    columns = kind.file_columns()
    return pa.Table.from_arrays([table.column(c.name) for c in columns], names=[c.zh for c in columns])


def write_file(
    path: Path, kind: RecordKind, table: pa.Table, form: FileFormat, versions: NDArray[np.int64] | None = None
) -> None:
    """Write the rows; columns are taken by their names in :meth:`RecordKind.file_columns`.

    With ``versions`` a further column 版本号 says which version of its row each line is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = headed(kind, table)
    if versions is not None:
        rows = rows.append_column(VERSION_HEADER, pa.array(versions))
    _WRITERS[form](path, rows)


def _write_csv(path: Path, table: pa.Table) -> None:
    with path.open("wb") as stream:
        stream.write(BOM + _header(table))
        arrow_csv.write_csv(table, stream, _options(table))


def _write_gb18030(path: Path, table: pa.Table) -> None:
    with path.open("wb") as stream:
        stream.write(_header(table).decode().encode("gb18030"))
        for start in range(0, max(table.num_rows, 1), 100_000):
            block = io.BytesIO()
            part = table.slice(start, 100_000)
            arrow_csv.write_csv(part, block, _options(part))
            stream.write(block.getvalue().decode().encode("gb18030"))


def _header(table: pa.Table) -> bytes:
    return (",".join(table.column_names) + "\r\n").encode()


def _options(table: pa.Table) -> arrow_csv.WriteOptions:
    """Arrow quotes all text or none; codes, numbers and names hold neither comma, quote nor line break."""
    return arrow_csv.WriteOptions(include_header=False, quoting_style="none", eol="\r\n")


def _write_xlsx(path: Path, table: pa.Table) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("数据")
    sheet.write_row(0, 0, table.column_names)
    names = table.column_names
    for number, row in enumerate(table.to_pylist(), start=1):
        for column, name in enumerate(names):
            value = row[name]
            if value is not None and value != "":
                _write_cell(sheet, number, column, value)
    book.close()


def _write_cell(sheet: object, row: int, column: int, value: object) -> None:
    from datetime import date
    from decimal import Decimal

    if isinstance(value, date):
        # Excel knows no day before 1900; people born then are typed as text.
        write = sheet.write_datetime if value.year >= 1901 else None  # type: ignore[attr-defined]
        if write is None:
            sheet.write_string(row, column, value.isoformat())  # type: ignore[attr-defined]
        else:
            write(row, column, value)
    elif isinstance(value, Decimal | int | float):
        sheet.write_number(row, column, float(value))  # type: ignore[attr-defined]
    else:
        sheet.write_string(row, column, str(value))  # type: ignore[attr-defined]


def _write_parquet(path: Path, table: pa.Table) -> None:
    parquet.write_table(table, path, compression="zstd")


def _write_ndjson(path: Path, table: pa.Table) -> None:
    names = table.column_names
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for batch in table.to_batches(max_chunksize=50_000):
            rows = zip(*(_plain(column) for column in batch.columns), strict=True)
            stream.writelines(
                json.dumps({n: v for n, v in zip(names, row, strict=True) if v is not None}, ensure_ascii=False) + "\n"
                for row in rows
            )


def _plain(column: pa.Array) -> list[object]:
    """Values that JSON knows: dates and amounts as text."""
    if pa.types.is_decimal(column.type) or pa.types.is_date(column.type):
        column = column.cast(pa.string())
    return list(column.to_pylist())


_WRITERS = {
    FileFormat.CSV: _write_csv,
    FileFormat.CSV_GB18030: _write_gb18030,
    FileFormat.XLSX: _write_xlsx,
    FileFormat.PARQUET: _write_parquet,
    FileFormat.NDJSON: _write_ndjson,
}
