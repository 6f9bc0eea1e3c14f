"""Which past times a Farrington-flexible decision looks at, in which seasonal group, and how far back each lies.

Around the present and around the same time in each of the ``b`` past years lie windows of ``w`` times to either
side; what is between two windows is cut into ``noPeriods - 1`` blocks of nearly equal length, longer ones first.
With one period only the windows count. The last ``pastWeeksNotIncluded`` times are left out. On a dated axis the
same day a year ago decides, moved to the nearest time with the weekday of the present. Noufaily et al., Statistics
in Medicine 32 (2013) 1206-1222.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from weijian.engines.detection.calendar_years import years_back
from weijian.engines.detection.farrington_model import FarringtonBaseline
from weijian.engines.detection.reasons import Reason
from weijian.engines.detection.series import DetectionError, FloatArray, IntArray, SeriesBatch
from weijian.engines.detection.solver import FactorTrendDesign


def reference_columns(batch: SeriesBatch, column: int, b: int) -> list[int] | Reason:
    """The present and the same time 1 to ``b`` years ago, as columns, latest first."""
    if batch.dates is None:
        columns = [column - year * batch.freq for year in range(b + 1)]
        return Reason.TOO_SHORT if columns[-1] < 0 else columns
    present = int(batch.dates[column])
    columns = []
    for year in range(b + 1):
        day = years_back(present, year)
        if batch.freq == 52:
            day = _nearest_weekday(day, present)
        position = int(np.searchsorted(batch.dates, day))
        if position >= batch.length or int(batch.dates[position]) != day:
            return Reason.TOO_SHORT if day < int(batch.dates[0]) else Reason.DATES
        columns.append(position)
    return columns


def _nearest_weekday(day: int, present: int) -> int:
    # R first moves within the Sunday-to-Saturday week, then compares with the neighbouring week on the other side and
    # takes the second only if strictly nearer.
    first = day - ((day + 4) % 7 - (present + 4) % 7)
    second = first + (-7 if first > day else 7)
    return second if abs(first - day) > abs(second - day) else first


def flexible_baseline(
    batch: SeriesBatch, column: int, *, b: int, w: int, no_periods: int, past_not_included: int
) -> FarringtonBaseline | Reason:
    """The baseline of the decision at ``column``, or the reason why there is none."""
    references = reference_columns(batch, column, b)
    if isinstance(references, Reason):
        return references
    # R counts columns from 1 and ignores an assignment to column 0, so a window may begin one before the first column.
    if references[-1] - w < -1:
        return Reason.TOO_SHORT
    group = np.zeros(batch.length, np.int64)
    group[column - w : column + 1] = no_periods
    for newer, older in pairwise(references):
        group[max(older - w, 0) : older + w + 1] = no_periods
        if no_periods > 1:
            between = newer - older - (2 * w + 1)
            if between < no_periods - (2 * w + 1):
                raise DetectionError(
                    "detection.no_periods",
                    f"noPeriods={no_periods} seasonal groups do not fit between windows {between} apart",
                    "noPeriods",
                    "choose a smaller noPeriods or w",
                )
            _fill_blocks(group, older + w + 1, between, no_periods)
    group[max(column - past_not_included, 0) : column + 1] = 0
    chosen = np.flatnonzero(group[: column + 1])
    if not chosen.size:
        return Reason.NO_REFERENCE
    design = FactorTrendDesign(group[chosen] - 1, relative_time(batch, chosen, column), no_periods)
    return FarringtonBaseline(chosen - column, design)


def _fill_blocks(group: IntArray, start: int, length: int, no_periods: int) -> None:
    sizes = np.full(no_periods - 1, length // (no_periods - 1))
    sizes[: length % (no_periods - 1)] += 1
    position = start
    for number, size in enumerate(sizes, start=1):
        if size:
            group[position : position + size] = number
        else:
            # An empty block still marks its own place and the one before it: R's descending index range.
            group[[position, position - 1]] = number
        position += size


def relative_time(batch: SeriesBatch, columns: IntArray, column: int) -> FloatArray:
    """Time of columns before the present in units of the first interval of the axis (a month of 31 days is 1)."""
    if batch.dates is None:
        return np.asarray((columns - column).astype(np.float64))
    unit = float(batch.dates[1] - batch.dates[0])
    return np.asarray((batch.dates[columns] - batch.dates[column]).astype(np.float64) / unit)
