"""Time axes of series files: an index, dates, months or ISO weeks, each put on consecutive whole positions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weijian.engines.detection.calendar_years import civil_date, day_number
from weijian.engines.detection.series import BoolArray, DetectionError, IntArray
from weijian.engines.detection.text_numbers import to_float

_UNKNOWN = -(2**40)


@dataclass(frozen=True, slots=True)
class Axis:
    """Time of every row: day numbers when dated, otherwise the index; ``t`` is the file's own index if it had one."""

    dated: bool
    value: IntArray
    bad: BoolArray
    t: IntArray | None

    def _unit(self, freq: int) -> int:
        return 7 if freq == 52 else 1

    def _anchor(self, freq: int) -> int:
        """Phase of the grid: weekday of most weekly dates, day of the month of the first monthly date."""
        good = self.value[~self.bad]
        if not good.size:
            return 0
        if freq == 52:
            return int(np.bincount(good % 7, minlength=7).argmax())
        return civil_date(int(good.min())).day if freq == 12 else 0

    def positions(self, freq: int) -> tuple[IntArray, BoolArray]:
        """Whole position of each row on the grid of the frequency, and which rows are not on it."""
        if not self.dated:
            return np.where(self.bad, 0, self.value), self.bad
        if freq == 365:
            return np.where(self.bad, 0, self.value), self.bad
        anchor = self._anchor(freq)
        if freq == 52:
            position = (self.value - anchor) // 7
            return np.where(self.bad, 0, position), self.bad | ((self.value - anchor) % 7 != 0)
        days = np.where(self.bad, 0, self.value).astype("datetime64[D]")
        months = days.astype("datetime64[M]").astype(np.int64)
        day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
        return np.where(self.bad, 0, months), self.bad | (day != anchor)

    def _day(self, position: int, freq: int) -> int:
        if freq == 365:
            return position
        if freq == 52:
            return position * 7 + self._anchor(freq)
        return day_number(1970, 1 + position, self._anchor(freq))

    def grid(self, begin: int, length: int, freq: int) -> tuple[IntArray, IntArray | None]:
        """Index and day numbers of ``length`` positions from ``begin`` on."""
        if not self.dated:
            return np.arange(begin, begin + length, dtype=np.int64), None
        days = np.array([self._day(begin + i, freq) for i in range(length)], np.int64)
        first = 1
        if self.t is not None and self.t.size:
            place = np.flatnonzero((self.value == days[0]) & ~self.bad)
            first = int(self.t[place[0]]) if place.size else 1
        return np.arange(first, first + length, dtype=np.int64), days

    def start(self, begin: int, freq: int) -> int:
        """Place of the first position in its year, from 1 on: month, ISO week or day of the year; 1 for an index."""
        if not self.dated:
            return 1
        date = civil_date(self._day(begin, freq))
        if freq == 12:
            return date.month
        return min(date.isocalendar().week, 52) if freq == 52 else date.timetuple().tm_yday

    def label(self, position: int, freq: int) -> str:
        """A position as the file's reader knows it."""
        return civil_date(self._day(position, freq)).isoformat() if self.dated else str(position)


def read_epochs(table: pa.Table, path: Path | str) -> Axis:
    """The axis of a file: ``epoch`` if it holds dates, otherwise ``t``, otherwise ``epoch`` as an index."""
    index = _integers(table["t"]) if "t" in table.column_names else None
    if "epoch" in table.column_names:
        column = table["epoch"]
        if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
            days = column.cast(pa.date32()).cast(pa.int32())
            value = np.asarray(pc.fill_null(days, 0).to_numpy(), np.int64)
            return Axis(True, value, np.asarray(pc.is_null(days).to_numpy(), bool), None if index is None else index[0])
        words = pc.fill_null(pc.utf8_trim_whitespace(column.cast(pa.string())), "")
        value, bad, dated = _dates(words)
        if dated:
            return Axis(True, value, bad, None if index is None else index[0])
        if index is None:
            numbers, wrong = _integers(column)
            return Axis(False, numbers, wrong, None)
    if index is None:
        raise DetectionError("detection.columns", "neither t nor epoch can be read", str(path), "give t = 1, 2, 3 …")
    return Axis(False, index[0], index[1], None)


def _integers(column: pa.ChunkedArray) -> tuple[IntArray, BoolArray]:
    number, bad = to_float(column)
    wrong = bad | np.isnan(number) | (number != np.floor(number)) | (np.abs(number) > 2**40)
    return np.where(wrong, 0, number).astype(np.int64), np.asarray(wrong, bool)


def _dates(words: pa.ChunkedArray) -> tuple[IntArray, BoolArray, bool]:
    """Day numbers of the distinct words mapped back to rows; dated if most words are dates."""
    encoded = words.combine_chunks().dictionary_encode()
    distinct = np.array([_day_of(word) for word in encoded.dictionary.to_pylist()], np.int64)
    value = distinct[encoded.indices.to_numpy()]
    bad = value == _UNKNOWN
    return value, bad, bool(bad.mean() < 0.5)


def _day_of(word: str) -> int:
    """Day number of ``2020-07-01``, ``2020/7/1``, ``20200701`` (not), ``2020-07`` or ``2020-W53``; otherwise
    unknown.
    """
    try:
        if "W" in word.upper():
            year, week = word.upper().replace("-", "").split("W")
            return (dt.date.fromisocalendar(int(year), int(week), 1) - dt.date(1970, 1, 1)).days
        parts = [int(part) for part in word[:10].replace("/", "-").split("-")]
        if len(parts) == 2:
            parts.append(1)
        year_, month, day = parts
        return (dt.date(year_, month, day) - dt.date(1970, 1, 1)).days
    except (ValueError, TypeError):
        return _UNKNOWN


def infer_frequency(axis: Axis, code: IntArray) -> int | None:
    """52, 12 or 365 from the most frequent distance of neighbouring dates within a series; None without dates."""
    if not axis.dated:
        return None
    order = np.lexsort((axis.value, code))
    good = ~axis.bad[order]
    value, series = axis.value[order][good], code[order][good]
    gaps = np.diff(value)[(np.diff(series) == 0) & (np.diff(value) > 0)]
    if not gaps.size:
        return None
    usual = int(np.median(gaps))
    if usual in (1, 7):
        return 365 if usual == 1 else 52
    return 12 if 28 <= usual <= 31 else None
