"""The cases of ``reference/reference.R`` in this package's words: same name, same settings, same axis."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from weijian.engines.detection.glr import glr
from weijian.engines.detection.registry import detect
from weijian.engines.detection.result import Detection
from weijian.engines.detection.series import SeriesBatch, from_arrays

REFERENCE = Path(__file__).parent / "reference"
FIRST, LAST = 361, 380
NOUFAILY: dict[str, Any] = {
    "noPeriods": 10, "pastWeeksNotIncluded": 26, "thresholdMethod": "nbPlugin", "pThresholdTrend": 1,
}  # fmt: skip
FF, FA = "farrington-flexible", "farrington"
MEAN = "2 + sin(1..20)"

CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "flexible_default": (FF, "plain", {}),
    "flexible_noufaily": (FF, "plain", NOUFAILY),
    "flexible_noufaily_dated": (FF, "dated", NOUFAILY | {"alpha": 0.01, "pThresholdTrend": 0.05}),
    "flexible_muan": (FF, "plain", NOUFAILY | {"thresholdMethod": "muan", "alpha": 0.005}),
    "flexible_delta_10": (FF, "dated", {"noPeriods": 10, "pastWeeksNotIncluded": 26, "limit54": "0,4"}),
    "flexible_no_reweight": (FF, "plain", {"noPeriods": 5, "reweight": "FALSE", "powertrans": "1/2"}),
    "flexible_no_trend": (FF, "plain", {"noPeriods": 4, "w": 2, "b": 3, "powertrans": "none", "trend": "FALSE"}),
    "flexible_population": (
        FF, "plain", {"noPeriods": 10, "populationOffset": "TRUE", "limit54": "0,1", "thresholdMethod": "nbPlugin"},
    ),
    "flexible_month": (FF, "month", {"w": 2, "noPeriods": 3, "b": 5}),
    "farrington_default": (FA, "plain", {}),
    "farrington_dated": (FA, "dated", {"alpha": 0.01, "b": 4, "w": 2}),
    "farrington_month": (FA, "month", {"b": 5, "w": 1}),
    "farrington_no_trend": (
        FA, "plain", {"trend": "FALSE", "reweight": "FALSE", "limit54": "0,4", "powertrans": "none"},
    ),
    "farrington_half": (FA, "plain", {"powertrans": "1/2", "b": 3}),
    "farrington_population": (FA, "plain", {"fitFun": "algo.farrington.fitGLM.populationOffset"}),
    "ears_c1": ("ears-c1", "plain", {}),
    "ears_c2": ("ears-c2", "plain", {}),
    "ears_c3": ("ears-c3", "plain", {}),
    "ears_c1_long": ("ears-c1", "plain", {"baseline": 14, "minSigma": 0.5, "alpha": 0.01}),
    "ears_c3_sigma": ("ears-c3", "plain", {"minSigma": 1}),
    "cusum_standard": ("cusum", "plain", {}),
    "cusum_rossi": ("cusum", "plain", {"trans": "rossi"}),
    "cusum_anscombe": ("cusum", "plain", {"trans": "anscombe"}),
    "cusum_anscombe2nd": ("cusum", "plain", {"trans": "anscombe2nd"}),
    "cusum_pearson": ("cusum", "plain", {"trans": "pearsonNegBin", "alpha": 0.2}),
    "cusum_none": ("cusum", "plain", {"trans": "none", "k": 4, "h": 9}),
    "cusum_given": ("cusum", "plain", {"m": 3, "trans": "rossi"}),
    "cusum_glm": ("cusum", "plain", {"m": "glm", "trans": "rossi", "k": 0.8, "h": 3}),
    "bayes_default": ("bayes", "plain", {}),
    "bayes1": ("bayes", "plain", {"b": 0, "w": 6, "actY": "TRUE"}),
    "bayes2": ("bayes", "plain", {"b": 1, "w": 6, "actY": "TRUE"}),
    "bayes3": ("bayes", "plain", {"b": 2, "w": 4, "actY": "FALSE", "alpha": 0.001}),
    "rki1": ("rki", "plain", {"b": 0, "w": 6, "actY": "TRUE"}),
    "rki2": ("rki", "plain", {"b": 1, "w": 6, "actY": "TRUE"}),
    "rki3": ("rki", "plain", {}),
    "outbreakp_value": ("outbreak-p", "plain", {"k": 100}),
    "outbreakp_cases": ("outbreak-p", "plain", {"k": 100, "ret": "cases", "maxUpperboundCases": 60}),
    "glr_poisson": ("glr-poisson", "plain", {}),
    "glr_poisson_given": ("glr", "plain", {"mu0": MEAN, "ret": "cases"}),
    "glr_poisson_window": ("glr", "plain", {"mu0": MEAN, "M": 10, "Mtilde": 2}),
    "glr_poisson_tilde": ("glr", "plain", {"mu0": MEAN, "Mtilde": 3}),
    "glr_poisson_dec": ("glr", "plain", {"mu0": MEAN, "dir": "dec", "c_ARL": 3.0}),
    "glr_poisson_theta": ("glr", "plain", {"mu0": MEAN, "theta": 0.5}),
    "glr_negbin": ("glr", "plain", {"mu0": MEAN, "alpha": 0.3}),
    "glr_negbin_window": ("glr", "plain", {"mu0": MEAN, "alpha": 0.3, "M": 8, "Mtilde": 3}),
    "glr_negbin_dec": ("glr", "plain", {"mu0": MEAN, "alpha": 0.3, "dir": "dec", "c_ARL": 2.0}),
    "glr_negbin_theta": ("glr", "plain", {"mu0": MEAN, "alpha": 0.3, "theta": 0.4}),
    "glr_negbin_fitted": ("glr", "plain", {"alpha": 0.2}),
}  # fmt: skip


def batch_on(axis: str, counts: npt.NDArray[np.float64]) -> SeriesBatch:
    """The series on the axis that the R script gives the case: plain index, dated weeks or dated months."""
    length = counts.shape[1]
    population = np.broadcast_to(np.linspace(1e5, 1.3e5, length), counts.shape)
    if axis == "month":
        months = (np.datetime64("1990-01", "M") + np.arange(length)).astype("datetime64[D]")
        return from_arrays(counts, freq=12, dates=months, population=population)
    dates = np.datetime64("2010-01-04") + 7 * np.arange(length) if axis == "dated" else None
    return from_arrays(counts, freq=52, dates=dates, population=population)


def run_case(name: str, counts: npt.NDArray[np.float64]) -> Detection:
    """Decide weeks ``FIRST`` to ``LAST`` (1-based) with the settings of the case."""
    algorithm, axis, parameters = CASES[name]
    batch = batch_on(axis, counts)
    times = np.arange(FIRST - 1, LAST)
    if algorithm != "glr":
        return detect(batch, algorithm, parameters, times=times)
    settings = dict(parameters)
    if settings.get("mu0") == MEAN:
        settings["mu0"] = 2 + np.sin(np.arange(1, times.size + 1))
    return glr(batch, times=times, **settings)


def read_table(path: Path) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Bounds and alarms ``(series, time)`` of one case; ``NA`` becomes nan."""
    with gzip.open(path, "rt") as handle:
        rows = list(csv.DictReader(handle))
    series = int(rows[-1]["series"])
    number = {"NA": np.nan, "Inf": np.inf, "-Inf": -np.inf, "NaN": np.nan}
    bound, alarm = (
        np.array([number[row[column]] if row[column] in number else float(row[column]) for row in rows])
        for column in ("upperbound", "alarm")
    )
    return bound.reshape(series, -1), alarm.reshape(series, -1)


def read_series() -> npt.NDArray[np.float64]:
    """The 24 generated series that the stored outputs belong to, ``(24, 380)``."""
    with gzip.open(REFERENCE / "series.csv.gz", "rt") as handle:
        next(handle)
        return np.array([[float(v) for v in line.split(",")] for line in handle]).T
