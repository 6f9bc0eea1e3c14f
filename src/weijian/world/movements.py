"""A year of a population: births, deaths, arrivals and departures that lead from one official year-end to the next."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from weijian.world.age_sex import AgeSex
from weijian.world.draft import Days, Draft, birth_days, draft, join, year_bounds
from weijian.world.frame import NONE, day_number
from weijian.world.sampling import apportion, choose, exact_choice, pick, pick_weighted

# Share of infant deaths in the first week, from day 7 to 27 and later (typical of low infant mortality in China).
INFANT_AGE_BOUNDS = ((0, 6, 0.42), (7, 27, 0.20), (28, 330, 0.38))


@dataclass(frozen=True)
class YearPlan:
    """Whole numbers of one year at the scale of the world; pairs are (registered, other residents).

    ``start`` and ``end`` are official year-end populations by basis. ``births`` holds twelve monthly counts,
    ``infant_deaths`` and ``child_deaths`` (ages 1–4) the counts of January–September and of October–December.
    ``deaths`` includes both. ``departures`` counts movers of age 1 and over.
    """

    year: int
    start: dict[str, int]
    end: dict[str, int]
    births: tuple[tuple[int, ...], tuple[int, ...]]
    boys: tuple[int, int]
    deaths: tuple[int, int]
    infant_deaths: tuple[tuple[int, int], tuple[int, int]]
    child_deaths: tuple[tuple[int, int], tuple[int, int]]
    departures: int
    registered_gains: int
    death_season: tuple[float, ...]


def month_days(rng: np.random.Generator, year: int, counts: Sequence[int]) -> Days:
    """Days of a year with an exact number in each month, even within the month."""
    parts = []
    for month, count in enumerate(counts, start=1):
        first = day_number(date(year, month, 1))
        length = calendar.monthrange(year, month)[1]
        parts.append(first + rng.integers(0, length, count))
    return np.concatenate(parts).astype(np.int32)


def season_days(rng: np.random.Generator, year: int, season: Sequence[float], months: range, size: int) -> Days:
    """``size`` days in the given months (1–12) of a year, in proportion to the season."""
    weights = [season[month - 1] if month in months else 0.0 for month in range(1, 13)]
    days = month_days(rng, year, apportion(weights, size).tolist())
    rng.shuffle(days)
    return days


def newborns(rng: np.random.Generator, plan: YearPlan, table: AgeSex, standing: tuple[int, int]) -> Draft:
    """All resident births of the year: who stands at year end, who died as an infant, who left again.

    ``standing`` is how many (registered, other) children of age 0 must be left over at year end.
    """
    parts = []
    for row in (0, 1):
        part = _born(rng, plan, table, row)
        _infant_deaths(rng, part, plan, row)
        alive = np.flatnonzero(part.died_on == NONE)
        _leave(rng, part, pick(rng, alive, max(0, alive.size - standing[row])), plan.year)
        parts.append(part)
    return join(parts)


def _born(rng: np.random.Generator, plan: YearPlan, table: AgeSex, row: int) -> Draft:
    born = month_days(rng, plan.year, plan.births[row])
    rng.shuffle(born)
    male = np.zeros(born.size, dtype=bool)
    male[: plan.boys[row]] = True
    service = np.full(born.size, True) if row == 0 else rng.random(born.size) < _service_share(table)
    part = draft(male, born, np.full(born.size, row == 0), service)
    part.spell_from = born.copy()
    part.registered_from = np.where(part.registered, born, NONE).astype(np.int32)
    part.born_here[:] = True
    return part


def _service_share(table: AgeSex) -> float:
    other = float((table.resident - table.registered)[:, 0].sum())
    return float((table.service - table.registered)[:, 0].sum()) / other if other else 0.0


def _infant_deaths(rng: np.random.Generator, part: Draft, plan: YearPlan, row: int) -> None:
    """Let the planned number of this year's children die in each window (January–September, October–December)."""
    first, last = year_bounds(plan.year)
    october = season_start(plan.year)
    for (start, end), count in zip(((first, october - 1), (october, last)), plan.infant_deaths[row], strict=True):
        candidates = np.flatnonzero((part.birth <= end) & (part.died_on == NONE))
        low = np.maximum(part.birth[candidates], start) - part.birth[candidates]
        high = np.minimum(end - part.birth[candidates], 364)
        weight = sum(
            (share / (b - a + 1)) * np.maximum(0, np.minimum(high, b) - np.maximum(low, a) + 1)
            for a, b, share in INFANT_AGE_BOUNDS
        )
        chosen = pick_weighted(rng, candidates, np.asarray(weight, dtype=np.float64), count)
        place = np.searchsorted(candidates, chosen)
        days = _infant_age(rng, low[place], high[place])
        part.died_on[chosen] = part.birth[chosen] + days
        _end(part, chosen, part.died_on[chosen])


def _infant_age(rng: np.random.Generator, low: NDArray[np.int32], high: NDArray[np.int32]) -> NDArray[np.int32]:
    bands = np.array([(a, b) for a, b, _share in INFANT_AGE_BOUNDS])
    shares = [share for _a, _b, share in INFANT_AGE_BOUNDS]
    band = choose(rng, shares, low.size)
    drawn = bands[band, 0] + rng.random(low.size) * (bands[band, 1] - bands[band, 0] + 1)
    return np.clip(np.floor(drawn), low, high).astype(np.int32)


def season_start(year: int) -> int:
    """First of October, where the statistical year of maternal and child health turns."""
    return year_bounds(year)[1] - 91


def _end(part: Draft, at: NDArray[np.int64], day: Days) -> None:
    part.spell_to[at] = day
    part.registered_to[at] = np.where(part.registered_from[at] != NONE, day, NONE)


def _leave(rng: np.random.Generator, part: Draft, at: NDArray[np.int64], year: int) -> None:
    """End the spells of these persons on a day of the year before its last."""
    first, last = year_bounds(year)
    start = np.maximum(part.spell_from[at], first)
    day = start + np.floor(rng.random(at.size) * np.maximum(1, last - start)).astype(np.int32)
    _end(part, at, np.minimum(day, last - 1).astype(np.int32))


def departed_elders(rng: np.random.Generator, plan: YearPlan, table: AgeSex) -> Draft:
    """Deaths of the year from age 1 on, by the death rates of age and sex; children under five in exact number."""
    parts = []
    for row, registered in enumerate((True, False)):
        total = plan.deaths[row]
        children = sum(plan.child_deaths[row])
        others = max(0, total - sum(plan.infant_deaths[row]) - children)
        cells = (table.registered if registered else table.resident - table.registered) * table.death_rate
        young, old = cells.copy(), cells.copy()
        young[:, [0, *range(5, cells.shape[1])]] = 0
        old[:, :5] = 0
        season = plan.death_season
        days = [
            season_days(rng, plan.year, season, range(1, 10), plan.child_deaths[row][0]),
            season_days(rng, plan.year, season, range(10, 13), plan.child_deaths[row][1]),
            season_days(rng, plan.year, season, range(1, 13), others),
        ]
        cell = np.concatenate([choose(rng, young.ravel(), children), exact_choice(rng, old.ravel(), others)])
        sexes, ages = np.divmod(cell, cells.shape[1])
        died = np.concatenate(days)
        # The age is the age at death: born so many years, and up to one more, before that day.
        birth = (died - np.floor((ages + rng.random(died.size) * 0.998) * 365.2425)).astype(np.int32)
        part = draft(sexes == 0, birth, np.full(died.size, registered), np.full(died.size, registered))
        part.died_on = died.copy()
        part.spell_from = _earlier(rng, birth, year_bounds(plan.year)[0] - 1)
        part.registered_from = np.where(registered, part.spell_from, NONE).astype(np.int32)
        _end(part, np.arange(died.size), died)
        parts.append(part)
    return join(parts)


def departed_movers(rng: np.random.Generator, plan: YearPlan, table: AgeSex, counts: tuple[int, int]) -> Draft:
    """Persons who stood at the start of the year and moved away in it: (registered, other)."""
    parts = []
    for registered, size in zip((True, False), counts, strict=True):
        cells = (table.registered if registered else table.resident - table.registered).astype(np.float64)
        cells[:, 0] = 0
        cells[:, 18:36] *= 1.8  # working ages move most
        sexes, ages = np.divmod(exact_choice(rng, cells.ravel(), size), cells.shape[1])
        part = draft(sexes == 0, birth_days(rng, ages, plan.year), np.full(size, registered), rng.random(size) < 0.45)
        part.service |= registered
        part.spell_from = _earlier(rng, part.birth, year_bounds(plan.year)[0] - 1)
        part.registered_from = np.where(registered, part.spell_from, NONE).astype(np.int32)
        _leave(rng, part, np.arange(size), plan.year)
        parts.append(part)
    return join(parts)


def standing_elders(rng: np.random.Generator, plan: YearPlan, table: AgeSex, arrivals: int, gains: int) -> Draft:
    """Everybody of age 1 and more at year end: nested bases in exact number, some of them new in the year."""
    parts = []
    for registered, service, cells, total in (
        (True, True, table.registered, plan.end["registered"]),
        (False, True, table.service - table.registered, plan.end["service"] - plan.end["registered"]),
        (False, False, table.resident - table.service, plan.end["resident"] - plan.end["service"]),
    ):
        counts = apportion(cells.ravel(), total).reshape(cells.shape)
        counts[:, 0] = 0
        sexes, ages = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), cells.shape[1])
        size = ages.size
        part = draft(sexes == 0, birth_days(rng, ages, plan.year), np.full(size, registered), np.full(size, service))
        parts.append(part)
    result = join(parts)
    _arrive(rng, result, plan, arrivals, gains)
    return result


def _arrive(rng: np.random.Generator, part: Draft, plan: YearPlan, arrivals: int, gains: int) -> None:
    """Give everybody a spell; ``arrivals`` of the unregistered came in the year, ``gains`` were registered in it."""
    first, last = year_bounds(plan.year)
    part.spell_from = _earlier(rng, part.birth, first - 1)
    part.registered_from = np.where(part.registered, part.spell_from, NONE).astype(np.int32)
    age = (last - part.birth) // 365
    others = np.flatnonzero(~part.registered & (part.birth < first))
    new = pick_weighted(rng, others, np.where((age[others] >= 18) & (age[others] < 36), 3.0, 1.0), arrivals)
    part.spell_from[new] = first + np.floor(rng.random(new.size) * (last - first + 1)).astype(np.int32)
    # Not children of the year before: those who were born here count as registered from birth.
    local = np.flatnonzero(part.registered & (part.birth < year_bounds(plan.year - 1)[0]))
    gained = pick(rng, local, gains)
    part.registered_from[gained] = first + np.floor(rng.random(gained.size) * (last - first + 1)).astype(np.int32)


def _earlier(rng: np.random.Generator, birth: Days, latest: int) -> Days:
    """A day on which a person who is here by ``latest`` came: at birth for half of them, else spread over the years."""
    local = rng.random(birth.size) < 0.5
    years = np.minimum(rng.exponential(6.0, birth.size), 40.0)
    came = latest - np.floor(years * 365.25).astype(np.int32)
    came = np.where(local & (birth > latest - 30 * 365), birth, came)
    return np.minimum(np.maximum(came, birth), latest).astype(np.int32)


def all_people(rng: np.random.Generator, plan: YearPlan, before: YearPlan, table: AgeSex) -> Draft:
    """The whole year: newborns, survivors, deaths and departures, such that both year-end totals hold exactly.

    Births and deaths of the year before come last; the dead among them stand in no population of the year.
    """
    infants = _infants_at_end(plan, table)
    born = newborns(rng, plan, table, infants[:2])
    _settle_service(rng, born, infants[2])
    left_over = _count_standing(born)
    surplus = (infants[0] - left_over[0], infants[1] - left_over[1])
    elders_dead = departed_elders(rng, plan, table)
    dead_registered = int(elders_dead.registered.sum())
    registered_standing = plan.end["registered"] - infants[0]
    need = plan.start["registered"] - registered_standing - dead_registered
    gains = max(plan.registered_gains, -need)
    movers_registered = need + gains
    others_standing = plan.end["resident"] - plan.end["registered"] - infants[1]
    movers = max(0, plan.departures - movers_registered)
    dead_other = elders_dead.size - dead_registered
    others_start = plan.start["resident"] - plan.start["registered"]
    # Residents without registration at the start who were registered in the year stand among the registered now.
    arrivals = others_standing + gains - (others_start - movers - dead_other)
    if arrivals < 0:
        movers, arrivals = movers - arrivals, 0
    standing = standing_elders(rng, plan, table, arrivals, gains)
    moved = departed_movers(rng, plan, table, (movers_registered, movers))
    earlier = year_before(rng, before, table, standing)
    return join([standing, born, _arrived_infants(rng, plan, surplus), elders_dead, moved, earlier])


def _settle_service(rng: np.random.Generator, born: Draft, served: int) -> None:
    """Exactly ``served`` of the unregistered newborns who stand at year end are in the service population."""
    others = np.flatnonzero((born.spell_to == NONE) & ~born.registered)
    born.service[others] = False
    born.service[pick(rng, others, served)] = True


def _infants_at_end(plan: YearPlan, table: AgeSex) -> tuple[int, int, int]:
    """Age-0 persons at year end (registered, other, others served), as the apportionment of each basis leaves them."""
    counts = []
    for cells, total in (
        (table.registered, plan.end["registered"]),
        (table.service - table.registered, plan.end["service"] - plan.end["registered"]),
        (table.resident - table.service, plan.end["resident"] - plan.end["service"]),
    ):
        counts.append(int(apportion(cells.ravel(), total).reshape(cells.shape)[:, 0].sum()))
    return counts[0], counts[1] + counts[2], counts[1]


def _count_standing(part: Draft) -> tuple[int, int]:
    here = part.spell_to == NONE
    return int((here & part.registered).sum()), int((here & ~part.registered).sum())


def _arrived_infants(rng: np.random.Generator, plan: YearPlan, counts: tuple[int, int]) -> Draft:
    """Children born elsewhere in the year who stand at its end, where births alone do not fill age 0."""
    parts = []
    first, last = year_bounds(plan.year)
    for registered, size in zip((True, False), counts, strict=True):
        size = max(0, size)
        birth = (first + rng.integers(0, 300, size)).astype(np.int32)
        part = draft(rng.random(size) < 0.53, birth, np.full(size, registered), np.full(size, registered))
        part.spell_from = np.minimum(birth + 60, last).astype(np.int32)
        part.registered_from = np.where(registered, part.spell_from, NONE).astype(np.int32)
        parts.append(part)
    return join(parts)


def year_before(rng: np.random.Generator, plan: YearPlan, table: AgeSex, standing: Draft) -> Draft:
    """Births and deaths of the year before. Children of that year who still stand take its birth dates (in place);
    the others died or left within it, so that they belong to no population of the year itself."""
    gone = []
    first, last = year_bounds(plan.year)
    for row, registered in enumerate((True, False)):
        part = _born(rng, plan, table, row)
        _infant_deaths(rng, part, plan, row)
        here = np.flatnonzero(
            (standing.birth >= first)
            & (standing.birth <= last)
            & (standing.registered == registered)
            & (standing.spell_from <= last)
        )
        alive = np.flatnonzero(part.died_on == NONE)
        matched = min(here.size, alive.size)
        chosen = pick(rng, alive, matched)
        _adopt(standing, rng.permutation(here)[:matched], part, chosen)
        rest = np.setdiff1d(np.arange(part.size), chosen)
        rest_part = Draft(*(getattr(part, item.name)[rest] for item in fields(Draft)))
        _leave(rng, rest_part, np.flatnonzero(rest_part.died_on == NONE), plan.year)
        gone.append(rest_part)
    return join([*gone, departed_elders(rng, plan, table)])


def _adopt(standing: Draft, at: NDArray[np.int64], births: Draft, chosen: NDArray[np.int64]) -> None:
    """Let standing children be these births."""
    standing.birth[at] = births.birth[chosen]
    standing.male[at] = births.male[chosen]
    standing.spell_from[at] = births.birth[chosen]
    standing.registered_from[at] = np.where(standing.registered[at], births.birth[chosen], NONE)
    standing.born_here[at] = True
