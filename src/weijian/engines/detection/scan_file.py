"""The space-time scan on a series file: one series an area, with coordinates in columns ``lon, lat`` or ``x, y``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from weijian.engines.detection.output import HEADER
from weijian.engines.detection.parameters import Parameter, parse_all
from weijian.engines.detection.periods import chosen_columns
from weijian.engines.detection.reading import SeriesFile, read_series, read_table
from weijian.engines.detection.scan import ScanResult, distances, scan
from weijian.engines.detection.series import DetectionError, FloatArray, SeriesBatch
from weijian.engines.detection.text_numbers import to_float

PARAMETERS = (
    Parameter("maxDays", "int", 30, "最长时间窗（期数）", "longest window in times", low=1, high=3650),
    Parameter("maxShare", "float", 0.5, "圆内病例占比上限", "largest share of the cases in a circle", low=0, high=1),
    Parameter("maxRadius", "float", None, "最大半径（公里）", "largest radius (km)", low=0, optional=True),
    Parameter("replicates", "int", 999, "蒙特卡罗次数", "Monte Carlo replicates", low=9, high=99_999),
    Parameter("alpha", "float", 0.05, "显著性水准", "level", low=0, high=1),
    Parameter("seed", "int", 1, "随机种子", "seed of the random numbers", low=0),
)


def scan_file(
    path: Path, parameters: Mapping[str, Any], *, freq: int | None, first: str | None, last: str | None
) -> tuple[SeriesBatch, ScanResult, FloatArray, float]:
    """Read and scan. Returns the batch scanned, clusters, expected share of each area, and the level."""
    settings = {p.target: p.default for p in PARAMETERS} | parse_all(PARAMETERS, parameters, "scan")
    table = read_table(path)
    names = set(table.column_names)
    pair = ("lon", "lat") if {"lon", "lat"} <= names else ("x", "y")
    if not set(pair) <= names:
        raise DetectionError(
            "detection.coordinates", "the scan needs columns lon, lat or x, y", str(path), "one place per series"
        )
    data: SeriesFile = read_series(path, freq=freq)
    if data.rejected or len(data.batches) != 1:
        flawed = data.rejected[0].series if data.rejected else "time axes differ"
        raise DetectionError(
            "detection.scan_series", f"every area needs the same complete times ({flawed})", str(path), ""
        )
    batch, columns = chosen_columns(data.batches[0], first, last)
    counts = batch.observed if columns is None else batch.observed[:, columns]
    places = {}
    labels = table["series"].to_pylist() if "series" in names else ["1"] * table.num_rows
    for name, x, y in zip(labels, to_float(table[pair[0]])[0], to_float(table[pair[1]])[0], strict=True):
        places[str(name)] = (x, y)
    at = np.array([places[name] for name in batch.names])
    if np.isnan(at).any():
        raise DetectionError("detection.coordinates", "a coordinate is missing or not a number", str(path), "")
    result = scan(counts, distances(at[:, 0], at[:, 1], planar=pair[0] == "x"), **settings)
    return batch, result, counts, float(settings["alpha"])


def write_scan(target: TextIO, batch: SeriesBatch, result: ScanResult, counts: FloatArray, alpha: float) -> int:
    """One row per area at the last time; areas of a significant cluster carry it in ``reason``. Returns the alarms.

    ``observed`` and ``expected`` are those of the area within the window of its cluster, else of the last time.
    """
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(HEADER)
    total = max(counts.sum(), 1.0)
    alarms = 0
    held = {
        int(area): (number, c) for number, c in enumerate(result.clusters, 1) for area in c.areas if c.pvalue <= alpha
    }
    for area, name in enumerate(batch.names):
        number, cluster = held.get(area, (0, None))
        start = cluster.first_day if cluster else counts.shape[1] - 1
        expected = counts[area].sum() * counts[:, start:].sum() / total
        text = (
            f"cluster={number};p={cluster.pvalue:.4g};times={cluster.last_day - cluster.first_day + 1};"
            f"cases={cluster.observed};expected={cluster.expected:.4g};radius={cluster.radius:.4g}"
            if cluster
            else ""
        )
        alarms += cluster is not None
        row = (
            name,
            int(batch.t[-1]),
            int(counts[area, start:].sum()),
            repr(float(expected)),
            "",
            int(cluster is not None),
            text,
        )
        writer.writerow(row)
    return alarms
