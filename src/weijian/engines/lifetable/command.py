"""The command ``weijian lifetable FILE``: a life table from a CSV, printed or as one JSON document."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from weijian.engines.lifetable.chiang import life_tables
from weijian.engines.lifetable.notes import Note, method_note, notes_of
from weijian.engines.lifetable.reading import LifeTableInputError, read_life_table_input
from weijian.engines.lifetable.separation import Separation
from weijian.engines.lifetable.tables import Row

_PRINT: Mapping[str, tuple[int, int]] = {
    "mx": (10, 6), "qx": (10, 6), "lx": (9, 0), "dx": (9, 0), "Lx": (10, 0), "Tx": (11, 0),
    "ex": (7, 2), "ex_low": (7, 2), "ex_high": (8, 2),
}  # fmt: skip


def lifetable_command(path: Path, json: bool = False, *, separation: Separation | None = None, lang: str = "zh") -> int:
    """Print the life table of the CSV ``age, population, deaths`` at ``path``; returns the exit code.

    Faults in the input are named row by row on standard error or, with ``json``, in the document; exit 2.
    """
    chosen = separation or Separation()
    try:
        given = read_life_table_input(path.read_bytes(), path.name)
    except LifeTableInputError as error:
        _print_faults(error, json, lang)
        return error.exit_code
    except OSError as error:
        _print_unreadable(path, error, json)
        return 2
    tables = life_tables(given.grid, given.population, given.deaths, chosen)
    rows, notes = tables.rows(), [method_note(chosen), *notes_of(tables, given)]
    if json:
        _print_json({"rows": rows, "life_expectancy": rows[0]["ex"], "notes": [_as_dict(note) for note in notes]})
    else:
        sys.stdout.write(_as_table(rows, notes, lang))
    return 0


def _as_dict(note: Note) -> dict[str, str]:
    return {"code": note.code, "zh": note.zh, "en": note.en}


def _as_table(rows: Sequence[Row], notes: Sequence[Note], lang: str) -> str:
    lines = ["age".rjust(6) + "".join(column.rjust(width) for column, (width, _) in _PRINT.items())]
    for row in rows:
        cells = [_cell(row[column], width, places) for column, (width, places) in _PRINT.items()]
        lines.append(str(row["label"]).rjust(6) + "".join(cells))
    lines += [f"* {note.zh if lang.startswith('zh') else note.en}" for note in notes]
    return "\n".join(lines) + "\n"


def _cell(value: object, width: int, places: int) -> str:
    text = f"{value:.{places}f}" if isinstance(value, float) else "—"
    return text.rjust(width)


def _print_json(document: Mapping[str, object]) -> None:
    sys.stdout.write(json_text.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")


def _print_faults(error: LifeTableInputError, json: bool, lang: str) -> None:
    if json:
        faults = [{"line": p.line, "column": p.column, "zh": p.zh, "en": p.en} for p in error.problems]
        _print_json({"error": error.as_dict(), "problems": faults})
        return
    sys.stderr.write("\n".join([str(error), *(problem.text(lang) for problem in error.problems)]) + "\n")


def _print_unreadable(path: Path, error: OSError, json: bool) -> None:
    fault = {
        "code": "lifetable.unreadable",
        "what": error.strerror or "The file cannot be read.",
        "where": path.name,
    }
    if json:
        _print_json({"error": fault, "problems": []})
    else:
        sys.stderr.write(f"[{fault['code']}] {fault['what']} ({fault['where']})\n")
