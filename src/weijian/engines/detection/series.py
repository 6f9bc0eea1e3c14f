"""Count series as arrays: many series over one time axis, with what is known about outbreaks, population and
missing reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from weijian.kernel.errors import WeijianError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

FREQUENCIES = (12, 52, 365)


class DetectionError(WeijianError):
    """A request that no series of the file could be run with (unknown column, wrong parameter, unreadable file)."""


@dataclass(frozen=True, slots=True)
class SeriesBatch:
    """``n`` series over ``m`` times. All arrays are ``(n, m)``; the axis is shared.

    Attributes
    ----------
    names
        One label per series.
    observed
        Counts as float; ``nan`` where nothing was reported.
    t
        ``(m,)`` integer index of each time, ascending without gaps.
    dates
        ``(m,)`` day numbers since 1970-01-01 when the axis is dated, otherwise ``None``. R's ``epochAsDate``.
    state
        Known outbreak at that time.
    population
        Persons at risk; ``nan`` where unknown.
    freq
        Observations a year: 52, 12 or 365.
    exclude_outbreaks
        When true, times with ``state`` are left out of every baseline.
    start
        Position of the first observation in its year (1-based); R's ``start[2]``, used by the seasonal models.
    """

    names: tuple[str, ...]
    observed: FloatArray
    t: IntArray
    state: BoolArray
    population: FloatArray
    freq: int = 52
    dates: IntArray | None = None
    exclude_outbreaks: bool = False
    start: int = 1
    labels: tuple[str, ...] = field(default=())

    @property
    def size(self) -> int:
        """Number of series."""
        return int(self.observed.shape[0])

    @property
    def length(self) -> int:
        """Number of times."""
        return int(self.observed.shape[1])

    @property
    def baseline(self) -> FloatArray:
        """Counts as a baseline may use them: ``nan`` where missing or, if asked, in a known outbreak."""
        if not self.exclude_outbreaks or not self.state.any():
            return self.observed
        return np.where(self.state, np.nan, self.observed)

    def epoch_label(self, column: int) -> str:
        """The epoch as it is printed: ISO date for a dated axis, otherwise the label read or the index."""
        if self.dates is not None:
            return str(np.datetime64(int(self.dates[column]), "D"))
        return self.labels[column] if self.labels else str(int(self.t[column]))

    def take(self, rows: IntArray | slice) -> SeriesBatch:
        """A batch of some of the series."""
        index = np.arange(self.size)[rows]
        return replace(
            self,
            names=tuple(self.names[i] for i in index),
            observed=self.observed[rows],
            state=self.state[rows],
            population=self.population[rows],
        )


def from_arrays(
    observed: npt.ArrayLike,
    *,
    names: tuple[str, ...] | None = None,
    freq: int = 52,
    dates: npt.ArrayLike | None = None,
    state: npt.ArrayLike | None = None,
    population: npt.ArrayLike | None = None,
    exclude_outbreaks: bool = False,
    start: int = 1,
) -> SeriesBatch:
    """Build a batch from arrays: ``observed`` is ``(n, m)`` or ``(m,)``.

    ``dates`` may be ``datetime64`` or day numbers. Raises ``DetectionError`` on negative or fractional counts,
    an unknown frequency or dates that do not ascend: a library caller has one place to put that right.
    """
    counts = np.atleast_2d(np.asarray(observed, dtype=np.float64))
    n, m = counts.shape
    if freq not in FREQUENCIES:
        raise DetectionError("detection.freq", f"freq={freq} is not 52, 12 or 365", "freq", "give --freq 52, 12 or 365")
    finite = counts[~np.isnan(counts)]
    if finite.size and ((finite < 0).any() or (finite != np.floor(finite)).any() or np.isinf(finite).any()):
        raise DetectionError(
            "detection.counts", "counts must be whole and not negative", "observed", "use nan for missing"
        )
    days: IntArray | None = None
    if dates is not None:
        days = np.asarray(dates).astype("datetime64[D]").astype(np.int64)
        if days.shape != (m,) or (np.diff(days) <= 0).any():
            raise DetectionError(
                "detection.dates", "dates must ascend, one for each time", "dates", "sort the series first"
            )
    flags = np.zeros((n, m), bool) if state is None else np.broadcast_to(np.asarray(state, bool), (n, m)).copy()
    people = (
        np.full((n, m), np.nan)
        if population is None
        else np.broadcast_to(np.asarray(population, np.float64), (n, m)).copy()
    )
    return SeriesBatch(
        names=names if names is not None else tuple(str(i + 1) for i in range(n)),
        observed=counts,
        t=np.arange(1, m + 1, dtype=np.int64),
        state=flags,
        population=people,
        freq=freq,
        dates=days,
        exclude_outbreaks=exclude_outbreaks,
        start=start,
    )
