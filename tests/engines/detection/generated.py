"""Generated count series for tests: sparse, empty, trending, overdispersed, seasonal, with outbreaks and with a
level shift.

Uniform numbers through quantile functions, so that the same seed gives the same counts with any version of numpy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from weijian.engines.detection.quantiles import negative_binomial_quantile, poisson_quantile

KINDS = ("sparse", "nearly empty", "trending", "overdispersed", "seasonal", "outbreaks", "level shift", "large")


def _counts(
    uniform: npt.NDArray[np.float64], mean: npt.NDArray[np.float64], size: float | None
) -> npt.NDArray[np.float64]:
    # Quantile of each cell at its own probability: by bisection over a table of the distribution is dear, so the
    # probability is put on a grid of 512 and the quantile function runs once per grid point.
    grid = np.minimum((uniform * 512).astype(int), 511)
    result = np.zeros(mean.shape)
    for cell in np.unique(grid):
        at = grid == cell
        p = (cell + 0.5) / 512
        m = mean[at]
        result[at] = (
            poisson_quantile(p, m)
            if size is None
            else negative_binomial_quantile(p, np.full(m.shape, size), size / (size + m))
        )
    return result


def generated_series(number: int, length: int, seed: int) -> npt.NDArray[np.float64]:
    """``(number, length)`` weekly counts; the kind of row i is ``KINDS[i % 8]``."""
    rng = np.random.default_rng(seed)
    t = np.arange(length)
    rows = np.zeros((number, length))
    kind = np.arange(number) % len(KINDS)
    for k, name in enumerate(KINDS):
        chosen = np.flatnonzero(kind == k)
        if not chosen.size:
            continue
        shape = (chosen.size, 1)
        low, high = {"sparse": (-3.0, -0.5), "nearly empty": (-6.0, -3.5), "large": (5.0, 9.0)}.get(name, (-1.5, 3.5))
        log_mean = (
            low
            + (high - low) * rng.random(shape)
            + 0.6 * rng.random(shape) * np.sin(2 * np.pi * t / 52 + 6 * rng.random(shape))
        )
        slope = (rng.random(shape) - 0.5) * 0.012
        if name == "trending":
            log_mean = log_mean + slope * t
        if name == "level shift":
            log_mean = log_mean + np.where(t > length * rng.random(shape), 1.0, 0.0)
        if name == "outbreaks":
            for _ in range(4):
                centre = length * rng.random(shape)
                log_mean = log_mean + 2.0 * np.exp(-(((t - centre) / 2.5) ** 2))
        size = {"overdispersed": 1.2, "outbreaks": 8.0, "large": 20.0}.get(name)
        rows[chosen] = _counts(rng.random((chosen.size, length)), np.exp(log_mean), size)
    return rows
