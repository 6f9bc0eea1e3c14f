"""Run several detectors and settings over the same history and the same outbreaks, and recommend one by an explicit
loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from weijian.engines.detection.backtest.inject import Injection, inject_outbreaks
from weijian.engines.detection.backtest.outbreaks import Outbreak, listed_outbreaks, marked_outbreaks
from weijian.engines.detection.backtest.scores import Loss, Scores, score
from weijian.engines.detection.periods import chosen_columns
from weijian.engines.detection.registry import detect
from weijian.engines.detection.result import Detection
from weijian.engines.detection.series import DetectionError, IntArray, SeriesBatch


@dataclass(frozen=True, slots=True)
class Row:
    """One detector with its settings: scores and loss."""

    algorithm: str
    parameters: Mapping[str, Any]
    scores: Scores
    loss: float

    @property
    def label(self) -> str:
        """Name with the parameters that were given."""
        given = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.algorithm} ({given})" if given else self.algorithm


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows, what was scored against (``marked``, ``listed`` or ``injected``), and the costs."""

    rows: tuple[Row, ...]
    source: str
    series: int
    loss: Loss

    @property
    def recommended(self) -> Row | None:
        """The row of least loss; None where no outbreak could be scored."""
        usable = [row for row in self.rows if row.loss == row.loss]
        return min(usable, key=lambda row: row.loss) if usable else None

    def as_dict(self) -> dict[str, object]:
        """Plain data for JSON."""
        best = self.recommended
        return {
            "source": self.source,
            "series": self.series,
            "loss": {"missed": self.loss.missed, "delay": self.loss.delay, "false": self.loss.false},
            "rows": [
                {
                    "algorithm": r.algorithm,
                    "parameters": dict(r.parameters),
                    "loss": None if r.loss != r.loss else r.loss,
                }
                | r.scores.as_dict()
                for r in self.rows
            ],
            "recommended": best.label if best else None,
        }


def run_backtest(
    batches: Sequence[SeriesBatch],
    settings: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    marked: Sequence[Outbreak] | None = None,
    injection: Injection | None = None,
    first: str | None = None,
    last: str | None = None,
    loss: Loss | None = None,
    threads: int = 1,
) -> Comparison:
    """Replay every setting over every batch.

    All settings decide the same times: those that every one of them can decide by default, or from ``first`` on. Raises
    ``DetectionError`` when no series is long enough or nothing is there to compare.
    """
    if not settings or not batches:
        raise DetectionError(
            "detection.backtest", "no usable series or no algorithm", "backtest", "see the reasons per series"
        )
    prepared = [
        item for batch in batches if (item := _prepare(batch, settings, marked, injection, first, last)) is not None
    ]
    if not prepared:
        raise DetectionError("detection.range", "no series reaches into the period", "--from/--to", "widen the period")
    rows = []
    costs = loss or Loss()
    for name, parameters in settings:
        found: list[Detection] = [
            detect(batch, name, parameters, times=columns, threads=threads) for batch, columns, _ in prepared
        ]
        scores = score(found, [spells for _, _, spells in prepared])
        rows.append(Row(name, dict(parameters), scores, costs.of(scores)))
    source = "injected" if injection else "listed" if marked is not None else "marked"
    return Comparison(tuple(rows), source, sum(batch.size for batch, _, _ in prepared), costs)


def _prepare(
    batch: SeriesBatch,
    settings: Sequence[tuple[str, Mapping[str, Any]]],
    marked: Sequence[Outbreak] | None,
    injection: Injection | None,
    first: str | None,
    last: str | None,
) -> tuple[SeriesBatch, IntArray, list[list[tuple[int, int]]]] | None:
    """The batch to replay, its columns and its outbreaks; None when none of its times is decided."""
    cut, columns = chosen_columns(batch, first, last)
    if cut.length == 0:
        return None
    if columns is None:
        columns = np.arange(common_start(cut, settings), cut.length, dtype=np.int64)
    if columns.size == 0:
        return None
    if injection is not None:
        if cut.length - injection.duration < columns[0]:
            raise DetectionError(
                "detection.backtest", "no time is left for outbreaks", "--inject", "longer series or an earlier --from"
            )
        cut, spells, _ = inject_outbreaks(cut, injection, int(columns[0]))
        return cut, columns, spells
    return cut, columns, listed_outbreaks(cut, marked) if marked is not None else marked_outbreaks(cut)


def common_start(batch: SeriesBatch, settings: Sequence[tuple[str, Mapping[str, Any]]]) -> int:
    """First column that every detector decides by default."""
    probe = batch.take(slice(0, 0))
    starts = []
    for name, parameters in settings:
        times = detect(probe, name, parameters).times
        starts.append(int(times[0]) if times.size else batch.length)
    return max(starts)
