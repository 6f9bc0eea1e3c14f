"""Indirect standardisation: observed events against those expected from standard rates (SMR, SIR), for areas too small
for rates by age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from weijian.engines.detection.linelist import strata
from weijian.engines.detection.linelist.estimate import Estimate, check_choice
from weijian.engines.detection.linelist.poisson import POISSON_METHODS, poisson_interval
from weijian.kernel.errors import WeijianError


@dataclass(frozen=True)
class IndirectResult:
    """``ratio`` = observed/expected; ``adjusted`` = ratio × crude standard rate per ``per``, or ``None`` when the
    standard was given as rates alone, from which no crude rate follows."""

    observed: int
    expected: float
    ratio: Estimate
    crude: Estimate
    adjusted: Estimate | None
    per: float


def standardise_indirectly(
    events: ArrayLike,
    population: ArrayLike,
    standard_rate: ArrayLike | None = None,
    *,
    standard_events: ArrayLike | None = None,
    standard_population: ArrayLike | None = None,
    level: float = 0.95,
    method: str = "exact",
    per: float = 1.0,
) -> IndirectResult:
    """SMR = O/E, E = Σ nᵢ Rᵢ with Rᵢ the standard rate of stratum i (events per person).

    ``events`` is the total or one count per stratum; the standard is either rates, or events with population. The
    interval treats E as known: ``exact`` (Garwood), ``mid-p``, ``byar`` (epiR ``epi.smr``), ``byar-epitools``,
    ``wald-log`` (epitools ``ageadjust.indirect``) or ``wald``.

    Errors as `strata`; ``linelist.standard`` when the standard is given in neither or both forms or expects nothing.
    """
    check_choice(method, POISSON_METHODS, "method")
    d, n = strata.counts(np.atleast_1d(np.asarray(events)), "events"), strata.weights(population, "population")
    rate, crude_standard = _standard(standard_rate, standard_events, standard_population)
    strata.same_length(population=n, standard=rate)
    if d.size not in (1, n.size):
        strata.same_length(events=d, population=n)
    if d.size == n.size:
        strata.nobody_without_person(d, n, "events")
    observed, expected = float(d.sum()), float((n * rate).sum())
    if expected <= 0:
        raise WeijianError("linelist.standard", "The standard rates expect no event, so no ratio can be formed.")
    ratio = poisson_interval(observed, expected, level=level, method=method)
    adjusted = None
    if crude_standard is not None:
        scale = crude_standard * per
        adjusted = Estimate(ratio.value * scale, ratio.lower * scale, ratio.upper * scale, level, method)
    crude = poisson_interval(observed, float(n.sum()) / per, level=level)
    return IndirectResult(int(observed), expected, ratio, crude, adjusted, per)


def _standard(
    rate: ArrayLike | None, events: ArrayLike | None, population: ArrayLike | None
) -> tuple[strata.Floats, float | None]:
    if rate is not None and events is None and population is None:
        return strata.weights(rate, "standard rate"), None
    if rate is None and events is not None and population is not None:
        d, n = strata.counts(events, "standard events"), strata.weights(population, "standard population")
        strata.same_length(standard_events=d, standard_population=n)
        if (n == 0).any():
            raise WeijianError("linelist.standard", "The standard population is zero in a stratum.")
        return d / n, float(d.sum() / n.sum())
    raise WeijianError(
        "linelist.standard",
        "Give the standard either as rates, or as events together with population.",
    )
