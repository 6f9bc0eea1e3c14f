"""The age and sex structure of a district by population basis, with death rates, read from content."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weijian import content

AGES = 101  # 0 to 99 and the open group 100


@dataclass(frozen=True)
class AgeSex:
    """Sex × age tables (row 0 male, row 1 female; column 100 is 100 and over): persons, and yearly deaths of one."""

    resident: NDArray[np.int64]
    registered: NDArray[np.int64]
    service: NDArray[np.int64]
    death_rate: NDArray[np.float64]


def read_age_sex(district: str, year: int) -> AgeSex:
    """The structure that content holds for a district and year."""
    columns = {name: np.zeros((2, AGES), dtype=np.int64) for name in ("resident", "registered", "service")}
    rate = np.zeros((2, AGES))
    for row in content.read_csv(f"world/age_sex_cn_{district}_{year}.csv"):
        at = (int(row["sex"]) - 1, int(row["age"]))
        for name, table in columns.items():
            table[at] = int(row[name])
        rate[at] = float(row["death_rate_per_1000"]) / 1000
    return AgeSex(columns["resident"], columns["registered"], columns["service"], rate)
