"""``weijian bench detection``: speed, memory and linear growth of the detectors, beside R in the same run where R
is present.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from weijian.engines.detection.registry import detect
from weijian.engines.detection.scan import distances, scan
from weijian.engines.detection.series import FloatArray, SeriesBatch, from_arrays

NOUFAILY = {"noPeriods": 10, "pastWeeksNotIncluded": 26, "thresholdMethod": "nbPlugin"}
"""Settings of Noufaily et al. (2013) in R's names; the rest is R's default (b=5, w=3, weightsThreshold=2.58)."""

_R_SCRIPT = """
suppressMessages(library(surveillance)); x <- as.matrix(read.csv("series.csv")); n <- nrow(x)
s <- sts(observed = x, frequency = 52)
f <- list(range = n, noPeriods = 10, pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin", glmWarnings = FALSE)
a <- system.time(r <- suppressWarnings(farringtonFlexible(s, f)))[["elapsed"]]
e <- system.time(suppressWarnings(earsC(s, list(range = n - 99:0, method = "C2"))))[["elapsed"]]
cat(a, e, "\\n"); write.csv(data.frame(b = as.vector(r@upperbound)), "bounds.csv", row.names = FALSE)
"""


def simulated_counts(series: int, length: int, seed: int = 1) -> FloatArray:
    """Negative binomial counts with season and trend, means from 0.05 to 20, ``(series, length)``."""
    rng = np.random.default_rng(seed)
    t = np.arange(length)
    base = np.exp(rng.uniform(-3, 3, (series, 1)))
    wave = 0.5 * np.sin(2 * np.pi * t / 52 + rng.uniform(0, 6, (series, 1)))
    mean = base * np.exp(wave + rng.normal(0, 0.001, (series, 1)) * t)
    return np.asarray(rng.negative_binomial(5, 5 / (5 + mean)), dtype=np.float64)


def bench_detection(print: Callable[[str], None], *, threads: int | None = None, full: bool = True) -> None:
    """Run all workloads and print one line each: median of three runs after a warm-up, and the peak memory at the end.

    ``full`` adds the replay of 1,000 series x 520 weeks, the scan at full size and the comparison with R.
    """
    workers = threads or os.cpu_count() or 1
    print(f"cores {os.cpu_count()}, threads {workers}, numpy {np.__version__}")
    counts = simulated_counts(10_000, 365)
    _flexible_sizes(print, counts, workers)
    _simple_detectors(print)
    if full:
        _replay(print, workers)
    _scan(print, 999 if full else 99)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"peak memory {peak:.2f} GiB")
    if full:
        _against_r(print, counts[:400], workers)


def _seconds(run: Callable[[], object], times: int = 3) -> float:
    run()
    results = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        results.append(time.perf_counter() - start)
    return statistics.median(results)


def _flexible_sizes(print: Callable[[str], None], counts: FloatArray, threads: int) -> None:
    last = np.array([counts.shape[1] - 1])
    for size in (1_000, 5_000, 10_000):
        batch = from_arrays(counts[:size])
        for name, settings in (("farrington-flexible", NOUFAILY), ("farrington", {})):
            seconds = _seconds(partial(detect, batch, name, settings, times=last, threads=threads))
            rate = size / seconds
            print(f"{name:20s} {size:6d} series x 1 week    {seconds:7.3f} s  {rate:9,.0f} series-weeks/s")


def _simple_detectors(print: Callable[[str], None]) -> None:
    batch = from_arrays(simulated_counts(2_000, 730), freq=365)
    for name in ("ears-c1", "ears-c2", "ears-c3", "cusum", "ewma"):
        times = np.arange(365, 730)
        seconds = _seconds(partial(detect, batch, name, times=times))
        print(f"{name:20s}   2000 series x 365 days  {seconds:7.3f} s  {2_000 * 365 / seconds:9,.0f} series-days/s")


def _replay(print: Callable[[str], None], threads: int) -> None:
    batch: SeriesBatch = from_arrays(simulated_counts(1_000, 365 + 520))
    times = np.arange(365, 365 + 520)
    start = time.perf_counter()
    detect(batch, "farrington-flexible", NOUFAILY, times=times, threads=threads)
    seconds = time.perf_counter() - start
    print(f"{'farrington-flexible':20s}   1000 series x 520 weeks {seconds:7.2f} s  {520_000 / seconds:9,.0f} per s")


def _scan(print: Callable[[str], None], replicates: int) -> None:
    rng = np.random.default_rng(1)
    areas = 300
    place = rng.random((2, areas)) * 0.5
    counts = rng.poisson(np.exp(rng.normal(-2, 0.6, areas))[:, None] * np.ones(365)).astype(np.float64)
    apart = distances(113 + place[0], 23 + place[1])
    start = time.perf_counter()
    found = scan(counts, apart, replicates=replicates)
    seconds = time.perf_counter() - start
    print(f"{'scan':20s} 300 areas x 365 days x {replicates} replicates, {found.cases} cases  {seconds:7.2f} s")


def _against_r(print: Callable[[str], None], counts: FloatArray, threads: int) -> None:
    """Time R on the same series and compare the bounds."""
    if shutil.which("Rscript") is None:
        print("R is not installed: no ratio (Debian package r-cran-surveillance)")
        return
    with tempfile.TemporaryDirectory() as folder:
        header = ",".join(f"s{i}" for i in range(counts.shape[0]))
        np.savetxt(Path(folder) / "series.csv", counts.T, fmt="%d", delimiter=",", header=header, comments="")
        done = subprocess.run(["Rscript", "-e", _R_SCRIPT], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print("R is installed without the package surveillance: no ratio")
            return
        flexible, ears = (float(value) for value in done.stdout.split()[-2:])
        bounds = np.genfromtxt(Path(folder) / "bounds.csv", skip_header=1, missing_values="NA", filling_values=np.nan)
    batch, last = from_arrays(counts), np.array([counts.shape[1] - 1])
    found = detect(batch, "farrington-flexible", NOUFAILY, times=last)
    same = np.isclose(found.upperbound[:, 0], bounds, rtol=1e-6, equal_nan=True).mean()
    own = _seconds(lambda: detect(batch, "farrington-flexible", NOUFAILY, times=last, threads=threads))
    days = np.arange(counts.shape[1] - 100, counts.shape[1])
    own_ears = _seconds(lambda: detect(batch, "ears-c2", times=days))
    print(
        f"R farringtonFlexible {counts.shape[0] / flexible:9,.0f} series-weeks/s: {flexible / own:,.0f} times as fast"
    )
    print(
        f"R earsC C2           {100 * counts.shape[0] / ears:9,.0f} series-days/s: {ears / own_ears:,.0f} times as fast"
    )
    print(f"bounds equal to R's to 1e-6: {same:.4%} of {counts.shape[0]}")
