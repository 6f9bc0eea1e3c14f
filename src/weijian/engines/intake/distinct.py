"""Finds the different cells of columns, and the different combinations of several columns, with each row's place among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Distinct:
    """Different texts of a column in order of appearance, and for every row the place of its text (NULL: empty cell)."""

    texts: pa.Array
    places: pa.Array

    def spread(self, readings: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
        """What was read from each different text, for every row, without a copy for each row."""
        return pa.DictionaryArray.from_arrays(self.places, _whole(readings))


def distinct(column: pa.ChunkedArray) -> Distinct:
    """The different texts of a column of text."""
    encoded = _whole(column).dictionary_encode()
    return Distinct(encoded.dictionary, encoded.indices)


@dataclass(frozen=True)
class Combinations:
    """Different combinations of several columns: for each the place in every column (-1: empty), and every row's place."""

    parts: tuple[np.ndarray, ...]
    places: pa.Array

    def __len__(self) -> int:
        return len(self.parts[0])


def combinations(columns: Sequence[Distinct]) -> Combinations:
    """Combine column after column; numbers stay small because each step counts the combinations before it anew."""
    parts: tuple[np.ndarray, ...] = ()
    rows = np.zeros(len(columns[0].places), dtype=np.int64)
    places = pa.array(rows.astype(np.int32))
    for column in columns:
        size = len(column.texts) + 1
        own = pc.fill_null(column.places, -1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
        encoded = pa.array(rows * size + own).dictionary_encode()
        numbers = encoded.dictionary.to_numpy(zero_copy_only=False)
        before, last = numbers // size, numbers % size - 1
        parts = (*(part[before] for part in parts), last)
        places = encoded.indices
        rows = places.to_numpy(zero_copy_only=False).astype(np.int64)
    return Combinations(parts, places)


def taken(readings: pa.Array | pa.ChunkedArray, places: np.ndarray) -> pa.Array:
    """Readings at places; NULL at -1."""
    return _whole(readings).take(pa.array(places, pa.int32(), mask=places < 0))


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    # One chunk is what most blocks of a single file have; combining copies it otherwise.
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
