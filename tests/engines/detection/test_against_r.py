"""Every detector that R has gives R's alarms and R's bounds: against stored output, and against R itself where it
is installed.

Where equality is not digit for digit the test says why:

* OutbreakP: R multiplies hundreds of powers in floating point, which leaves the range for counts above some
hundreds (0,
  Inf or NaN). Compared where R's number is finite and above zero.
* Perfect separation in the fitted in-control mean (series 18, two cases in seven years): neither R nor this package
  converges in 25 steps; the digits are then those of the twenty-fifth step, equal to 1e-4.
* GLR statistics near zero depend on where R's Newton search stops (1e-6): absolute difference below 1e-9.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.engines.detection.generated import generated_series
from tests.engines.detection.r_cases import CASES, FIRST, LAST, REFERENCE, read_series, read_table, run_case

RELATIVE = {"cusum_glm": 1e-4}


def assert_same(name: str, folder: Path) -> None:
    bound, alarm = read_table(folder / f"{name}.csv.gz")
    found = run_case(name, read_series())
    # R stopped with an error on this series, or was not asked because its search by single steps would take hours.
    decided = ~(np.isnan(bound) & np.isnan(alarm))
    if name.startswith(("farrington", "flexible")):
        decided[:] = True
    if name == "outbreakp_cases":
        decided[6:] = False
    if name == "outbreakp_value":
        decided &= np.isfinite(bound) & (bound > 0)
    assert decided.sum() > 0.2 * decided.size
    np.testing.assert_array_equal(found.alarm[decided], np.nan_to_num(alarm[decided]) > 0)
    np.testing.assert_array_equal(np.isnan(found.upperbound[decided]), np.isnan(bound[decided]))
    np.testing.assert_allclose(
        found.upperbound[decided], bound[decided], rtol=RELATIVE.get(name, 1e-6), atol=1e-9 if "glr" in name else 0
    )


@pytest.mark.parametrize("name", sorted(CASES))
def test_stored_output_of_r(name: str) -> None:
    assert_same(name, REFERENCE)


def test_every_stored_output_is_compared() -> None:
    stored = {path.name.removesuffix(".csv.gz") for path in REFERENCE.glob("*.csv.gz")} - {"series", "ten_thousand"}
    assert stored == set(CASES)


def test_ten_thousand_generated_series() -> None:
    """10,000 series of eight kinds (sparse, nearly empty, trending, overdispersed, …), week 331, both Farrington
    detectors.
    """
    with gzip.open(REFERENCE / "ten_thousand.csv.gz", "rt") as handle:
        header = next(handle).strip().split(",")
        table = np.genfromtxt(handle, delimiter=",", missing_values="NA", filling_values=np.nan)
    counts = generated_series(10_000, 331, 7)
    assert counts.sum() == table[0, header.index("sum_of_counts")]
    from tests.engines.detection.r_cases import NOUFAILY, batch_on
    from weijian.engines.detection.registry import detect

    batch = batch_on("plain", counts)
    for name, algorithm, settings in (("flexible", "farrington-flexible", NOUFAILY), ("farrington", "farrington", {})):
        found = detect(batch, algorithm, settings, times=np.array([330]))
        bound = table[:, header.index(f"{name}_bound")]
        np.testing.assert_allclose(found.upperbound[:, 0], bound, rtol=1e-6)
        np.testing.assert_array_equal(found.alarm[:, 0], table[:, header.index(f"{name}_alarm")] == 1)


def r_has_surveillance() -> bool:
    if shutil.which("Rscript") is None:
        return False
    probe = subprocess.run(["Rscript", "-e", "library(surveillance)"], capture_output=True, check=False)
    return probe.returncode == 0


@pytest.mark.long
def test_r_itself(tmp_path: Path) -> None:
    """Runs R (some four minutes); the stored outputs are then also checked to be what this R gives."""
    if not r_has_surveillance():
        pytest.skip("R with the package surveillance is not installed (Debian: r-cran-surveillance)")
    with gzip.open(REFERENCE / "series.csv.gz", "rb") as packed:
        (tmp_path / "series.csv").write_bytes(packed.read())
    chosen = [name for name in CASES if name != "outbreakp_cases"]
    command = ["Rscript", str(REFERENCE / "reference.R"), "series.csv", "out", str(FIRST), str(LAST), ",".join(chosen)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    for name in chosen:
        assert_same(name, tmp_path / "out")
