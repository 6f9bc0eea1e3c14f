"""CSV of the delay commands, in full precision (what Python's ``repr`` gives), to a file or to standard output."""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol


def write_csv(path: Path | None, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows; numbers in full precision, whole numbers without a point, nan as an empty cell."""
    if path is None:
        _write(csv.writer(sys.stdout, lineterminator="\n"), header, rows)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        _write(csv.writer(file, lineterminator="\n"), header, rows)


class _RowWriter(Protocol):
    """What the csv module returns; it names no public type."""

    def writerow(self, row: Iterable[object], /) -> object: ...


def _write(writer: _RowWriter, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(value) for value in row])


def _cell(value: object) -> object:
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    return value
