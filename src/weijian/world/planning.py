"""Which rows of a stream each of its files carries: soiled, late, open, sent again, and put right later."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from weijian.world.frame import NONE, Stream, day_number
from weijian.world.mistakes import CORRECTIONS, IMPOSSIBLE
from weijian.world.rates import Rates
from weijian.world.sending import WHOLE_YEAR, SendingDays
from weijian.world.truth import Outcome, Soil


@dataclass
class Row:
    """Rows of one file before they are written: clean row numbers with what was done to them."""

    source: NDArray[np.int64]
    soil: NDArray[np.int8]
    outcome: NDArray[np.int8]


@dataclass(frozen=True)
class Fate:
    """What happens to each clean row on its way: sets of row numbers (ascending)."""

    within: NDArray[np.int64]
    across: NDArray[np.int64]
    corrected: NDArray[np.int64]
    late: NDArray[np.int64]
    impossible: NDArray[np.int64]
    overtaken: NDArray[np.int64]


def fates(rng: np.random.Generator, dataset: str, rates: Rates, rows: int) -> Fate:
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
    return Fate(*(np.flatnonzero(band == at) for at in range(edges.size)))


@dataclass
class Plan:
    """Which rows of a stream each of its files carries, in order of sending.

    A file carries the rows of its period; what was late, wrong or sent again follows with the next file, and how a matter
    ended that was open when its month was sent with the first file after its end. What is left after the last file
    follows in a further version of it. ``ends`` is the day on which each row's matter ends, ``NONE`` where none does.
    """

    rng: np.random.Generator
    rates: Rates
    stream: Stream
    periods: NDArray[np.int8]
    fate: Fate
    flaws: NDArray[np.int8]
    ends: NDArray[np.int32]
    days: SendingDays

    def files(self) -> tuple[list[tuple[int, int, Row]], list[int]]:
        """(period, version, rows) of each file, and the month whose data it brings up to date."""
        order = _sending_order(self.rng, self.rates, np.unique(self.periods).tolist(), self.stream.dataset)
        months = np.maximum.accumulate([period or WHOLE_YEAR for period in order]).tolist()
        mark, fate = self._marks(order, months)
        again = np.concatenate([fate.across, fate.corrected, fate.late, fate.impossible, fate.overtaken])
        again = np.union1d(again, np.flatnonzero(mark == Soil.STILL_OPEN))
        files: list[tuple[int, int, Row]] = []
        sent: list[int] = []
        pending = np.zeros(0, dtype=np.int64)
        for period, month in zip(order, months, strict=True):
            own = np.flatnonzero(self.periods == period)
            ready = self.ends[pending] < day_number(self.days.of(month))
            body = _own_rows(own, mark, fate)
            files.append((period, 1, _append(body, _follow_ups(pending[ready], mark, fate))))
            sent.append(month)
            if self.stream.dataset in CORRECTIONS and _resend(self.rng, self.rates, body):
                files.append((period, 2, _repeated(files[-1][2])))
                sent.append(month)
            pending = np.union1d(pending[~ready], np.intersect1d(own, again))
        if pending.size:
            version = 1 + sum(period == order[-1] for period, _version, _rows in files)
            files.append((order[-1], version, _follow_ups(pending, mark, fate)))
            sent.append(months[-1] + 1)
        return files, sent

    def _marks(self, order: list[int], months: list[int]) -> tuple[NDArray[np.int8], Fate]:
        """What shows on each row when it is first sent; a matter that is open then has no other fate."""
        mark = self.flaws.copy()
        for rows, soil in (
            (self.fate.corrected, Soil.BEFORE_CORRECTION),
            (self.fate.late, Soil.LATE),
            (self.fate.impossible, Soil.IMPOSSIBLE),
        ):
            mark[rows] = soil
        if (self.ends == NONE).all():
            return mark, self.fate
        sent_on = np.zeros(14, dtype=np.int32)
        for period, month in zip(order, months, strict=True):
            sent_on[period] = day_number(self.days.of(month))
        still_open = np.flatnonzero(self.ends >= sent_on[self.periods])
        mark[still_open] = Soil.STILL_OPEN
        fates = (getattr(self.fate, item.name) for item in fields(Fate))
        return mark, Fate(*(np.setdiff1d(rows, still_open) for rows in fates))


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


def _own_rows(own: NDArray[np.int64], mark: NDArray[np.int8], fate: Fate) -> Row:
    """Rows of the period as they are first sent, then copies of those sent twice."""
    first = own[mark[own] != Soil.LATE]
    outcome = np.zeros(first.size, dtype=np.int8)
    outcome[np.isin(mark[first], (Soil.BEFORE_CORRECTION, Soil.STILL_OPEN))] = Outcome.SUPERSEDED
    outcome[mark[first] == Soil.IMPOSSIBLE] = Outcome.QUARANTINED
    twice = np.intersect1d(own, fate.within)
    return _append(Row(first, mark[first], outcome), _same(twice, Soil.DUPLICATE_WITHIN, Outcome.DUPLICATE))


def _same(rows: NDArray[np.int64], soil: Soil, outcome: Outcome) -> Row:
    size = rows.size
    return Row(rows, np.full(size, soil, dtype=np.int8), np.full(size, outcome, dtype=np.int8))


def _follow_ups(pending: NDArray[np.int64], mark: NDArray[np.int8], fate: Fate) -> Row:
    """What follows later for rows of an earlier file: copies, late rows, corrected and mended rows."""
    across, overtaken = np.intersect1d(pending, fate.across), np.intersect1d(pending, fate.overtaken)
    settled = np.setdiff1d(pending, np.concatenate([across, overtaken]))
    soil = np.where(mark[settled] == Soil.LATE, Soil.LATE, Soil.CLEAN).astype(np.int8)
    true_rows = Row(settled, soil, np.full(settled.size, Outcome.ACCEPTED, dtype=np.int8))
    copies = _append(true_rows, _same(across, Soil.DUPLICATE_ACROSS, Outcome.DUPLICATE))
    return _append(copies, _same(overtaken, Soil.OVERTAKEN, Outcome.SUPERSEDED))


def _append(first: Row, second: Row) -> Row:
    return Row(
        np.concatenate([first.source, second.source]),
        np.concatenate([first.soil, second.soil]),
        np.concatenate([first.outcome, second.outcome]),
    )


def _resend(rng: np.random.Generator, rates: Rates, body: Row) -> bool:
    """Whether the same file is sent twice; never one whose rows are still to be put right."""
    settled = not np.isin(body.outcome, (Outcome.SUPERSEDED, Outcome.QUARANTINED)).any()
    return bool(rng.random() < rates.resent_file * 2) and settled and body.source.size > 0


def _repeated(rows: Row) -> Row:
    return _same(rows.source, Soil.RESENT_FILE, Outcome.DUPLICATE)
