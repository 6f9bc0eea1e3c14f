"""What ``weijian detect`` and ``weijian backtest`` do, apart from reading their options: plain functions that
return exit data.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from weijian.engines.detection.explain import explain_alarms
from weijian.engines.detection.output import write_detections
from weijian.engines.detection.periods import chosen_columns
from weijian.engines.detection.reading import Rejection, read_series
from weijian.engines.detection.registry import algorithm, detect
from weijian.engines.detection.result import Detection
from weijian.engines.detection.series import DetectionError, SeriesBatch


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts for the closing line: series decided, series put aside, decisions, alarms."""

    series: int
    rejected: int
    rows: int
    alarms: int


def parse_params(given: Sequence[str]) -> dict[str, str]:
    """``name=value`` options as a mapping; a text without ``=`` is an error."""
    result = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise DetectionError("detection.parameter", f"--param {text} has no '='", "--param", "write name=value")
        result[name.strip()] = value.strip()
    return result


def detect_batch(
    batch: SeriesBatch, name: str, params: dict[str, str], first: str | None, last: str | None, threads: int
) -> Detection | list[Rejection]:
    """Decide a batch over a period. Series with no time in the period are put aside; a batch too short for any decision
    gets one row a series that says so.
    """
    cut, columns = chosen_columns(batch, first, last)
    if cut.length == 0 or (columns is not None and columns.size == 0):
        return [Rejection(name, *OUTSIDE_PERIOD, "") for name in batch.names]
    found = detect(cut, name, params, times=columns, threads=threads)
    if found.times.size == 0:
        found = detect(cut, name, params, times=np.array([cut.length - 1]), threads=threads)
    return found


OUTSIDE_PERIOD = ("outside-period", "no time of the series lies in the period asked for", "所选时段内没有数据")


def detect_command(
    file: Path,
    algorithm_name: str,
    *,
    freq: int | None = None,
    params: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
    out: Path | None = None,
    exclude_outbreaks: bool = False,
    explain: Path | None = None,
    plot: Path | None = None,
    series: str | None = None,
    threads: int = 2,
    language: str = "zh",
) -> Outcome:
    """Read ``file``, decide, write CSV to ``out`` or standard output; optionally explanations (JSON Lines) and one
    figure.
    """
    settings = parse_params(params)
    if algorithm_name == "scan":
        return _scan_command(file, settings, freq, first, last, out)
    algorithm(algorithm_name)
    data = read_series(file, freq=freq, exclude_outbreaks=exclude_outbreaks)
    decided = [detect_batch(batch, algorithm_name, settings, first, last, threads) for batch in data.batches]
    found = [item for item in decided if isinstance(item, Detection)]
    rejected = [*data.rejected, *(refusal for item in decided if isinstance(item, list) for refusal in item)]
    if not found and not data.rejected:
        raise DetectionError(
            "detection.range", "no time of the file lies in the period", "--from/--to", "widen the period"
        )
    with _target(out) as stream:
        rows, alarms = write_detections(stream, found, rejected)
    if explain is not None:
        with explain.open("w", encoding="utf-8") as stream:
            for detection in found:
                for item in explain_alarms(detection):
                    stream.write(json.dumps(item.as_dict(), ensure_ascii=False) + "\n")
    if plot is not None:
        _plot(found, series, plot, language)
    return Outcome(sum(item.batch.size for item in found), len(rejected), rows, alarms)


def _plot(found: Sequence[Detection], series: str | None, path: Path, language: str) -> None:
    from weijian.engines.detection.plot import plot_detection

    for detection in found:
        if series is None or series in detection.batch.names:
            row = 0 if series is None else detection.batch.names.index(series)
            plot_detection(detection, row, path, language=language)
            return
    raise DetectionError("detection.no_series", f"no usable series {series!r} to draw", "--series", "see column series")


def _scan_command(
    file: Path, settings: dict[str, str], freq: int | None, first: str | None, last: str | None, out: Path | None
) -> Outcome:
    from weijian.engines.detection.scan_file import scan_file, write_scan

    batch, result, counts, alpha = scan_file(file, settings, freq=freq, first=first, last=last)
    with _target(out) as stream:
        alarms = write_scan(stream, batch, result, counts, alpha)
    return Outcome(batch.size, 0, batch.size, alarms)


@contextmanager
def _target(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise DetectionError(
            "detection.output", f"cannot write: {error.strerror}", str(out), "choose another --out"
        ) from error


@dataclass(frozen=True, slots=True)
class BacktestOutcome:
    """The comparison as text for people and as data for ``--json``."""

    text: str
    data: dict[str, object]


def backtest_command(
    file: Path,
    algorithms: Sequence[str],
    *,
    freq: int | None = None,
    params: Sequence[str] = (),
    outbreaks: Path | None = None,
    inject: str | None = None,
    first: str | None = None,
    last: str | None = None,
    loss: str | None = None,
    seed: int = 1,
    threads: int = 2,
    plot: Path | None = None,
    exclude_outbreaks: bool = False,
    language: str = "zh",
) -> BacktestOutcome:
    """Replay ``algorithms`` (``name`` or ``name:param=value,…``) over the file and score them against outbreaks.

    Outbreaks come from ``outbreaks`` (CSV ``series, start, end``), from ``inject``
    (``number=2,size=5,duration=…``), else from the column ``state``. ``params`` apply to every algorithm.
    """
    from weijian.engines.detection.backtest import Loss, comparison_table, parse_injection, read_outbreaks, run_backtest
    from weijian.engines.detection.backtest.figure import plot_comparison

    data = read_series(file, freq=freq, exclude_outbreaks=exclude_outbreaks)
    marked = read_outbreaks(outbreaks) if outbreaks is not None else None
    report = run_backtest(
        data.batches,
        [_setting(text, parse_params(params)) for text in algorithms],
        marked=marked,
        injection=parse_injection(inject, seed) if inject is not None else None,
        first=first,
        last=last,
        loss=Loss.parse(loss),
        threads=threads,
    )
    if plot is not None:
        plot_comparison(report, plot, language=language)
    rejected = [{"series": r.series, "reason": r.code} for r in data.rejected]
    return BacktestOutcome(comparison_table(report, language), report.as_dict() | {"rejected": rejected})


def _setting(text: str, common: dict[str, str]) -> tuple[str, dict[str, str]]:
    name, _, rest = text.partition(":")
    algorithm(name)
    own = parse_params([part for part in rest.split(";" if ";" in rest else ",") if part]) if rest else {}
    return name, common | own
