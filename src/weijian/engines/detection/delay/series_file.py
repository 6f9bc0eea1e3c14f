"""Reading a file of daily counts and a file of serial-interval weights for the command line, with every way they can be
wrong said in words: gaps, disorder, doubles, and weights that begin at the wrong lag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from weijian.engines.detection.delay.serial_interval import checked_weights
from weijian.engines.detection.linelist.table_file import TableFile, read_table
from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]
#: Accepted names, in order of preference; ``observed`` and ``epoch`` are those of the detectors' files.
COUNT_COLUMNS = ("observed", "incidence", "I", "cases", "count")
TIME_COLUMNS = ("epoch", "date", "dates", "t")
LAG_COLUMNS = ("lag", "k", "day", "t")
WEIGHT_COLUMNS = ("weight", "si_distr", "probability", "w", "p")


@dataclass(frozen=True)
class CountSeries:
    """One series: its name (empty when the file holds one), the label of every step, all cases, and imported ones."""

    name: str
    epochs: tuple[str, ...]
    cases: Floats
    imported: Floats | None


def read_series(path: Path) -> list[CountSeries]:
    """Series of a CSV file in the order they appear.

    Columns: counts (``observed``, ``incidence``, ``I``, ``cases`` or ``count``; or ``local`` with ``imported``), time
    (``epoch``, ``date``, ``dates`` or ``t``; optional), ``series`` (optional). Time must rise by one constant step:
    dates or whole numbers. Raises ``delay.disorder``, ``delay.double`` and ``delay.gap`` with the row, and
    ``delay.columns`` when there is no column of counts.
    """
    table = read_table(path)
    cases, imported = _counts(table)
    time_column = next((name for name in TIME_COLUMNS if name in table.columns), None)
    epochs = table.column(time_column) if time_column else [str(i + 1) for i in range(table.rows)]
    names = table.columns.get("series", [""] * table.rows)
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        rows.setdefault(name, []).append(row)
    result = []
    for name, chosen in rows.items():
        if time_column:
            _check_steps(table, time_column, chosen)
        elsewhere = None if imported is None else np.array([imported[i] for i in chosen])
        counts = np.array([cases[i] for i in chosen])
        result.append(CountSeries(name, tuple(epochs[i] for i in chosen), counts, elsewhere))
    return result


def read_serial_interval(path: Path) -> Floats:
    """Weights from lag 0 of a CSV file: a weight column (``weight``, ``si_distr``, ``probability``, ``w``, ``p``, or
    the only column) and optionally the lag (``lag``, ``k``, ``day`` or ``t``), which may start at 1."""
    table = read_table(path)
    lag_column = next((name for name in LAG_COLUMNS if name in table.columns), None)
    rest = [name for name in table.columns if name != lag_column]
    weight_column = next((name for name in WEIGHT_COLUMNS if name in rest), rest[0] if len(rest) == 1 else None)
    if weight_column is None:
        raise WeijianError(
            "delay.columns", "There is no column of weights.", where=path.name, fix="Call it “weight”, the lags “lag”."
        )
    weights = table.numbers(weight_column)
    if lag_column is None:
        return checked_weights(weights)
    lags = table.numbers(lag_column)
    first = lags[0]
    if first not in (0, 1) or lags != [first + i for i in range(len(lags))]:
        raise WeijianError(
            "delay.serial_interval", "The lags must run 0, 1, 2 … (or from 1) without a gap.", where=path.name
        )
    return checked_weights(weights if first == 0 else [0.0, *weights])


def _counts(table: TableFile) -> tuple[list[float], list[float] | None]:
    imported = table.numbers("imported") if "imported" in table.columns else None
    name = next((name for name in COUNT_COLUMNS if name in table.columns), None)
    if name is not None:
        return table.numbers(name), imported
    if imported is not None and "local" in table.columns:
        return [a + b for a, b in zip(table.numbers("local"), imported, strict=True)], imported
    raise WeijianError(
        "delay.columns",
        "There is no column of counts.",
        where=table.name,
        fix="Call it “observed” (or give “local” and “imported”).",
    )


def _check_steps(table: TableFile, column: str, rows: list[int]) -> None:
    places = _places(table, column, rows)
    # Months differ in length; every other step must be the same number of days (or of whole-number time steps).
    steps = range(0)
    if len(places) > 1:
        first = places[1] - places[0]
        steps = range(28, 32) if 28 <= first <= 31 else range(first, first + 1)
    for row, before, after in zip(rows[1:], places, places[1:], strict=False):
        where = f"{table.name}, row {table.lines[row]}, column {column}"
        if after == before:
            raise WeijianError("delay.double", "The same time occurs twice.", where=where)
        if after < before:
            raise WeijianError("delay.disorder", "The times are not in order.", where=where, fix="Sort by time.")
        if after - before not in steps:
            raise WeijianError(
                "delay.gap",
                "The time does not rise by one constant step.",
                where=where,
                fix="Write a row with 0 for every day without cases.",
            )


def _places(table: TableFile, column: str, rows: list[int]) -> list[int]:
    """The times of the rows as whole numbers: as they stand, or as days when they are dates."""
    cells = table.column(column)
    if all(cells[row].lstrip("-").isdigit() and len(cells[row]) < 8 for row in rows):
        return [int(cells[row]) for row in rows]
    days = table.dates(column)
    places: list[int] = []
    for row in rows:
        day: date | None = days[row]
        if day is None:
            raise WeijianError("delay.gap", "A date is missing.", where=f"{table.name}, row {table.lines[row]}")
        places.append(day.toordinal())
    return places
