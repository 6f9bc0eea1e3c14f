"""Reads formats whose cells carry types, JSON lines and workbooks, as the text that a person would type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import python_calamine

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.headers import known_headers
from weijian.kernel.errors import WeijianError

#: How far down a sheet its header may stand: titles and notes above it are passed over.
HEADER_ROWS = 10


def ndjson_table(path: Path, content: bytes | None = None) -> tuple[pa.Table, int]:
    """One row per JSON object; its line number is its row plus one, as if a header stood above."""
    rows: list[dict[str, object]] = []
    for number, line in _lines(path, content):
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            raise WeijianError(
                "intake.file_json", f"第{number}行不是有效的JSON。", f"第{number}行", "每行一个JSON对象"
            ) from None
        if not isinstance(row, dict):
            raise WeijianError("intake.file_json", f"第{number}行不是JSON对象。", f"第{number}行", "每行一个JSON对象")
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: pa.array([cell_text(row.get(name)) for row in rows], pa.string()) for name in names}), 2


def _lines(path: Path, content: bytes | None) -> Iterator[tuple[int, str]]:
    if content is not None:
        yield from (
            (number, text) for number, text in enumerate(content.decode("utf-8").split("\n"), 1) if text.strip()
        )
        return
    with path.open(encoding="utf-8-sig") as stream:
        yield from ((number, text) for number, text in enumerate(stream, 1) if text.strip())


def sheet_table(path: Path, kind: RecordKind) -> tuple[pa.Table, int]:
    """The sheet with most of the kind's headers within its first ten rows, and the line of its first row below them.

    A header may stand in two rows, as where 费用 is merged above 药品费 and 检查费; the lower row then names the columns.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except Exception:  # the reader raises errors of many kinds on damaged workbooks, none of them documented
        raise WeijianError(
            "intake.file_broken", "Excel 文件损坏或有密码,无法读取。", "", "另存为新的 .xlsx 后再报送"
        ) from None
    best: tuple[int, int, list[str], Sequence[Sequence[object]]] | None = None
    for rows in sheets:
        for index, row in enumerate(rows[:HEADER_ROWS]):
            headers = [cell_text(cell) or "" for cell in row]
            # Two rows are taken for one header only where they name more columns than the upper one alone.
            for depth, names in ((1, headers), (2, _over_two_rows(kind, headers, rows[index + 1 : index + 2]))):
                score = known_headers(kind, names)
                if score > (best[0] if best else 0):
                    best = (score, index + depth, names, rows[index + depth :])
    if best is None:
        raise WeijianError("intake.file_header", "工作簿中没有找到模板的表头。", "", "使用下载的模板填写")
    _score, above, headers, below = best
    return (
        pa.table(
            {
                name: pa.array([cell_text(row[place]) if place < len(row) else None for row in below], pa.string())
                for place, name in enumerate(unique_names(headers))
            }
        ),
        above + 1,
    )


def _over_two_rows(kind: RecordKind, upper: list[str], following: Sequence[Sequence[object]]) -> list[str]:
    """Headers of two rows as one: the lower cell where it names a column of the kind, else the upper one."""
    lower = [cell_text(cell) or "" for row in following for cell in row]
    return [
        lower[place] if place < len(lower) and known_headers(kind, [lower[place]]) else text
        for place, text in enumerate(upper)
    ]


def unique_names(headers: list[str]) -> list[str]:
    """Headers told apart: an empty one by its place, a repeated one by its count."""
    seen: dict[str, int] = {}
    names = []
    for index, header in enumerate(headers):
        name = header or f"_{index}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def cell_text(cell: object) -> str | None:
    """A cell as the text that a person typed: whole floats without a fraction, dates in ISO form."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())[:10]
    # A lone surrogate from a JSON escape has no UTF-8 form.
    return str(cell).encode("utf-8", "replace").decode("utf-8")
