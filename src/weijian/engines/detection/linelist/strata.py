"""The strata of a standardisation (usually age bands): counts, populations and the standard, checked once for both the
direct and the indirect method."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]


def counts(values: ArrayLike, name: str) -> Floats:
    """Whole, non-negative counts by stratum, else ``linelist.stratum_count``."""
    x = _array(values, name)
    bad = np.flatnonzero((x < 0) | (x != np.floor(x)))
    if bad.size:
        raise WeijianError(
            "linelist.stratum_count",
            f"{name} must be whole and non-negative, not {x[bad[0]]}.",
            where=f"{name}, stratum {int(bad[0]) + 1}",
        )
    return x


def weights(values: ArrayLike, name: str) -> Floats:
    """Non-negative numbers with a positive sum (populations, weights, rates), else ``linelist.stratum_weight``."""
    x = _array(values, name)
    if np.any(x < 0) or x.sum() <= 0:
        raise WeijianError(
            "linelist.stratum_weight",
            f"{name} must not be negative and must not all be zero.",
            where=name,
        )
    return x


def same_length(**arrays: Floats) -> None:
    """All arrays have one length, else ``linelist.strata_differ`` naming the lengths."""
    lengths = {name: len(values) for name, values in arrays.items()}
    if len(set(lengths.values())) != 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise WeijianError(
            "linelist.strata_differ",
            f"Every list needs one value per stratum ({listed}).",
            fix="Use the same age bands, in the same order, for all.",
        )


def nobody_without_person(count: Floats, population: Floats, name: str) -> None:
    """No events in a stratum with nobody in it, else ``linelist.events_without_population``."""
    bad = np.flatnonzero((population == 0) & (count > 0))
    if bad.size:
        raise WeijianError(
            "linelist.events_without_population",
            f"{name} holds events in a stratum with a population of zero.",
            where=f"stratum {int(bad[0]) + 1}",
            fix="Correct the population or merge the stratum with its neighbour.",
        )


def _array(values: ArrayLike, name: str) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or x.size == 0 or not np.all(np.isfinite(x)):
        raise WeijianError(
            "linelist.strata_missing",
            f"{name} needs one number per stratum and none missing.",
            where=name,
            fix="Fill the gaps or leave the stratum out of every list.",
        )
    return x
