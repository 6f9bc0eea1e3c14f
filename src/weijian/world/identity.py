"""Identity numbers and names of people who do not exist, made a million at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from weijian.kernel.identifiers.resident_id import CHECK_CHARACTERS, CHECK_WEIGHTS

#: Highest order number of one sex on one day in one issuing area: three digits, odd for men (GB 11643-1999).
SEQUENCES = 499

Bytes = NDArray[np.uint8]


def date_digits(days: NDArray[np.int32]) -> Bytes:
    """ASCII ``YYYYMMDD`` of days since 1970-01-01, one row of eight bytes each."""
    text = days.astype("datetime64[D]").astype("S10")
    matrix = np.frombuffer(text.tobytes(), dtype=np.uint8).reshape(days.size, 10)
    return matrix[:, [0, 1, 2, 3, 5, 6, 8, 9]]


def number_digits(values: NDArray[np.int64], width: int) -> Bytes:
    """ASCII digits of whole numbers, zero-filled to ``width``."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return ((values[:, None] // powers) % 10 + ord("0")).astype(np.uint8)


def resident_numbers(
    areas: NDArray[np.int64], birth: NDArray[np.int32], male: NDArray[np.bool_], sequence: NDArray[np.int64]
) -> Bytes:
    """Valid 18-character numbers as bytes; ``sequence`` counts from 0 within area, day and sex."""
    if sequence.size and int(sequence.max()) > SEQUENCES:
        raise ValueError("more persons on one day in one area than order numbers")
    first = np.concatenate([number_digits(areas, 6), date_digits(birth), number_digits(2 * sequence + male, 3)], axis=1)
    total = (first - np.uint8(ord("0"))).astype(np.int16) @ np.array(CHECK_WEIGHTS, dtype=np.int16)
    check = np.frombuffer(CHECK_CHARACTERS.encode(), dtype=np.uint8)[total % 11]
    return np.concatenate([first, check[:, None]], axis=1)


def sequence_within(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Running number of each row among the rows of equal key, in row order."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    lengths = np.diff(np.concatenate([starts, [keys.size]]))
    result = np.empty(keys.size, dtype=np.int64)
    result[order] = np.arange(keys.size) - np.repeat(starts, lengths)
    return result


def text_of(matrix: Bytes) -> pa.Array:
    """Rows of equal length as an Arrow string column, without copying through Python objects."""
    rows, width = matrix.shape
    offsets = np.arange(rows + 1, dtype=np.int64) * width
    data = pa.py_buffer(np.ascontiguousarray(matrix).tobytes())
    return pa.Array.from_buffers(pa.large_string(), rows, [None, pa.py_buffer(offsets), data]).cast(pa.string())


def numbered(prefix: str, values: NDArray[np.int64], width: int) -> pa.Array:
    """``prefix`` followed by zero-filled numbers."""
    head = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    digits = number_digits(np.asarray(values, dtype=np.int64), width)
    return text_of(np.concatenate([np.broadcast_to(head, (digits.shape[0], head.size)), digits], axis=1))
