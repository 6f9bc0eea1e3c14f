"""Period life tables after Chiang (1984), for one population or for thousands in one pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from weijian.engines.lifetable.grid import AgeGrid
from weijian.engines.lifetable.separation import Separation
from weijian.engines.lifetable.tables import NO_OPEN_RATE, Flags, Floats, Indices, LifeTables

RADIX = 100_000.0
Z_95 = 1.959963984540054


def life_tables(
    grid: AgeGrid, population: ArrayLike, deaths: ArrayLike, separation: Separation | None = None
) -> LifeTables:
    """Life tables from person-years (mid-period population) and deaths by age.

    ``population`` and ``deaths`` have shape (ages,) or (populations, ages). Zero deaths and population are
    allowed. Raises ``ValueError`` for another shape and for negative or missing numbers.
    """
    people, died = _matrix(population, grid), _matrix(deaths, grid)
    if people.shape != died.shape:
        raise ValueError("population and deaths must have the same shape")
    mx = np.divide(died, people, out=np.zeros_like(died), where=people > 0)
    mx[(people == 0) & (died > 0)] = np.inf
    open_rate, open_deaths, open_from = _open_interval(people, died)
    mx[:, -1] = open_rate
    ax = (separation or Separation()).years_lived(grid, mx)
    return _build(grid, mx, ax, died[:, :-1], open_deaths, open_from, (people == 0)[:, :-1])


def life_tables_from_rates(grid: AgeGrid, mx: ArrayLike, ax: ArrayLike | None = None) -> LifeTables:
    """Life tables from rates, ``ax`` of closed intervals optional; without deaths there is no interval."""
    rates = _matrix(mx, grid)
    years = Separation().years_lived(grid, rates) if ax is None else np.array(ax, dtype=np.float64, ndmin=2)
    if years.shape != (rates.shape[0], len(grid) - 1):
        raise ValueError("ax must hold one value for each closed interval")
    nothing = np.full_like(years, np.nan)
    own = np.where(rates[:, -1] > 0, len(grid) - 1, NO_OPEN_RATE)
    rates[:, -1] = np.where(rates[:, -1] > 0, rates[:, -1], np.nan)
    return _build(grid, rates, years, nothing, nothing[:, 0], own, np.zeros_like(years, dtype=bool))


def _matrix(values: ArrayLike, grid: AgeGrid) -> Floats:
    matrix = np.array(values, dtype=np.float64, ndmin=2)
    if matrix.ndim != 2 or matrix.shape[1] != len(grid):
        raise ValueError(f"{len(grid)} ages are needed in each population")
    if not (np.isfinite(matrix).all() and (matrix >= 0).all()):
        raise ValueError("numbers must be present and not negative")
    return matrix


def _open_interval(people: Floats, died: Floats) -> tuple[Floats, Floats, Indices]:
    """Rate, deaths and first age index of the open interval, pooled downwards until there is a death.

    The open interval's own rate where it has deaths. Otherwise the ages below are added one by one: the rate
    of the smallest open-ended group with a death is what the data can say. NaN where nobody died at all.
    """
    deaths_above = np.cumsum(died[:, ::-1], axis=1)[:, ::-1]
    people_above = np.cumsum(people[:, ::-1], axis=1)[:, ::-1]
    start = (deaths_above > 0).sum(axis=1) - 1
    each = np.arange(died.shape[0])
    pooled_deaths, pooled_people = deaths_above[each, start], people_above[each, start]
    known = (start >= 0) & (pooled_people > 0)
    rate = np.divide(pooled_deaths, pooled_people, out=np.full(died.shape[0], np.nan), where=known)
    return rate, np.where(known, pooled_deaths, np.nan), np.where(known, start, NO_OPEN_RATE)


def _build(
    grid: AgeGrid,
    mx: Floats,
    ax: Floats,
    died: Floats,
    open_deaths: Floats,
    open_from: Indices,
    assumed_zero: Flags,
) -> LifeTables:
    width = grid.widths
    closed = mx[:, :-1]
    with np.errstate(invalid="ignore"):
        q = np.where(np.isinf(closed), 1.0, width * closed / (1 + (width - ax) * closed))
    certain = q >= 1
    qx = np.hstack([np.minimum(q, 1.0), np.ones((mx.shape[0], 1))])
    lx = RADIX * np.cumprod(np.hstack([np.ones((mx.shape[0], 1)), 1 - qx[:, :-1]]), axis=1)
    dx = lx * qx
    open_years = 1 / mx[:, -1:]
    Lx = np.hstack([width * lx[:, 1:] + ax * dx[:, :-1], _times(lx[:, -1:], open_years)])
    Tx = np.cumsum(Lx[:, ::-1], axis=1)[:, ::-1]
    ex = np.divide(Tx, lx, out=np.full_like(Tx, np.nan), where=lx > 0)
    error = _standard_error(width, ax, qx, lx, ex, died, open_deaths, open_years)
    return LifeTables(
        grid, mx, qx, np.hstack([ax, open_years]), lx, dx, Lx, Tx, ex, error,
        np.maximum(ex - Z_95 * error, 0.0), ex + Z_95 * error, open_from, assumed_zero, certain,
    )  # fmt: skip


def _standard_error(
    width: Floats,
    ax: Floats,
    qx: Floats,
    lx: Floats,
    ex: Floats,
    died: Floats,
    open_deaths: Floats,
    open_years: Floats,
) -> Floats:
    """Standard error of eₓ: Chiang's variance of q in closed intervals, and of 1/m in the open one.

    Var(q) = q²(1−q)/D, zero where D is zero (Chiang 1984). He gives the open interval none because q = 1
    there; Var(1/m) = 1/(D·m²) is added as in Silcocks, Jenner and Reza (2001), which Eayres and Williams
    (2004) recommend for small areas.
    """
    q = qx[:, :-1]
    variance_q = np.divide(q**2 * (1 - q), died, out=np.where(np.isnan(died), np.nan, 0.0), where=died > 0)
    closed = (_times(lx[:, :-1], width - ax + ex[:, 1:])) ** 2 * variance_q
    closed = np.where(variance_q == 0, 0.0, closed)
    open_term = _times(lx[:, -1:], open_years) ** 2 / open_deaths[:, None]
    total = np.cumsum(np.hstack([closed, open_term])[:, ::-1], axis=1)[:, ::-1]
    error: Floats = np.divide(np.sqrt(total), lx, out=np.full_like(total, np.nan), where=lx > 0)
    return error


def _times(survivors: Floats, years: Floats) -> Floats:
    """Product in which nobody left counts as nothing, even where the other factor is unknown."""
    product: Floats = np.multiply(survivors, years, out=np.zeros_like(survivors), where=survivors > 0)
    return product
