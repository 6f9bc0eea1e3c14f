"""Outbreaks put into real or simulated series: size in units of the series' own noise, shape as in the literature.

The number of extra cases of an outbreak is Poisson with mean ``size`` times the standard deviation of the counts
around their local mean (Noufaily et al. 2013, section 4); the cases fall on the times after the start by a
lognormal(0, 0.5) law stretched to ``duration``, by a triangle, or all evenly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from weijian.engines.detection.parameters import Parameter, parse_all
from weijian.engines.detection.series import DetectionError, FloatArray, SeriesBatch


@dataclass(frozen=True, slots=True)
class Injection:
    """``number`` outbreaks a series, ``size`` in standard deviations, ``duration`` in times, ``shape`` lognormal,
    triangle or flat.
    """

    number: int = 1
    size: float = 5.0
    duration: int = 6
    shape: str = "lognormal"
    seed: int = 1


_PARAMETERS = (
    Parameter("number", "int", 1, "每序列暴发数", "outbreaks a series", low=1, high=100),
    Parameter("size", "float", 5.0, "规模（标准差倍数）", "size in standard deviations", low=0, open_range=True),
    Parameter("duration", "int", 6, "持续期数", "times an outbreak lasts", low=1, high=200),
    Parameter("shape", "text", "lognormal", "形状", "shape", choices=("lognormal", "triangle", "flat")),
)


def parse_injection(text: str, seed: int) -> Injection:
    """``number=2,size=5,duration=6,shape=lognormal`` as an injection; misspellings are answered with a guess."""
    given = {}
    for part in (p for p in text.split(",") if p.strip()):
        name, sign, value = part.partition("=")
        if not sign:
            raise DetectionError(
                "detection.inject", f"--inject {part} has no '='", "--inject", "for example number=2,size=5"
            )
        given[name.strip()] = value.strip()
    return replace(Injection(seed=seed), **parse_all(_PARAMETERS, given, "--inject"))


def shape_weights(shape: str, duration: int) -> FloatArray:
    """Share of the outbreak's cases at each of its times; sums to 1."""
    middle = (np.arange(duration) + 0.5) / duration
    if shape == "flat":
        weights = np.ones(duration)
    elif shape == "triangle":
        weights = np.minimum(middle, 1 - middle)
    else:
        place = middle * 3.0
        weights = np.exp(-0.5 * (np.log(place) / 0.5) ** 2) / place
    return np.asarray(weights / weights.sum())


def inject_outbreaks(
    batch: SeriesBatch, injection: Injection, first: int
) -> tuple[SeriesBatch, list[list[tuple[int, int]]], list[list[int]]]:
    """A copy of the batch with outbreaks from column ``first`` on, their spells and their numbers of cases, per
    series.

    Each series has its own random stream from ``seed`` and its row, so that adding series changes no other.
    Outbreaks of a series keep at least their own duration apart; fewer are placed where there is no room.
    """
    counts, state = batch.observed.copy(), np.zeros_like(batch.state)
    weights = shape_weights(injection.shape, injection.duration)
    all_spells, all_cases = [], []
    for row in range(batch.size):
        rng = np.random.default_rng([injection.seed, row])
        deviation = local_deviation(batch.observed[row])
        room = np.ones(batch.length - injection.duration + 1, bool)
        room[:first] = False
        spells, cases = [], []
        for _ in range(injection.number):
            free = np.flatnonzero(room)
            if not free.size:
                break
            start = int(rng.choice(free))
            number = max(int(rng.poisson(injection.size * deviation)), 1)
            part = slice(start, start + injection.duration)
            counts[row, part] += rng.multinomial(number, weights)
            state[row, part] = True
            room[max(start - 2 * injection.duration, 0) : start + 2 * injection.duration] = False
            spells.append((start, start + injection.duration - 1))
            cases.append(number)
        all_spells.append(spells)
        all_cases.append(cases)
    return replace(batch, observed=counts, state=state), all_spells, all_cases


def local_deviation(counts: FloatArray, window: int = 9) -> float:
    """Standard deviation of the counts around a centred moving mean of nine times; at least that of one case in ten
    times.
    """
    known = np.where(np.isnan(counts), np.nanmean(counts) if np.isfinite(counts).any() else 0.0, counts)
    mean = np.convolve(np.pad(known, window // 2, mode="edge"), np.ones(window) / window, mode="valid")
    factor = window / (window - 1)
    return float(max(np.sqrt(np.mean((known - mean) ** 2) * factor), np.sqrt(0.1)))
