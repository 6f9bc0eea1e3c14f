"""Checks the rows of a reply cell by cell; a problem names row, column, value, reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weijian.exchange.adhoc_tables.columns import Column, Refused


@dataclass(frozen=True)
class Problem:
    """One cell that was not understood. ``line`` is the row as the person sees it (Excel: the header is line 1)."""

    line: int
    column: Column
    value: str
    reason: str


@dataclass
class Checked:
    """Rows in stored form, and the problems; rows with a problem are not among them."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def check_rows(columns: Sequence[Column], rows: Sequence[Mapping[str, object]], *, first_line: int = 1) -> Checked:
    """Check rows given by column key. Rows without a single value are left out, not refused."""
    checked = Checked()
    for line, row in enumerate(rows, start=first_line):
        if all(
            str(row.get(column.key) or "").strip() == "" and row.get(column.key) not in (0, False) for column in columns
        ):
            continue
        values: dict[str, Any] = {}
        before = len(checked.problems)
        for column in columns:
            try:
                values[column.key] = column.read(row.get(column.key))
            except Refused as refused:
                text = str(row.get(column.key) or "")
                checked.problems.append(Problem(line, column, text[:60], str(refused)))
        if len(checked.problems) == before:
            checked.rows.append(values)
    return checked
