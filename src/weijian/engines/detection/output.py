"""Detections as the CSV of the command line: one row per series and time, numbers in full precision."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

import numpy as np

from weijian.engines.detection.reading import Rejection
from weijian.engines.detection.reasons import Reason, reason_code
from weijian.engines.detection.result import Detection

HEADER = ("series", "t", "observed", "expected", "upperbound", "alarm", "reason")


def write_detections(target: TextIO, found: Iterable[Detection], rejected: Iterable[Rejection]) -> tuple[int, int]:
    """Write rows; a series put aside gets one row with its reason. Returns (rows, alarms)."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(HEADER)
    rows = alarms = 0
    codes = {int(reason): reason_code(reason) for reason in Reason}
    for detection in found:
        t = detection.batch.t[detection.times].tolist()
        observed = detection.observed
        for series, name in enumerate(detection.batch.names):
            fired = detection.alarm[series]
            writer.writerows(
                zip(
                    [name] * len(t),
                    t,
                    _numbers(observed[series]),
                    _numbers(detection.expected[series]),
                    _numbers(detection.upperbound[series]),
                    fired.astype(int).tolist(),
                    [codes[code] for code in detection.reason[series].tolist()],
                    strict=True,
                )
            )
            rows += len(t)
            alarms += int(fired.sum())
    for refusal in rejected:
        where = f" ({refusal.where})" if refusal.where else ""
        writer.writerow((refusal.series, "", "", "", "", "", f"{refusal.code}: {refusal.en}{where}"))
        rows += 1
    return rows, alarms


def _numbers(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[str]:
    """Shortest text that reads back as the same double; whole numbers without point, ``nan`` empty."""
    return ["" if v != v else (str(int(v)) if v.is_integer() and abs(v) < 1e15 else repr(v)) for v in values.tolist()]
