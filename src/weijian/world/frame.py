"""Columns of submitted rows: typed Arrow arrays made from numpy without a Python object per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

EPOCH = date(1970, 1, 1)
#: "No date": long before anybody was born, so that day numbers before 1970 stay free.
NONE = np.int32(-1_000_000)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def dates(days: ArrayLike) -> pa.Array:
    """Civil dates from day numbers; ``NONE`` is empty."""
    values = np.asarray(days, dtype=np.int32)
    return pa.array(values, mask=values == NONE).cast(pa.date32())


def money(fen: ArrayLike) -> pa.Array:
    """Amounts in 分 as 元 with two decimals (decimal128(14, 2)), by writing the sixteen-byte integers directly."""
    low = np.asarray(fen, dtype=np.int64)
    pair = np.stack([low, low >> 63], axis=1)
    return pa.Array.from_buffers(pa.decimal128(14, 2), low.size, [None, pa.py_buffer(np.ascontiguousarray(pair))])


def text_codes(codes: Sequence[str], index: ArrayLike) -> pa.Array:
    """Codes by position; a negative position is empty."""
    at = np.asarray(index, dtype=np.int64)
    return pa.array(codes, pa.string()).take(pa.array(at, mask=at < 0))


def flags(values: ArrayLike) -> pa.Array:
    """是 and 否."""
    return text_codes(("否", "是"), np.asarray(values, dtype=bool).astype(np.int64))


def whole(values: ArrayLike, empty: NDArray[np.bool_] | None = None) -> pa.Array:
    """Whole numbers; places in ``empty`` hold nothing."""
    return pa.array(np.asarray(values, dtype=np.int64), mask=empty)


def constant(value: str, size: int) -> pa.Array:
    """The same text in every row."""
    return pa.array([value], pa.string()).take(pa.array(np.zeros(size, dtype=np.int64)))


def nothing(size: int) -> pa.Array:
    """An empty column."""
    return pa.nulls(size, pa.string())


@dataclass
class Stream:
    """The clean rows of one dataset that one institution submits over one year, in order of month.

    ``months`` (1–12) is the month of each row's business date and ascends. ``subjects`` holds the true subject number
    of each row's person, −1 where the row has none. A ``yearly`` stream is sent as one file.
    """

    dataset: str
    institution: str
    year: int
    table: pa.Table
    months: NDArray[np.int8]
    subjects: NDArray[np.int64]
    yearly: bool = False

    @property
    def rows(self) -> int:
        """Number of clean rows."""
        return int(self.table.num_rows)


def month_numbers(days: NDArray[np.int32]) -> NDArray[np.int8]:
    """Month of each day, 1 to 12."""
    months: NDArray[np.int8] = (days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1).astype(
        np.int8
    )
    return months


def stream(
    dataset: str,
    institution: str,
    year: int,
    columns: dict[str, pa.Array],
    business: NDArray[np.int32],
    subjects: NDArray[np.int64] | None = None,
    *,
    yearly: bool = False,
) -> Stream:
    """Clean rows sorted by business date, so that a month is one slice."""
    order = np.argsort(business, kind="stable")
    table = pa.table(columns)
    people = np.full(business.size, -1, dtype=np.int64) if subjects is None else subjects
    if not (order[1:] > order[:-1]).all():
        table, people, business = table.take(pa.array(order)), people[order], business[order]
    return Stream(dataset, institution, year, table, month_numbers(business), people, yearly)


def merged(dataset: str, institution: str, parts: Sequence[Stream]) -> Stream:
    """Several streams of one dataset and year as one yearly stream of another submitter, in order of month."""
    table = pa.concat_tables([part.table for part in parts], promote_options="default").combine_chunks()
    months = np.concatenate([part.months for part in parts])
    subjects = np.concatenate([part.subjects for part in parts])
    order = np.argsort(months, kind="stable")
    year = parts[0].year
    return Stream(dataset, institution, year, table.take(pa.array(order)), months[order], subjects[order], yearly=True)
