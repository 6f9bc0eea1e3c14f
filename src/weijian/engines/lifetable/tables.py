"""The result of the engine: the columns of one life table or of many at once, and what had to be assumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weijian.engines.lifetable.grid import AgeGrid

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]
NO_OPEN_RATE = -1
Row = dict[str, int | str | float | None]


@dataclass(frozen=True, slots=True)
class LifeTables:
    """Columns of shape (populations, ages); ``lx`` starts from 100,000, ages and ``ex`` are in years.

    ``ex_low`` and ``ex_high`` are the 95 % interval. ``ex`` is NaN where it cannot be estimated.
    ``open_from`` is the index of the age from which deaths were pooled for the open rate: the last one where
    the open interval has deaths, ``NO_OPEN_RATE`` where no age has any. ``assumed_zero`` marks closed
    intervals without population, taken as without mortality; ``certain`` those in which all die (q is 1).
    """

    grid: AgeGrid
    mx: Floats
    qx: Floats
    ax: Floats
    lx: Floats
    dx: Floats
    Lx: Floats
    Tx: Floats
    ex: Floats
    standard_error: Floats
    ex_low: Floats
    ex_high: Floats
    open_from: Indices
    assumed_zero: Flags
    certain: Flags

    def __len__(self) -> int:
        return int(self.mx.shape[0])

    def rows(self, population: int = 0) -> list[Row]:
        """One mapping for each age of a population; ``None`` stands for what cannot be estimated."""
        columns = ("mx", "qx", "ax", "lx", "dx", "Lx", "Tx", "ex", "ex_low", "ex_high")
        rows: list[Row] = []
        for index, low in enumerate(self.grid.lows):
            row: Row = {"age": low, "label": self.grid.label(index)}
            for column in columns:
                value = float(getattr(self, column)[population, index])
                row[column] = value if np.isfinite(value) else None
            rows.append(row)
        return rows
