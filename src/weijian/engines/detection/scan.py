"""Space-time permutation scan: where and since when are there more cases together than area and day alone explain?

Under the hypothesis that the days of the cases do not depend on their areas, area ``z`` on day ``d`` expects ``C(z)
C(d) / C``. Cylinders: circles around each area (all radii up to ``maxShare`` of the cases and ``maxRadius``) times
the last 1 to ``maxDays`` days. For observed ``c`` and expected ``m`` above 0 the statistic is ``c log(c/m) + (C -
c) log((C - c)/(C - m))`` where ``c > m``. The p-value is the rank of the largest statistic among those of data sets
with the days shuffled among the cases. Needs cases only, no population. Kulldorff, Heffernan, Hartman, Assunção &
Mostashari, PLoS Medicine 2 (2005) e59.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weijian.engines.detection.series import BoolArray, DetectionError, FloatArray, IntArray

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cylinder: areas (rows), first and last day (columns), cases, expected, statistic, Monte-Carlo p-value.

    ``recurrence_days`` is how often so strong a cluster arises by chance when the scan runs daily (1/p).
    """

    centre: int
    areas: IntArray
    radius: float
    first_day: int
    last_day: int
    observed: int
    expected: float
    statistic: float
    pvalue: float
    recurrence_days: float


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Clusters, most likely first, none overlapping an earlier one; the largest statistic of every replicate."""

    clusters: tuple[Cluster, ...]
    replicates: FloatArray
    cases: int


def distances(longitude: FloatArray, latitude: FloatArray, *, planar: bool = False) -> FloatArray:
    """Pairwise distances in km (great circle), or in the units of the coordinates when ``planar``."""
    x, y = np.asarray(longitude, float), np.asarray(latitude, float)
    if planar:
        return np.asarray(np.hypot(x[:, None] - x, y[:, None] - y))
    lon, lat = np.radians(x), np.radians(y)
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def scan(
    counts: FloatArray,
    distance: FloatArray,
    *,
    maxDays: int = 30,
    maxShare: float = 0.5,
    maxRadius: float | None = None,
    replicates: int = 999,
    alpha: float = 0.05,
    seed: int = 1,
) -> ScanResult:
    """Scan ``counts`` ``(areas, days)`` prospectively: cylinders end on the last day.

    ``distance`` is ``(areas, areas)``. The same ``seed`` gives the same p-values. Clusters with p above ``alpha``
    are left out except the most likely one, which is always reported. Memory grows with areas squared times
    ``maxDays``.
    """
    cases, days = _validated(counts, distance, maxDays, maxShare, replicates)
    total = int(cases.sum())
    if total == 0:
        return ScanResult((), np.zeros(replicates), 0)
    circles = _Circles(cases, distance, maxShare * total, maxRadius)
    window = min(maxDays, days)
    share = cases.sum(axis=1) / total
    recent = np.cumsum(cases.sum(axis=0)[::-1][:window])
    shapes = _Shapes(circles, circles.accumulate(share[:, None])[..., 0][..., None] * recent, float(total))
    statistic = shapes.statistics(_recent(cases, window))
    rng = np.random.default_rng(seed)
    area = np.repeat(np.arange(cases.shape[0]), cases.sum(axis=1))
    day = np.concatenate([np.repeat(np.arange(days), row) for row in cases])
    largest = np.empty(replicates)
    for replicate in range(replicates):
        shuffled = rng.permutation(day)
        late = shuffled >= days - window
        flat = np.bincount(area[late] * window + (days - 1 - shuffled[late]), minlength=cases.shape[0] * window)
        largest[replicate] = shapes.largest(np.cumsum(flat.reshape(-1, window), axis=1))
    return ScanResult(_clusters(statistic, circles, shapes, cases, largest, alpha, days), largest, total)


def _validated(
    counts: FloatArray, distance: FloatArray, max_days: int, share: float, replicates: int
) -> tuple[IntArray, int]:
    values = np.asarray(counts, float)
    if values.ndim != 2 or distance.shape != (values.shape[0], values.shape[0]):
        raise DetectionError(
            "detection.scan_shape", "counts must be (areas, days), distance (areas, areas)", "scan", ""
        )
    if np.isnan(values).any() or (values < 0).any() or (values != np.floor(values)).any():
        raise DetectionError(
            "detection.counts", "counts must be whole, not negative and complete", "scan", "fill in zeros"
        )
    if max_days < 1 or not 0 < share <= 1 or replicates < 0:
        raise DetectionError("detection.parameter", "maxDays >= 1, 0 < maxShare <= 1, replicates >= 0", "scan", "")
    return values.astype(np.int64), values.shape[1]


def _recent(cases: IntArray, window: int) -> IntArray:
    """Cases of the last 1, 2, … ``window`` days of every area."""
    return np.asarray(np.cumsum(cases[:, ::-1][:, :window], axis=1))


class _Circles:
    """For each centre its areas by distance; a circle is a centre and a number of neighbours."""

    def __init__(self, cases: IntArray, distance: FloatArray, largest: float, radius: float | None) -> None:
        areas = cases.shape[0]
        self.order = np.argsort(distance, axis=1, kind="stable")
        self.reach = np.take_along_axis(distance, self.order, axis=1)
        held = np.cumsum(cases.sum(axis=1)[self.order], axis=1)
        # Areas at one distance belong to the circle together.
        closed = np.r_["1", self.reach[:, 1:] > self.reach[:, :-1], np.ones((areas, 1), bool)]
        self.allowed: BoolArray = (held <= largest) & closed
        if radius is not None:
            self.allowed &= self.reach <= radius
        self.allowed[:, 0] |= closed[:, 0]
        self.depth = int(np.flatnonzero(self.allowed.any(axis=0)).max(initial=0)) + 1
        self.order, self.allowed = self.order[:, : self.depth], self.allowed[:, : self.depth]

    def accumulate(self, values: FloatArray | IntArray) -> FloatArray:
        """Sums over circles: ``(areas, k)`` to ``(centres, depth, k)``."""
        return np.asarray(np.cumsum(values[self.order], axis=1))


class _Shapes:
    """Expected counts of all cylinders, and the search for the largest statistic without a logarithm per cylinder."""

    def __init__(self, circles: _Circles, expected: FloatArray, total: float) -> None:
        self.circles, self.total = circles, total
        self.expected = np.where(circles.allowed[:, :, None], expected, np.inf)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = self.expected * (1 - self.expected / total)
        self.inverse_spread = np.where(np.isfinite(spread) & (spread > 0), 1 / np.maximum(spread, 1e-300), 0.0)

    def statistics(self, recent: IntArray) -> FloatArray:
        """The statistic of every cylinder ``(centres, depth, days)``, 0 where there is no excess."""
        observed = self.circles.accumulate(recent)
        result = np.zeros(observed.shape)
        at = observed > self.expected
        result[at] = _ratio(observed[at].astype(float), self.expected[at], self.total)
        return result

    def largest(self, recent: IntArray) -> float:
        """Largest statistic of one data set.

        ``(c - m)^2 / (m (1 - m/C))`` is never below the statistic (log x <= x - 1), so that only cylinders whose bound
        exceeds the best value so far need logarithms.
        """
        values = recent.astype(np.float64)
        best = 0.0
        step = max(1, 400_000 // max(self.expected[0].size, 1))
        for start in range(0, self.expected.shape[0], step):
            part = slice(start, start + step)
            expected = self.expected[part]
            excess = np.cumsum(values[self.circles.order[part]], axis=1)
            excess -= expected
            np.maximum(excess, 0.0, out=excess)
            bound = excess * excess
            bound *= self.inverse_spread[part]
            top = bound.max()
            if top <= best:
                continue
            candidate = np.unravel_index(int(bound.argmax()), bound.shape)
            m = expected[candidate]
            best = max(best, float(_ratio(np.array([excess[candidate] + m]), np.array([m]), self.total)[0]))
            at = bound > best
            if at.any():
                m_all = expected[at]
                best = max(best, float(_ratio(np.rint(excess[at] + m_all), m_all, self.total).max()))
        return best


def _ratio(observed: FloatArray, expected: FloatArray, total: float) -> FloatArray:
    rest, rest_expected = total - observed, total - expected
    with np.errstate(all="ignore"):
        outside = np.where(rest > 0, rest * np.log(rest / rest_expected), 0.0)
        return np.asarray(observed * np.log(observed / expected) + outside)


def _clusters(
    statistic: FloatArray,
    circles: _Circles,
    shapes: _Shapes,
    cases: IntArray,
    largest: FloatArray,
    alpha: float,
    days: int,
) -> tuple[Cluster, ...]:
    found: list[Cluster] = []
    taken = np.zeros(cases.shape[0], bool)
    remaining = statistic.copy()
    while True:
        centre, depth, length = (int(i) for i in np.unravel_index(int(remaining.argmax()), remaining.shape))
        value = float(remaining[centre, depth, length])
        if value <= 0:
            break
        p = (1 + int((largest >= value).sum())) / (largest.size + 1)
        if found and p > alpha:
            break
        areas = circles.order[centre, : depth + 1]
        if not taken[areas].any():
            found.append(
                Cluster(
                    centre,
                    np.sort(areas),
                    float(circles.reach[centre, depth]),
                    days - 1 - length,
                    days - 1,
                    int(cases[areas, days - 1 - length :].sum()),
                    float(shapes.expected[centre, depth, length]),
                    value,
                    p,
                    1 / p,
                )
            )
            taken[areas] = True
        remaining[centre, depth, length] = 0.0
        if taken.all():
            break
        # Every circle that holds a taken area is out; that is each centre from its first taken neighbour on.
        first = np.where(taken[circles.order].any(axis=1), taken[circles.order].argmax(axis=1), circles.depth)
        for other in range(remaining.shape[0]):
            remaining[other, first[other] :] = 0.0
    return tuple(found)
