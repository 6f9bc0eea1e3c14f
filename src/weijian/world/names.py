"""Names of people who do not exist: a family name by its share, given characters by sex and years of birth."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weijian import content
from weijian.world.sampling import choose, seeded

#: Share of given names with one character only, by birth before 1960, 1960–1979, 1980–1999 and later.
SINGLE = (0.10, 0.22, 0.26, 0.08)


def draw_names(seed: int, male: NDArray[np.bool_], birth: NDArray[np.int32]) -> pa.Array:
    """One name per person as an Arrow string column."""
    rng = seeded(seed, "names")
    families = content.read_csv("names/surnames.csv")
    given = content.read_csv("names/given_names.csv")
    year = birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    family = pa.array([row["zh"] for row in families]).take(
        pa.array(choose(rng, [float(row["weight"]) for row in families], male.size))
    )
    characters = pa.array([row["zh"] for row in given])
    parts = [
        characters.take(pa.array(_given(rng, given, place, male, year))) for place in ("first", "second", "single")
    ]
    alone = rng.random(male.size) < np.array(SINGLE)[np.searchsorted((1960, 1980, 2000), year, side="right")]
    double = pc.binary_join_element_wise(parts[0], parts[1], "")
    return pc.binary_join_element_wise(family, pc.if_else(pa.array(alone), parts[2], double), "")


def _given(
    rng: np.random.Generator,
    rows: list[dict[str, str]],
    position: str,
    male: NDArray[np.bool_],
    year: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Rows of given characters that fit the position, the sex and the year of birth of each person."""
    drawn = np.zeros(male.size, dtype=np.int64)
    for low, high in sorted({(int(r["born_from"]), int(r["born_to"])) for r in rows if r["position"] == position}):
        for sex in ("1", "2"):
            fits = [
                float(row["weight"])
                if row["sex"] == sex
                and row["position"] == position
                and int(row["born_from"]) == low
                and int(row["born_to"]) == high
                else 0.0
                for row in rows
            ]
            at = np.flatnonzero((male == (sex == "1")) & (year >= low) & (year <= high))
            if at.size and max(fits) > 0:
                drawn[at] = choose(rng, fits, at.size)
    return drawn
