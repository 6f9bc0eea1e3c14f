"""Splits a bill into its fee groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def split_fee(
    rng: np.random.Generator, total: NDArray[np.int64], shares: Sequence[ArrayLike]
) -> tuple[NDArray[np.int64], ...]:
    """Amounts in 分 of each group; shares vary by bill around their mean and never exceed the total together."""
    size = total.size
    drawn = [
        rng.beta(*_shape(share), size) if np.ndim(share) == 0 else _beta(rng, np.asarray(share)) for share in shares
    ]
    together = np.sum(drawn, axis=0)
    shrink = np.where(together > 1.0, 1.0 / np.maximum(together, 1e-9), 1.0)
    return tuple(np.floor(total * share * shrink).astype(np.int64) for share in drawn)


#: Concentration of a bill's shares around their mean.
CONCENTRATION = 14.0


def _shape(share: ArrayLike) -> tuple[float, float]:
    value = float(np.asarray(share))
    return value * CONCENTRATION, (1 - value) * CONCENTRATION


def _beta(rng: np.random.Generator, share: NDArray[np.float64]) -> NDArray[np.float64]:
    return rng.beta(share * CONCENTRATION, (1 - share) * CONCENTRATION)
