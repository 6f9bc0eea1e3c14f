"""Drawing whole populations at once: calibrated integers that add up, and categories drawn by stratum in one call."""

from __future__ import annotations

import zlib
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def half_up(value: Decimal | float | int, scale: Decimal | float = 1) -> int:
    """``value * scale`` as a whole number, halves away from zero (the rounding of the published figures)."""
    exact = Decimal(str(value)) * Decimal(str(scale))
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def apportion(weights: ArrayLike, total: int) -> Ints:
    """Whole numbers in proportion to ``weights`` that add up to ``total`` exactly (largest remainder).

    Equal remainders are settled by position, so the result is the same on every machine. Weights must be finite and
    not negative; where all are zero the total is spread evenly.
    """
    share = np.asarray(weights, dtype=np.float64)
    if share.size == 0:
        return np.zeros(0, dtype=np.int64)
    if share.sum() <= 0:
        share = np.ones_like(share)
    exact = share / share.sum() * total
    floor = np.floor(exact).astype(np.int64)
    missing = total - int(floor.sum())
    if missing > 0:
        order = np.argsort(-(exact - floor), kind="stable")
        floor[order[:missing]] += 1
    return floor


class StratifiedChoice:
    """Draws one category per row where the probabilities depend on the row's stratum.

    ``probabilities`` is strata × categories, rows need not be normalised. All rows are drawn by one binary search over
    the cumulative table laid end to end, so a million draws over a hundred strata cost one ``searchsorted``.
    """

    def __init__(self, probabilities: ArrayLike) -> None:
        table = np.asarray(probabilities, dtype=np.float64)
        total = table.sum(axis=1, keepdims=True)
        if (total <= 0).any():
            raise ValueError("every stratum needs a category with positive probability")
        cumulative = np.cumsum(table / total, axis=1)
        cumulative[:, -1] = 1.0
        self._categories = table.shape[1]
        self._flat = (cumulative + np.arange(table.shape[0])[:, None]).ravel()

    def draw(self, rng: np.random.Generator, strata: ArrayLike) -> Ints:
        """Category of each row; ``strata`` holds the stratum number of each row."""
        stratum = np.asarray(strata, dtype=np.int64)
        keys = stratum + rng.random(stratum.size)
        found = np.searchsorted(self._flat, keys, side="right") - stratum * self._categories
        return np.clip(found, 0, self._categories - 1)


def choose(rng: np.random.Generator, weights: ArrayLike, size: int) -> Ints:
    """``size`` independent draws of a position in proportion to ``weights``."""
    return StratifiedChoice(np.asarray(weights, dtype=np.float64)[None, :]).draw(rng, np.zeros(size, dtype=np.int64))


def exact_choice(rng: np.random.Generator, weights: ArrayLike, size: int) -> Ints:
    """Like :func:`choose`, but the counts per position are apportioned exactly; the order is random."""
    counts = apportion(weights, size)
    drawn = np.repeat(np.arange(counts.size), counts)
    rng.shuffle(drawn)
    return drawn


def pick(rng: np.random.Generator, candidates: NDArray[np.int64], size: int) -> Ints:
    """``size`` distinct members of ``candidates`` in ascending order; all of them where fewer exist."""
    if size >= candidates.size:
        return np.sort(candidates)
    return np.sort(rng.choice(candidates, size=size, replace=False))


def pick_weighted(rng: np.random.Generator, candidates: NDArray[np.int64], weights: Floats, size: int) -> Ints:
    """``size`` distinct members drawn with unequal chances (Efraimidis and Spirakis 2006), ascending."""
    if size >= candidates.size:
        return np.sort(candidates)
    keys = rng.exponential(size=candidates.size) / np.maximum(weights, 1e-300)
    chosen = np.argpartition(keys, size - 1)[:size] if size else np.zeros(0, dtype=np.int64)
    return np.sort(candidates[chosen])


def seeded(seed: int, *names: object) -> np.random.Generator:
    """An independent stream of random numbers for each part of the world, so that parts do not move one another."""
    return np.random.default_rng([seed, zlib.crc32("/".join(map(str, names)).encode())])
