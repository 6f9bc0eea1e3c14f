"""From clean rows to submitted files: cut by month, soiled, put right later, and listed in order of sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weijian.definitions.fields import FieldType
from weijian.definitions.record_kinds import RecordKind
from weijian.world.files import FileFormat, write_file
from weijian.world.flaws import add_flaws
from weijian.world.frame import Stream
from weijian.world.mistakes import CORRECTIONS, IMPOSSIBLE, make_impossible
from weijian.world.rates import Rates
from weijian.world.sampling import seeded
from weijian.world.truth import Outcome, Soil, TruthWriter

#: Nobody sends more than this by Excel; larger files go as CSV.
XLSX_ROWS = 600


@dataclass(frozen=True)
class ManifestEntry:
    """One submitted file. ``order`` is the order of sending over all files; ``sent_on`` the civil date of sending."""

    file: str
    dataset: str
    institution: str
    period: str
    order: int
    rows: int
    sent_on: str
    format: str


@dataclass
class _Row:
    """Rows of one file before they are written: clean row numbers with what was done to them."""

    source: NDArray[np.int64]
    soil: NDArray[np.int8]
    outcome: NDArray[np.int8]


@dataclass(frozen=True)
class _Fate:
    """What happens to each clean row on its way: sets of row numbers (ascending)."""

    within: NDArray[np.int64]
    across: NDArray[np.int64]
    corrected: NDArray[np.int64]
    late: NDArray[np.int64]
    impossible: NDArray[np.int64]
    overtaken: NDArray[np.int64]


class Delivery:
    """Writes streams as files under a folder and keeps the manifest and the truth."""

    def __init__(
        self,
        folder: Path,
        kinds: Mapping[str, RecordKind],
        truth: TruthWriter,
        rates: Rates,
        format_of: Callable[[str], FileFormat],
        seed: int,
        monthly_from_rows: int,
    ) -> None:
        self._folder = folder
        self._kinds = kinds
        self._truth = truth
        self._rates = rates
        self._format_of = format_of
        self._seed = seed
        self._monthly_from_rows = monthly_from_rows
        self.entries: list[tuple[tuple[object, ...], ManifestEntry]] = []

    def send(self, stream: Stream) -> int:
        """Write all files of a stream; returns the number of rows sent."""
        kind = self._kinds[stream.dataset]
        rng = seeded(self._seed, "dirt", stream.dataset, stream.institution, stream.year)
        rates = self._rates if stream.rows else Rates()
        table, flaws = add_flaws(rng, kind, stream.table, rates)
        periods = self._periods(stream)
        fate = _fates(rng, stream.dataset, rates, stream.rows)
        files, order = _plan(rng, rates, stream, periods, fate, flaws)
        sent = 0
        for at, (period, version, rows) in enumerate(files):
            sent += self._write(kind, stream, table, (period, version), rows, fate, (order[at], at))
        return sent

    def _periods(self, stream: Stream) -> NDArray[np.int8]:
        """Period number of each row: its month, or 0 where the year is sent as one file."""
        if stream.yearly or stream.rows < self._monthly_from_rows:
            return np.zeros(stream.rows, dtype=np.int8)
        return stream.months

    def _write(
        self,
        kind: RecordKind,
        stream: Stream,
        table: pa.Table,
        file_of: tuple[int, int],
        rows: _Row,
        fate: _Fate,
        when: tuple[int, int],
    ) -> int:
        period, version = file_of
        versions = _versions(rows, fate)
        content = _compose(stream.dataset, table, rows)
        form = self._format_of(stream.institution)
        if form is FileFormat.XLSX and rows.source.size > XLSX_ROWS:
            form = FileFormat.CSV
        name = f"{stream.year}-{period:02d}" if period else str(stream.year)
        suffix = f"-v{version}" if version > 1 else ""
        file = f"{stream.dataset}/{name}/{stream.institution}{suffix}.{form.suffix}"
        write_file(self._folder / file, kind, content, form, versions)
        subjects = stream.subjects[rows.source]
        self._truth.add(
            stream.dataset,
            file,
            content.column(kind.source_id.name).combine_chunks(),
            subjects,
            rows.soil,
            rows.outcome,
        )
        sent_on = max(_sending_day(stream.year, when[0]), _written_on(kind, content, rows))
        entry = ManifestEntry(
            file, stream.dataset, stream.institution, name, 0, int(rows.source.size), sent_on.isoformat(), form.value
        )
        key = (
            stream.year * 100 + when[0],
            _PRIORITY.get(stream.dataset, 5),
            stream.dataset,
            stream.institution,
            when[1],
        )
        self.entries.append((key, entry))
        return int(rows.source.size)

    def manifest(self) -> list[dict[str, object]]:
        """All files in order of sending."""
        ordered = sorted(self.entries, key=lambda item: item[0])
        return [asdict(entry) | {"order": at} for at, (_key, entry) in enumerate(ordered, start=1)]


#: The population stands before everything that refers to people.
_PRIORITY = {
    "persons.registration": 0,
    "populations.population_count": 1,
    "primary_care.team": 2,
    "health_records.record": 3,
}


def _fates(rng: np.random.Generator, dataset: str, rates: Rates, rows: int) -> _Fate:
    """Give each clean row at most one fate."""
    draw = rng.random(rows)
    edges = np.cumsum(
        [
            rates.duplicate_within,
            rates.duplicate_across,
            rates.corrected if dataset in CORRECTIONS else 0.0,
            rates.late,
            rates.impossible if dataset in IMPOSSIBLE else 0.0,
            rates.overtaken if dataset in CORRECTIONS else 0.0,
        ]
    )
    band = np.searchsorted(edges, draw, side="right")
    if rates.clean or dataset not in CORRECTIONS:
        band[:] = edges.size  # small official sets come clean
    return _Fate(*(np.flatnonzero(band == at) for at in range(edges.size)))


def _plan(
    rng: np.random.Generator,
    rates: Rates,
    stream: Stream,
    periods: NDArray[np.int8],
    fate: _Fate,
    flaws: NDArray[np.int8],
) -> tuple[list[tuple[int, int, _Row]], list[int]]:
    """The files of a stream in order of sending, each with its rows; and the month in which each is sent.

    A file carries the rows of its period; what was late, wrong or sent again follows with the next file, and after the
    last one in a second version of it.
    """
    present = np.unique(periods).tolist()
    order = _sending_order(rng, rates, present, stream.dataset)
    mark = flaws.copy()
    for rows, soil in (
        (fate.corrected, Soil.BEFORE_CORRECTION),
        (fate.late, Soil.LATE),
        (fate.impossible, Soil.IMPOSSIBLE),
    ):
        mark[rows] = soil
    again = np.concatenate([fate.across, fate.corrected, fate.late, fate.impossible, fate.overtaken])
    files: list[tuple[int, int, _Row]] = []
    months: list[int] = []
    pending = np.zeros(0, dtype=np.int64)
    when = 0
    for period in order:
        own = np.flatnonzero(periods == period)
        when = max(when, period or 13)
        body = _own_rows(own, mark, fate)
        files.append((period, 1, _append(body, _follow_ups(pending, mark, fate))))
        months.append(when)
        if stream.dataset in CORRECTIONS and _resend(rng, rates, body):
            files.append((period, 2, _repeated(files[-1][2])))
            months.append(when)
        pending = np.intersect1d(own, again)
    if pending.size:
        last = order[-1]
        version = 1 + sum(period == last for period, _version, _rows in files)
        files.append((last, version, _follow_ups(pending, mark, fate)))
        months.append(when + 1)
    return files, months


def _sending_order(rng: np.random.Generator, rates: Rates, periods: list[int], dataset: str) -> list[int]:
    """Months in order, some of them sent only after the following month."""
    order = list(periods)
    at = 0
    while at + 1 < len(order):
        if dataset in CORRECTIONS and rng.random() < rates.late_file:
            order[at], order[at + 1] = order[at + 1], order[at]
            at += 1
        at += 1
    return order


def _own_rows(own: NDArray[np.int64], mark: NDArray[np.int8], fate: _Fate) -> _Row:
    """Rows of the period as they are first sent, then copies of those sent twice."""
    first = own[mark[own] != Soil.LATE]
    outcome = np.zeros(first.size, dtype=np.int8)
    outcome[mark[first] == Soil.BEFORE_CORRECTION] = Outcome.SUPERSEDED
    outcome[mark[first] == Soil.IMPOSSIBLE] = Outcome.QUARANTINED
    twice = np.intersect1d(own, fate.within)
    return _append(_Row(first, mark[first], outcome), _same(twice, Soil.DUPLICATE_WITHIN, Outcome.DUPLICATE))


def _same(rows: NDArray[np.int64], soil: Soil, outcome: Outcome) -> _Row:
    size = rows.size
    return _Row(rows, np.full(size, soil, dtype=np.int8), np.full(size, outcome, dtype=np.int8))


def _follow_ups(pending: NDArray[np.int64], mark: NDArray[np.int8], fate: _Fate) -> _Row:
    """What follows later for rows of an earlier file: copies, late rows, corrected and mended rows."""
    across, overtaken = np.intersect1d(pending, fate.across), np.intersect1d(pending, fate.overtaken)
    settled = np.setdiff1d(pending, np.concatenate([across, overtaken]))
    soil = np.where(mark[settled] == Soil.LATE, Soil.LATE, Soil.CLEAN).astype(np.int8)
    true_rows = _Row(settled, soil, np.full(settled.size, Outcome.ACCEPTED, dtype=np.int8))
    copies = _append(true_rows, _same(across, Soil.DUPLICATE_ACROSS, Outcome.DUPLICATE))
    return _append(copies, _same(overtaken, Soil.OVERTAKEN, Outcome.SUPERSEDED))


def _append(first: _Row, second: _Row) -> _Row:
    return _Row(
        np.concatenate([first.source, second.source]),
        np.concatenate([first.soil, second.soil]),
        np.concatenate([first.outcome, second.outcome]),
    )


def _resend(rng: np.random.Generator, rates: Rates, body: _Row) -> bool:
    """Whether the same file is sent twice; never one whose rows are still to be put right."""
    settled = not np.isin(body.outcome, (Outcome.SUPERSEDED, Outcome.QUARANTINED)).any()
    return bool(rng.random() < rates.resent_file * 2) and settled and body.source.size > 0


def _repeated(rows: _Row) -> _Row:
    return _same(rows.source, Soil.RESENT_FILE, Outcome.DUPLICATE)


def _versions(rows: _Row, fate: _Fate) -> NDArray[np.int64] | None:
    """Version numbers of the rows where a correction overtakes its original; None where nobody needs them."""
    second = np.isin(rows.source, fate.overtaken) & (rows.soil != Soil.OVERTAKEN)
    if not second.any() and not (rows.soil == Soil.OVERTAKEN).any():
        return None
    return np.where(second, 2, 1)


def _compose(dataset: str, table: pa.Table, rows: _Row) -> pa.Table:
    """The rows of a file in order, with mistakes where they belong."""
    first = rows.source[0] if rows.source.size else 0
    consecutive = rows.source.size and (rows.source == np.arange(first, first + rows.source.size)).all()
    content = table.slice(int(first), rows.source.size) if consecutive else table.take(pa.array(rows.source))
    for outcome in (Outcome.SUPERSEDED, Outcome.QUARANTINED):
        at = np.flatnonzero(rows.outcome == outcome)
        if at.size:
            part = content.take(pa.array(at))
            impossible = outcome is Outcome.QUARANTINED
            wrong = make_impossible(dataset, part, rows.source[at]) if impossible else CORRECTIONS[dataset](part)
            place = np.arange(content.num_rows)
            place[at] = content.num_rows + np.arange(at.size)
            content = pa.concat_tables([content, wrong]).take(pa.array(place))
    return content.combine_chunks()


def _sending_day(year: int, month: int) -> date:
    """The fifth of the following month; yearly files (13) in January of the next year, supplements a month later."""
    later = month if month < 13 else 12 + (month - 13)
    return date(year + later // 12, later % 12 + 1, 5) + timedelta(days=(month >= 13) * 10)


def _written_on(kind: RecordKind, content: pa.Table, rows: _Row) -> date:
    """The day after the last date in the rows: a register that shows how a case ended is sent after its end."""
    possible = content.filter(pa.array(rows.outcome != Outcome.QUARANTINED))
    past = [field.name for field in kind.fields if field.type is FieldType.DATE and not field.future]
    latest = [pc.max(possible.column(name)).as_py() for name in past]
    return max((day for day in latest if day is not None), default=date.min) + timedelta(days=1)
