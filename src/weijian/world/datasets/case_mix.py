"""Which diagnoses an institution sees: by age, sex, month and speciality, from the case-mix tables of content."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weijian import content
from weijian.world.places import Institution
from weijian.world.sampling import StratifiedChoice

BAND = 5  # years
BANDS = 20
#: Width of the bell around the age at which a diagnosis is most common, and what remains far from it.
AGE_SPREAD, AGE_FLOOR = 20.0, 0.12
#: How much more (or only) a speciality sees of a department: WS 218 institution type → department → factor.
SPECIALITIES: dict[str, dict[str, float]] = {
    "dental": {"12": 400.0},
    "eye": {"10": 400.0},
    "orthopaedic": {"04": 30.0},
    "maternity": {"05": 1.7, "07": 2.0},
    "tcm": {"50": 6.0, "21": 3.0},
    "general": {},
}
_BY_TYPE = {
    "A511": "dental",
    "D152": "dental",
    "D153": "eye",
    "A526": "orthopaedic",
    "A518": "maternity",
    "G100": "maternity",
    "A210": "tcm",
    "D121": "tcm",
    "D212": "tcm",
}


@dataclass(frozen=True)
class CaseMix:
    """A case-mix table with one sampler per speciality; factors are by diagnosis.

    ``demand`` is, by speciality, how often a person of an age band and sex comes (bands × sexes, men first), so that
    diagnoses keep their weights whatever the age structure of the district.
    """

    rows: list[dict[str, str]]
    samplers: dict[str, StratifiedChoice]
    demand: dict[str, NDArray[np.float64]]

    @property
    def codes(self) -> list[str]:
        """ICD-10 code of each row."""
        return [row["icd10"] for row in self.rows]

    @property
    def departments(self) -> list[str]:
        """Department of each row."""
        return [row["department"] for row in self.rows]

    def factor(self, name: str) -> NDArray[np.float64]:
        """A numeric column by row."""
        return np.array([float(row[name] or 0) for row in self.rows])

    def draw(
        self,
        rng: np.random.Generator,
        item: Institution,
        age: NDArray[np.int64],
        male: NDArray[np.bool_],
        month: NDArray[np.int8],
    ) -> NDArray[np.int64]:
        """Row of the table for each patient."""
        stratum = (age_bands(age) * 2 + ~male) * 12 + month.astype(np.int64) - 1
        return self.samplers[speciality(item)].draw(rng, stratum)


def speciality(item: Institution) -> str:
    """Which speciality an institution's type and nature stand for."""
    return _BY_TYPE.get(
        item.type, "maternity" if item.nature == "mch" else "tcm" if item.nature == "tcm" else "general"
    )


def age_bands(age: NDArray[np.int64]) -> NDArray[np.int64]:
    """Five-year band of each completed age."""
    return np.minimum(age // BAND, BANDS - 1)


def read_case_mix(
    path: str, seasons: dict[str, list[float]], population: NDArray[np.float64], apart: Collection[str] = ()
) -> CaseMix:
    """A case-mix table of content for a population (bands × sexes); ``seasons`` gives twelve factors by name.

    Diagnoses ``apart`` stay in the table, are never drawn and call nobody: what they stand for is known otherwise.
    """
    rows = content.read_csv(path)
    fit = _fit(rows)
    weight = np.array([float(row["weight"]) * (row["icd10"] not in apart) for row in rows])
    reach = (population[:, :, None] * fit).sum(axis=(0, 1))
    rate = fit * (weight / np.maximum(reach, 1e-9))
    season = np.array([seasons[row.get("season") or "flat"] for row in rows]).T
    department = [row["department"] for row in rows]
    samplers, demand = {}, {}
    for name, factors in SPECIALITIES.items():
        boosted = rate * np.array([factors.get(code, 1.0) for code in department])
        table = boosted[:, :, None, :] * season[None, None, :, :]
        samplers[name] = StratifiedChoice(table.reshape(-1, len(rows)))
        demand[name] = boosted.sum(axis=2)
    return CaseMix(rows, samplers, demand)


def _fit(rows: list[dict[str, str]]) -> NDArray[np.float64]:
    """How likely each diagnosis is at an age and sex against its most common age (bands × sexes × rows)."""
    first = np.arange(BANDS)[:, None] * BAND
    last = first + BAND - 1
    last[-1] = 120
    peak = np.array([float(row["age_peak"] or 40) for row in rows])
    bell = AGE_FLOOR + np.exp(-(((first + BAND / 2 - peak) / AGE_SPREAD) ** 2) / 2)
    low = np.array([float(row["age_low"] or 0) for row in rows])
    high = np.array([float(row["age_high"] or 120) for row in rows])
    by_age = bell * ((last >= low) & (first <= high))
    sex = np.array([[row["sex"] in ("0", "", code) for row in rows] for code in ("1", "2")])
    return by_age[:, None, :] * sex[None, :, :]
