"""Replay the detectors over weekly dengue of 16 cities of Guangdong, 2004-2018: table and figures for the manual.

usage: python scripts/replay_guangdong_dengue.py SHARED_FOLDER OUTPUT_FOLDER

An outbreak is defined without any detector: a run of weeks with at least 3 cases in each (gaps of up to 3 weeks are
bridged) that holds at least 20 cases. The first of these weeks is its start. Decisions from 2010 on, when five years
of history exist.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from weijian.engines.detection.backtest import Loss, score
from weijian.engines.detection.backtest.figure import plot_comparison
from weijian.engines.detection.backtest.outbreaks import spells
from weijian.engines.detection.backtest.replay import Comparison, Row
from weijian.engines.detection.backtest.table import comparison_table
from weijian.engines.detection.plot import plot_detection
from weijian.engines.detection.registry import detect
from weijian.engines.detection.series import SeriesBatch, from_arrays

NOUFAILY: dict[str, Any] = {"noPeriods": 10, "pastWeeksNotIncluded": 26, "thresholdMethod": "nbPlugin"}
SETTINGS: list[tuple[str, dict[str, Any], bool]] = [
    ("farrington-flexible", {}, False),
    ("farrington-flexible", NOUFAILY, False),
    ("farrington-flexible", NOUFAILY | {"alpha": 0.01}, False),
    ("farrington-flexible", NOUFAILY | {"alpha": 0.01}, True),
    ("farrington-flexible", NOUFAILY | {"thresholdMethod": "muan"}, True),
    ("farrington", {}, False),
    ("farrington", {}, True),
    ("ears-c1", {}, False),
    ("ears-c2", {}, False),
    ("ears-c3", {}, False),
    ("cusum", {"trans": "rossi", "reset": True}, False),
    ("ewma", {}, False),
    ("rki", {}, False),
    ("bayes", {"b": 2, "w": 4, "actY": False}, False),
    ("percentile", {}, False),
    ("percentile", {"p": 0.9, "minCases": 3}, False),
    ("historical-limits", {}, False),
    ("glr-poisson", {"ret": "cases"}, False),
    ("fixed-threshold", {"threshold": 5, "window": 2}, False),
    ("one-case", {}, False),
]


def read_cities(path: Path) -> SeriesBatch:
    """The 16 cities on their common weekly axis."""
    cities: dict[str, dict[str, float]] = {}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            cities.setdefault(row["city_cn"], {})[row["week_start"]] = float(row["cases"])
    weeks = sorted({week for counts in cities.values() for week in counts})
    counts = np.array([[city[week] for week in weeks] for city in cities.values()])
    return from_arrays(counts, names=tuple(cities), freq=52, dates=np.array(weeks, "datetime64[D]"))


def outbreaks_of(counts: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[tuple[int, int]]:
    """Outbreaks by the definition above, as first and last column."""
    merged: list[tuple[int, int]] = []
    for first, last in spells(counts >= 3):
        if merged and first - merged[-1][1] <= 4:
            merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return [(a, b) for a, b in merged if counts[a : b + 1].sum() >= 20]


def main(shared: Path, output: Path) -> None:
    source = (
        shared
        / "data"
        / "guangdong_dengue_weekly_and_mosquito"
        / "guangdong_16city_weekly_dengue_weather_2004_2018.csv"
    )
    batch = read_cities(source)
    truth = [outbreaks_of(row) for row in batch.observed]
    state = np.zeros_like(batch.state)
    for row, found in enumerate(truth):
        for first, last in found:
            state[row, first : last + 1] = True
    batch = replace(batch, state=state)
    assert batch.dates is not None
    times = np.flatnonzero(batch.dates >= np.datetime64("2010-01-03").astype(np.int64))
    late = [[(a, b) for a, b in found if b >= times[0]] for found in truth]
    print(f"{batch.size} cities, {times.size} weeks, {sum(map(len, late))} outbreaks, {batch.observed.sum():.0f} cases")
    loss, rows, delays, leads = Loss(missed=10, delay=1, false=1), [], [], []
    for name, parameters, exclude in SETTINGS:
        used = replace(batch, exclude_outbreaks=exclude)
        decided = detect(used, name, parameters, times=times)
        scores = score([decided], [late])
        label = parameters | ({"exclude-outbreaks": "yes"} if exclude else {})
        rows.append(Row(name, label, scores, loss.of(scores)))
        delays.append([delay_of(decided, row, first, last) for row in range(batch.size) for first, last in late[row]])
        known = [lead_to_peak(decided, row, first, last) for row in range(batch.size) for first, last in late[row]]
        leads.append(float(np.mean([lead for lead in known if lead is not None])))
        if name == "farrington-flexible" and exclude and parameters.get("alpha") == 0.01:
            city = batch.names.index("广州市")
            plot_detection(decided, city, output / "guangzhou_dengue_farrington.svg", logarithmic=True)
    comparison = Comparison(tuple(rows), "listed", batch.size, loss)
    print(comparison_table(comparison, "en"))
    print_markdown(comparison, leads)
    print_outbreaks(batch, late, delays)
    plot_comparison(comparison, output / "guangdong_dengue_comparison.svg")


def print_markdown(comparison: Comparison, leads: list[float]) -> None:
    """The table of the manual."""
    print(
        "\n| no. | method and settings | found | delay (weeks) | lead to peak | false runs / city-year | PPV | loss |"
    )
    print("|---:|---|---:|---:|---:|---:|---:|---:|")
    for number, (row, lead) in enumerate(zip(comparison.rows, leads, strict=True), start=1):
        s = row.scores
        print(
            f"| {number} | {row.label} | {s.found}/{s.outbreaks} | {s.timeliness:.2f} | {lead:.1f} | "
            f"{s.false_episodes_per_year:.2f} | {s.ppv:.2f} | {row.loss:.2f} |"
        )


def print_outbreaks(batch: SeriesBatch, truth: list[list[tuple[int, int]]], delays: list[list[int | None]]) -> None:
    """Every outbreak with the delay of each setting, in the order of the table above."""
    print("\n| city | first week | weeks | cases | delay by setting 1, 2, 3 … (– missed) |\n|---|---|---:|---:|---|")
    number = 0
    for row in range(batch.size):
        for first, last in truth[row]:
            marks = " ".join("–" if column[number] is None else str(column[number]) for column in delays)
            cases = int(batch.observed[row, first : last + 1].sum())
            print(f"| {batch.names[row]} | {batch.epoch_label(first)} | {last - first + 1} | {cases} | {marks} |")
            number += 1


def delay_of(decided: Any, row: int, first: int, last: int) -> int | None:
    """Weeks from the start of an outbreak to its first alarm; None if it was missed."""
    within = (decided.times >= first) & (decided.times <= last) & decided.alarm[row]
    return int(decided.times[within][0] - first) if within.any() else None


def lead_to_peak(decided: Any, row: int, first: int, last: int) -> int | None:
    """Weeks from the first alarm of an outbreak to its largest week; None if it was missed."""
    within = (decided.times >= first) & (decided.times <= last) & decided.alarm[row]
    if not within.any():
        return None
    return int(first + decided.batch.observed[row, first : last + 1].argmax() - decided.times[within][0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
