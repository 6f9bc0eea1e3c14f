"""Checks of counts, levels and seeds that nowcast, reproduction number, growth and forecast share, worded once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weijian.kernel.errors import WeijianError

Floats = NDArray[np.float64]


def incidence(values: ArrayLike, name: str = "incidence") -> Floats:
    """Counts per time step, time on the last axis, as floats.

    Raises ``delay.empty`` (no step), ``delay.count`` (negative, fractional or missing counts; names the first step).
    """
    counts = np.asarray(values, dtype=np.float64)
    if counts.ndim == 0 or counts.shape[-1] == 0:
        raise WeijianError("delay.empty", f"The {name} series is empty.", fix="Give one count per day.")
    bad = ~(np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts)))
    if np.any(bad):
        step = int(np.argwhere(bad)[0][-1]) + 1
        raise WeijianError(
            "delay.count",
            f"The {name} series must hold whole, non-negative counts; {counts[bad][0]} is not one.",
            where=f"time step {step}",
            fix="Write 0 for a day without cases; a day that was not observed ends the series.",
        )
    return counts


def positive(value: float, name: str) -> float:
    """A finite number above zero, else ``delay.parameter``."""
    if not (np.isfinite(value) and value > 0):
        raise WeijianError("delay.parameter", f"{name} must be greater than zero, not {value}.", where=name)
    return float(value)


def at_least(value: int, least: int, name: str) -> int:
    """A whole number of ``least`` or more, else ``delay.parameter``."""
    if value != int(value) or value < least:
        raise WeijianError("delay.parameter", f"{name} must be a whole number of {least} or more, not {value}.", name)
    return int(value)


def probability(value: float, name: str) -> float:
    """A number strictly between 0 and 1, else ``delay.parameter``."""
    if not 0 < value < 1:
        raise WeijianError("delay.parameter", f"{name} must lie between 0 and 1, not {value}.", where=name)
    return float(value)


def one_of(value: str, allowed: tuple[str, ...], name: str) -> str:
    """One of the allowed words, else ``delay.parameter`` listing them."""
    if value not in allowed:
        raise WeijianError(
            "delay.parameter", f"{name} “{value}” is not known.", where=name, fix="One of: " + ", ".join(allowed) + "."
        )
    return value
