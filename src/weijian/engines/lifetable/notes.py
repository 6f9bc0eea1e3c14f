"""What had to be assumed for a table, in words: a reader must see it beside the figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weijian.engines.lifetable.reading import LifeTableInput
from weijian.engines.lifetable.separation import RULES, Separation
from weijian.engines.lifetable.tables import NO_OPEN_RATE, LifeTables

SMALL_POPULATION = 5000


@dataclass(frozen=True, slots=True)
class Note:
    """One remark with a stable code and both languages."""

    code: str
    zh: str
    en: str


def method_note(separation: Separation) -> Note:
    """Method and rule for ₁a₀ and ₄a₁, with what overrides it."""
    zh, en = RULES[separation.rule]
    values = (("₁a₀", separation.a0), ("₄a₁", separation.a1_4))
    changes = [(name, value) for name, value in values if value is not None]
    if changes:
        given = "，".join(f"{name}={value:g}" for name, value in changes)
        zh, en = f"{zh}；指定{given}", f"{en}; given {given.replace('，', ', ')}"
    return Note(
        "method",
        f"蒋庆琅(1984)法；ₙaₓ=n/2，₁a₀、₄a₁：{zh}；开放组1/m；95%区间含末组方差(Silcocks等2001)",
        f"Chiang (1984); ₙaₓ = n/2, ₁a₀ and ₄a₁: {en}; open interval 1/m; 95% interval with the variance "
        "of the last interval (Silcocks et al. 2001)",
    )


def notes_of(tables: LifeTables, given: LifeTableInput, population: int = 0) -> list[Note]:
    """Remarks on one table, in the order of their weight; empty where nothing was assumed."""
    notes = _open_interval(tables, population)
    grid = tables.grid
    empty = [grid.label(int(i)) for i in np.flatnonzero(tables.assumed_zero[population])]
    if empty:
        ages = "、".join(empty)
        notes.append(
            Note(
                "no_population",
                f"{ages}岁无人口，按无死亡处理",
                f"no population at {ages.replace('、', ', ')}: taken as without mortality",
            )
        )
    certain = [grid.label(int(i)) for i in np.flatnonzero(tables.certain[population])]
    if certain:
        ages = "、".join(certain)
        notes.append(
            Note(
                "certain_death",
                f"{ages}岁死亡率过高，qₓ取1",
                f"mortality at {ages.replace('、', ', ')} is so high that qₓ is 1",
            )
        )
    if sum(given.population) < SMALL_POPULATION:
        notes.append(
            Note(
                "small_population",
                f"人口不足{SMALL_POPULATION}人年，期望寿命不可靠(Eayres和Williams 2004)",
                f"fewer than {SMALL_POPULATION} person-years: not reliable (Eayres and Williams 2004)",
            )
        )
    return notes


def _open_interval(tables: LifeTables, population: int) -> list[Note]:
    start, grid = int(tables.open_from[population]), tables.grid
    last = len(grid) - 1
    if start == last:
        return []
    if start == NO_OPEN_RATE:
        return [
            Note(
                "no_deaths",
                "各年龄均无死亡，期望寿命无法估计",
                "nobody died at any age: eₓ cannot be estimated",
            )
        ]
    age, low = grid.label(last), grid.lows[start]
    return [
        Note(
            "open_interval_pooled",
            f"{age}岁组无死亡，其死亡率取{low}岁及以上合并的死亡率",
            f"no deaths at {age}: its rate is that of all ages from {low}",
        )
    ]
