"""What every nowcast returns: for each day what is known, what will be known in the end, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Nowcast:
    """One entry per step from the first event to now.

    ``reported_share`` is the estimated share of events of that step that is reported by now (R ``delayCDF``);
    ``median`` and the bounds are the final number of events at ``level``. Steps older than the maximum delay are
    complete: all equal ``observed``. nan with a reason where nothing can be said.
    """

    dates: tuple[date, ...]
    observed: Floats
    reported_share: Floats
    mean: Floats
    median: Floats
    lower: Floats
    upper: Floats
    reasons: tuple[str, ...]
    method: str
    level: float
