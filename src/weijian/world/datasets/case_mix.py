"""Which diagnoses an institution sees: by age, sex, month and speciality, from the case-mix tables of content."""

from __future__ import annotations

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
    "maternity": {"05": 12.0, "07": 6.0, "13": 0.5},
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
    """A case-mix table with one sampler per speciality; factors are by diagnosis."""

    rows: list[dict[str, str]]
    samplers: dict[str, StratifiedChoice]

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
        stratum = (np.minimum(age // BAND, BANDS - 1) * 2 + ~male) * 12 + month.astype(np.int64) - 1
        return self.samplers[speciality(item)].draw(rng, stratum)


def speciality(item: Institution) -> str:
    """Which speciality an institution's type and nature stand for."""
    return _BY_TYPE.get(
        item.type, "maternity" if item.nature == "mch" else "tcm" if item.nature == "tcm" else "general"
    )


def read_case_mix(path: str, seasons: dict[str, list[float]]) -> CaseMix:
    """A case-mix table of content; ``seasons`` gives twelve factors for each season name."""
    rows = content.read_csv(path)
    ages = np.arange(BANDS) * BAND + BAND / 2
    weight = np.array([float(row["weight"]) for row in rows])
    peak = np.array([float(row["age_peak"] or 40) for row in rows])
    bell = AGE_FLOOR + np.exp(-(((ages[:, None] - peak) / AGE_SPREAD) ** 2) / 2)
    low = np.array([float(row["age_low"] or 0) for row in rows])
    high = np.array([float(row["age_high"] or 120) for row in rows])
    first, last = np.arange(BANDS)[:, None] * BAND, np.arange(BANDS)[:, None] * BAND + BAND - 1
    last[-1] = 120
    possible = (last >= low) & (first <= high)
    by_age = weight * bell * possible
    sex = np.array([[row["sex"] in ("0", "", code) for row in rows] for code in ("1", "2")])
    season = np.array([seasons[row.get("season") or "flat"] for row in rows]).T
    table = by_age[:, None, None, :] * sex[None, :, None, :] * season[None, None, :, :]
    flat = table.reshape(-1, len(rows))
    department = [row["department"] for row in rows]
    samplers = {}
    for name, factors in SPECIALITIES.items():
        boost = np.array([factors.get(code, 1.0) for code in department])
        samplers[name] = StratifiedChoice(flat * boost)
    return CaseMix(rows, samplers)
