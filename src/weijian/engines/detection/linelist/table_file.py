"""Reading a small CSV file (a line list, strata, a series) as text columns with row numbers, so that every complaint
names a column and a row and none repeats what stands in the cell, which may be a name."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from weijian.kernel.errors import WeijianError

#: What spreadsheets and R write for a value that is not known.
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", ".", "-", "未知", "不详", "缺失"})
YES = frozenset({"y", "yes", "true", "t", "1", "+", "是", "有", "阳性", "√"})
NO = frozenset({"n", "no", "false", "f", "0", "否", "无", "阴性", "×"})


@dataclass(frozen=True)
class TableFile:
    """Column name → cells as text, one per row, in file order; ``lines`` are the line numbers of the rows in the file,
    the header being line 1."""

    name: str
    columns: dict[str, list[str]]
    lines: list[int]

    @property
    def rows(self) -> int:
        """Number of data rows."""
        return len(self.lines)

    def column(self, name: str) -> list[str]:
        """The cells of a column, else ``table.unknown_column`` with the columns there are."""
        if name not in self.columns:
            raise WeijianError(
                "table.unknown_column",
                f"There is no column “{name}”.",
                where=self.name,
                fix="The file has: " + ", ".join(self.columns) + ".",
            )
        return self.columns[name]

    def flags(self, name: str) -> list[bool | None]:
        """Yes/no cells (Y/N, yes/no, 1/0, true/false, 是/否, 有/无, 阳性/阴性, +); ``None`` for missing."""
        return [self._flag(name, row, cell) for row, cell in zip(self.lines, self.column(name), strict=True)]

    def numbers(self, name: str) -> list[float]:
        """Cells as numbers; missing or other text is an error, because a gap in a series is not a zero."""
        return [self._number(name, row, cell) for row, cell in zip(self.lines, self.column(name), strict=True)]

    def dates(self, name: str) -> list[date | None]:
        """Cells as ISO dates (2017-07-01, also 2017/7/1 and 20170701); ``None`` for missing."""
        return [self._date(name, row, cell) for row, cell in zip(self.lines, self.column(name), strict=True)]

    def _flag(self, name: str, row: int, cell: str) -> bool | None:
        text = cell.lower()
        if text in MISSING and text != "-":
            return None
        if text in YES:
            return True
        if text in NO or text == "-":
            return False
        raise WeijianError(
            "table.not_yes_no",
            "This cell is neither yes, no nor missing.",
            where=f"{self.name}, row {row}, column {name}",
            fix="Write Y or N (also 1/0, yes/no, 是/否), and leave the cell empty when it is not known.",
        )

    def _number(self, name: str, row: int, cell: str) -> float:
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise WeijianError(
                "table.not_a_number",
                "This cell is missing or not a number.",
                where=f"{self.name}, row {row}, column {name}",
                fix="Write 0 when nothing happened; leave out rows that were not observed.",
            )
        return number

    def _date(self, name: str, row: int, cell: str) -> date | None:
        if cell.lower() in MISSING:
            return None
        parts = cell.split(" ")[0].split("T")[0].replace("/", "-").split("-")
        try:
            if len(parts) == 3:
                return date(int(parts[0]), int(parts[1]), int(parts[2]))
            return date.fromisoformat(parts[0])
        except ValueError:
            raise WeijianError(
                "table.not_a_date",
                "This cell is not a date.",
                where=f"{self.name}, row {row}, column {name}",
                fix="Write dates as year-month-day, for example 2017-07-01.",
            ) from None


def read_table(path: Path) -> TableFile:
    """A CSV file with a header line, UTF-8 or GB18030, comma, semicolon or tab.

    Errors: ``table.no_file``, ``table.empty`` (no header or no row), ``table.header`` (a name missing or twice),
    ``table.ragged`` (a row with more or fewer cells than the header).
    """
    if not path.is_file():
        raise WeijianError("table.no_file", "There is no such file.", where=path.name)
    text = _decode(path.read_bytes(), path.name)
    first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    # Blank lines and lines of separators only, which spreadsheets leave behind; one empty cell is a missing value.
    rows = [(line, row) for line, row in rows if len(row) == 1 or any(row)]
    if len(rows) < 2:
        raise WeijianError(
            "table.empty", "The file has no data row.", where=path.name, fix="The first line names the columns."
        )
    header = rows[0][1]
    if "" in header or len(set(header)) != len(header):
        raise WeijianError("table.header", "A column has no name, or two have the same.", where=path.name)
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise WeijianError(
                "table.ragged",
                f"The row has {len(row)} cells, the header {len(header)}.",
                where=f"{path.name}, row {line}",
            )
    columns = {name: [row[i] for _, row in rows[1:]] for i, name in enumerate(header)}
    return TableFile(path.name, columns, [line for line, _ in rows[1:]])


def _decode(raw: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WeijianError("table.encoding", "The file is neither UTF-8 nor GB18030 text.", where=name)
