"""True outbreaks to score against: spells of ``state``, or a list in a file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from weijian.engines.detection.periods import place_of
from weijian.engines.detection.series import BoolArray, DetectionError, SeriesBatch


@dataclass(frozen=True, slots=True)
class Outbreak:
    """First and last time, as ``t`` or epoch of the series file; ``cases`` is the number injected, 0 if not known."""

    series: str
    start: str
    end: str
    cases: int = 0


def read_outbreaks(path: Path) -> list[Outbreak]:
    """Read CSV ``series, start, end`` (``series`` may be left out when the file holds one series)."""
    if not path.exists():
        raise DetectionError("detection.no_file", "there is no such file", str(path), "check --outbreaks")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    if not rows or not {"start", "end"} <= set(rows[0]):
        raise DetectionError(
            "detection.outbreaks", "no rows with start and end", str(path), "columns: series, start, end"
        )
    return [Outbreak(row.get("series") or "", row["start"], row["end"]) for row in rows]


def marked_outbreaks(batch: SeriesBatch) -> list[list[tuple[int, int]]]:
    """Per series the first and last column of every spell of ``state``."""
    return [spells(batch.state[row]) for row in range(batch.size)]


def listed_outbreaks(batch: SeriesBatch, listed: Sequence[Outbreak]) -> list[list[tuple[int, int]]]:
    """Per series the columns of the listed outbreaks that touch the axis, merged where they overlap."""
    result = []
    for name in batch.names:
        flags = np.zeros(batch.length, bool)
        for outbreak in listed:
            if outbreak.series in ("", name):
                begin = place_of(batch, outbreak.start, "--from") - int(batch.t[0])
                end = place_of(batch, outbreak.end, "--to") - int(batch.t[0])
                if end < begin:
                    raise DetectionError(
                        "detection.outbreaks",
                        f"an outbreak of {name} ends before it starts",
                        outbreak.start,
                        "swap start and end",
                    )
                flags[max(begin, 0) : max(end + 1, 0)] = True
        result.append(spells(flags))
    return result


def spells(flags: BoolArray) -> list[tuple[int, int]]:
    """First and last index of each run of true."""
    padded = np.r_[False, flags, False].astype(np.int8)
    edges = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
