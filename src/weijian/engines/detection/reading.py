"""Count series from CSV or Parquet: thousands in one file, each checked, a bad one put aside with its reason while
the rest go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from weijian.engines.detection.epochs import Axis, infer_frequency, read_epochs
from weijian.engines.detection.series import FREQUENCIES, BoolArray, DetectionError, FloatArray, IntArray, SeriesBatch
from weijian.engines.detection.text_numbers import to_float

LARGEST_GAP_FACTOR = 20
"""A series whose time axis would be more than so many times longer than its rows is taken for a typing error."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A series that was put aside: which, why (stable code and one sentence), and the first place in it."""

    series: str
    code: str
    en: str
    zh: str
    where: str


@dataclass(frozen=True, slots=True)
class SeriesFile:
    """What a file held: batches (series with one and the same time axis together), and the series put aside."""

    batches: tuple[SeriesBatch, ...]
    rejected: tuple[Rejection, ...]
    rows: int

    @property
    def size(self) -> int:
        """Number of usable series."""
        return sum(batch.size for batch in self.batches)


_FLAWS: tuple[tuple[str, str, str], ...] = (
    ("negative", "a count is negative", "计数为负"),
    ("fractional", "a count is not a whole number", "计数不是整数"),
    ("not-a-number", "a count is not a number", "计数不是数字"),
    ("duplicate-time", "a time occurs more than once", "时间重复"),
    ("bad-time", "a time or epoch cannot be read", "时间无法识别"),
    ("bad-population", "a population is negative or not a number", "人口数为负或不是数字"),
    ("bad-state", "a state is neither 0 nor 1", "暴发标记不是 0 或 1"),
    ("irregular-epochs", "the dates do not follow the frequency", "日期间隔与频率不符"),
    ("gap-too-long", "the times span far more than the rows fill", "时间跨度远大于行数"),
)
NEGATIVE, FRACTIONAL, NOT_A_NUMBER, DUPLICATE, BAD_TIME, BAD_POPULATION, BAD_STATE, IRREGULAR, TOO_LONG = range(9)


def read_series(path: Path | str, *, freq: int | None = None, exclude_outbreaks: bool = False) -> SeriesFile:
    """Read ``t, epoch, observed`` and optionally ``series, state, population``.

    Rows may come in any order. ``epoch`` is a date (ISO), an ISO week (2020-W53), a month (2020-07) or an index;
    dates make a dated axis. Empty ``observed`` is a missing count, and so is a time without a row. ``freq``
    defaults to what the dates say, otherwise 52. Raises ``DetectionError`` when the file as a whole cannot be used.
    """
    table = read_table(Path(path))
    if freq is not None and freq not in FREQUENCIES:
        raise DetectionError("detection.freq", f"freq={freq} is not 52, 12 or 365", "--freq", "give 52, 12 or 365")
    if table.num_rows == 0:
        raise DetectionError("detection.empty", "the file has no rows", str(path), "at least one row is needed")
    names, code = _series(table)
    epochs = read_epochs(table, path)
    chosen = freq or infer_frequency(epochs, code) or 52
    columns = _Columns.of(table, epochs, chosen)
    order = np.lexsort((columns.t, code))
    return _assemble(names, code[order], columns.take(order), epochs, chosen, exclude_outbreaks)


def read_table(path: Path) -> pa.Table:
    if not path.exists():
        raise DetectionError("detection.no_file", "there is no such file", str(path), "check the name")
    if path.stat().st_size == 0:
        raise DetectionError("detection.empty", "the file is empty", str(path), "expected columns t, epoch, observed")
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            table = pq.read_table(path)
        else:
            header = pacsv.open_csv(path).schema.names
            types = {name: pa.string() for name in header}
            convert = pacsv.ConvertOptions(
                column_types=types, strings_can_be_null=True, null_values=["", "NA", "NaN", "nan"]
            )
            table = pacsv.read_csv(path, convert_options=convert)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise DetectionError(
            "detection.unreadable", f"the file cannot be read: {error}", str(path), "CSV in UTF-8 or Parquet"
        ) from error
    table = table.rename_columns([name.strip().lstrip("\ufeff").lower() for name in table.column_names])
    if "observed" not in table.column_names or not {"t", "epoch"} & set(table.column_names):
        raise DetectionError(
            "detection.columns", f"columns found: {', '.join(table.column_names)}", str(path),
            "needed: observed, and t or epoch; optional: series, state, population",
        )  # fmt: skip
    return table


def _series(table: pa.Table) -> tuple[tuple[str, ...], IntArray]:
    """Names in order of first appearance, and the code of each row."""
    if "series" not in table.column_names:
        return ("1",), np.zeros(table.num_rows, np.int64)
    column = pc.fill_null(table["series"].cast(pa.string()), "").combine_chunks().dictionary_encode()
    return tuple(column.dictionary.to_pylist()), column.indices.to_numpy().astype(np.int64)


@dataclass(slots=True)
class _Columns:
    """The file as arrays, one element a row, with a bit set of flaws."""

    t: IntArray
    observed: FloatArray
    state: BoolArray
    population: FloatArray
    flaws: npt.NDArray[np.uint16]

    @staticmethod
    def of(table: pa.Table, epochs: Axis, freq: int) -> _Columns:
        rows = table.num_rows
        flaws = np.zeros(rows, np.uint16)
        observed, bad = to_float(table["observed"])
        flaws[bad] |= 1 << NOT_A_NUMBER
        with np.errstate(invalid="ignore"):
            flaws[observed < 0] |= 1 << NEGATIVE
            flaws[np.isinf(observed)] |= 1 << NOT_A_NUMBER
            flaws[np.isfinite(observed) & (observed != np.floor(observed))] |= 1 << FRACTIONAL
        state = np.zeros(rows, bool)
        if "state" in table.column_names:
            words = pc.utf8_lower(pc.fill_null(table["state"].cast(pa.string()), "0"))
            yes = pc.is_in(words, pa.array(["1", "true", "1.0", "t"]))
            no = pc.is_in(words, pa.array(["0", "false", "0.0", "f", ""]))
            state = np.asarray(yes.to_numpy(), bool)
            flaws[~state & ~np.asarray(no.to_numpy(), bool)] |= 1 << BAD_STATE
        population = np.full(rows, np.nan)
        if "population" in table.column_names:
            population, bad = to_float(table["population"])
            with np.errstate(invalid="ignore"):
                flaws[bad | (population < 0)] |= 1 << BAD_POPULATION
        t, wrong = epochs.positions(freq)
        flaws[wrong] |= 1 << BAD_TIME
        return _Columns(t, observed, state, population, flaws)

    def take(self, order: IntArray) -> _Columns:
        return _Columns(
            self.t[order], self.observed[order], self.state[order], self.population[order], self.flaws[order]
        )  # fmt: skip


def _assemble(
    names: tuple[str, ...], code: IntArray, c: _Columns, epochs: Axis, freq: int, exclude: bool
) -> SeriesFile:
    """Put sorted rows on grids: one batch for each distinct (first time, last time)."""
    same = (code[1:] == code[:-1]) & (c.t[1:] == c.t[:-1])
    c.flaws[1:][same] |= 1 << DUPLICATE
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    ends = np.r_[starts[1:], code.size]
    flaws = np.bitwise_or.reduceat(c.flaws, starts)
    first, last = c.t[starts], c.t[ends - 1]
    span = last - first + 1
    flaws[(flaws == 0) & (span > LARGEST_GAP_FACTOR * (ends - starts) + 1000)] |= 1 << TOO_LONG
    present = code[starts]
    rejected = [
        _rejection(names[present[i]], int(flaws[i]), c, slice(starts[i], ends[i]), epochs, freq)
        for i in np.flatnonzero(flaws)
    ]
    batches = []
    good = np.flatnonzero(flaws == 0)
    grid = np.stack([first[good], span[good]], axis=1) if good.size else np.zeros((0, 2), np.int64)
    for begin, length in np.unique(grid, axis=0):
        chosen = good[(grid[:, 0] == begin) & (grid[:, 1] == length)]
        batches.append(_batch(names, present, starts, ends, chosen, c, int(begin), int(length), epochs, freq, exclude))
    return SeriesFile(tuple(batches), tuple(rejected), int(code.size))


def _batch(
    names: tuple[str, ...], present: IntArray, starts: IntArray, ends: IntArray, chosen: IntArray, c: _Columns,
    begin: int, length: int, epochs: Axis, freq: int, exclude: bool,
) -> SeriesBatch:  # fmt: skip
    sizes = ends[chosen] - starts[chosen]
    row = np.repeat(np.arange(chosen.size), sizes)
    source = np.concatenate([np.arange(s, e) for s, e in zip(starts[chosen], ends[chosen], strict=True)])
    column = c.t[source] - begin
    observed, population = np.full((chosen.size, length), np.nan), np.full((chosen.size, length), np.nan)
    state = np.zeros((chosen.size, length), bool)
    observed[row, column], population[row, column] = c.observed[source], c.population[source]
    state[row, column] = c.state[source]
    t, dates = epochs.grid(begin, length, freq)
    return SeriesBatch(
        tuple(names[present[i]] for i in chosen), observed, t, state, population, freq, dates, exclude,
        epochs.start(begin, freq),
    )  # fmt: skip


def _rejection(name: str, flaws: int, c: _Columns, rows: slice, epochs: Axis, freq: int) -> Rejection:
    number = next(i for i in range(len(_FLAWS)) if flaws & (1 << i))
    at = np.flatnonzero(c.flaws[rows] & (1 << number))
    where = f"t={epochs.label(int(c.t[rows][at[0]]), freq)}" if at.size and number != BAD_TIME else ""
    code, en, zh = _FLAWS[number]
    return Rejection(name, code, en, zh, where)
