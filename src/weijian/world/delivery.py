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
from weijian.world.frame import NONE, Stream
from weijian.world.mistakes import CORRECTIONS, OPEN_MATTERS, ends_of, make_impossible
from weijian.world.planning import Fate, Plan, Row, fates
from weijian.world.rates import Rates
from weijian.world.sampling import seeded
from weijian.world.sending import SendingDays
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
        fate = fates(rng, stream.dataset, rates, stream.rows)
        days = SendingDays(self._seed, stream.dataset, stream.institution, stream.year, rates.tardy_file)
        ends = ends_of(stream.dataset, table) if not rates.clean else np.full(stream.rows, NONE)
        files, months = Plan(rng, rates, stream, periods, fate, flaws, ends, days).files()
        sent, day = 0, date.min
        for at, (period, version, rows) in enumerate(files):
            day = self._write(kind, stream, table, (period, version), rows, fate, (max(day, days.of(months[at])), at))
            sent += int(rows.source.size)
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
        rows: Row,
        fate: Fate,
        when: tuple[date, int],
    ) -> date:
        """Write one file; returns the day of sending, later than meant where its rows tell of later days."""
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
        sent_on = max(when[0], _written_on(kind, content, rows))
        entry = ManifestEntry(
            file, stream.dataset, stream.institution, name, 0, int(rows.source.size), sent_on.isoformat(), form.value
        )
        key = (
            sent_on,
            _PRIORITY.get(stream.dataset, 5),
            stream.dataset,
            stream.institution,
            when[1],
        )
        self.entries.append((key, entry))
        return sent_on

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


def _versions(rows: Row, fate: Fate) -> NDArray[np.int64] | None:
    """Version numbers of the rows where a correction overtakes its original; None where nobody needs them."""
    second = np.isin(rows.source, fate.overtaken) & (rows.soil != Soil.OVERTAKEN)
    if not second.any() and not (rows.soil == Soil.OVERTAKEN).any():
        return None
    return np.where(second, 2, 1)


def _compose(dataset: str, table: pa.Table, rows: Row) -> pa.Table:
    """The rows of a file in order, with mistakes where they belong."""
    first = rows.source[0] if rows.source.size else 0
    consecutive = rows.source.size and (rows.source == np.arange(first, first + rows.source.size)).all()
    content = table.slice(int(first), rows.source.size) if consecutive else table.take(pa.array(rows.source))
    still_open = rows.soil == Soil.STILL_OPEN
    for at, first_version in (
        (np.flatnonzero((rows.outcome == Outcome.SUPERSEDED) & ~still_open), CORRECTIONS.get(dataset)),
        (np.flatnonzero(still_open), OPEN_MATTERS.get(dataset)),
        (np.flatnonzero(rows.outcome == Outcome.QUARANTINED), None),
    ):
        if at.size:
            part = content.take(pa.array(at))
            wrong = first_version(part) if first_version else make_impossible(dataset, part, rows.source[at])
            place = np.arange(content.num_rows)
            place[at] = content.num_rows + np.arange(at.size)
            content = pa.concat_tables([content, wrong]).take(pa.array(place))
    return content.combine_chunks()


def _written_on(kind: RecordKind, content: pa.Table, rows: Row) -> date:
    """The day after the last date in the rows: a register that shows how a case ended is sent after its end."""
    possible = content.filter(pa.array(rows.outcome != Outcome.QUARANTINED))
    past = [field.name for field in kind.fields if field.type is FieldType.DATE and not field.future]
    latest = [pc.max(possible.column(name)).as_py() for name in past]
    return max((day for day in latest if day is not None), default=date.min) + timedelta(days=1)
