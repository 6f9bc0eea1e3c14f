"""The data sets that R ships (salmonella.agona, rotaBB): alarms and bounds as R gives them, read through the file
reader.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.detection.r_cases import REFERENCE, read_table
from weijian.engines.detection.reading import read_series
from weijian.engines.detection.registry import detect

STORED = REFERENCE / "r_data_sets"
SHARED = Path(os.environ.get("WEIJIAN_SHARED", Path(__file__).resolve().parents[4] / "shared"))
FLEXIBLE: dict[str, dict[str, Any]] = {
    "salmonella_agona": {"noPeriods": 10, "pastWeeksNotIncluded": 26, "thresholdMethod": "nbPlugin"},
    "rotaBB_total": {"noPeriods": 3, "w": 1, "thresholdMethod": "muan"},
}


@pytest.mark.shared
@pytest.mark.parametrize("path", sorted(STORED.glob("*.csv.gz")), ids=lambda p: p.name.removesuffix(".csv.gz"))
def test_as_r(path: Path) -> None:
    name = next(name for name in FLEXIBLE if path.name.startswith(name))
    source = SHARED / "data" / "surveillance_series" / f"{name}.csv"
    if not source.exists():
        pytest.skip(f"reference series {name} are not on this machine")
    algorithm = path.name.removesuffix(".csv.gz").removeprefix(f"{name}_")
    settings: dict[str, Any] = {"trans": "rossi"} if algorithm == "cusum" else {}
    if algorithm.endswith("-noufaily"):
        algorithm, settings = "farrington-flexible", FLEXIBLE[name]
    bound, alarm = read_table(path)
    batch = read_series(source).batches[0]
    times = np.arange(batch.length - bound.shape[1], batch.length)
    found = detect(batch, algorithm, settings, times=times)
    np.testing.assert_allclose(found.upperbound, bound, rtol=1e-6)
    np.testing.assert_array_equal(found.alarm, np.nan_to_num(alarm) > 0)
