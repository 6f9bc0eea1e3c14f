"""Which times a request means: ``--from`` and ``--to`` as index or epoch, turned into columns of a batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from weijian.engines.detection.series import DetectionError, IntArray, SeriesBatch


def place_of(batch: SeriesBatch, value: str, option: str) -> int:
    """``t`` (whole number) or epoch (ISO date) as a number on the batch's axis of ``t``."""
    text = value.strip()
    if text.lstrip("-").isdigit():
        return int(text)
    if batch.dates is not None:
        try:
            day = int(np.datetime64(text, "D").astype(np.int64))
        except ValueError:
            day = None
        if day is not None:
            return (
                int(batch.t[0])
                + int(np.searchsorted(batch.dates, day, side="left" if option == "--from" else "right"))
                - (0 if option == "--from" else 1)
            )
    raise DetectionError(
        "detection.range", f"{option} {value} is neither a t of the file nor a date", option, "for example 300"
    )


def chosen_columns(batch: SeriesBatch, first: str | None, last: str | None) -> tuple[SeriesBatch, IntArray | None]:
    """The batch cut after ``last`` (nothing later may influence a decision) and the columns from ``first`` on, if
    given.
    """
    begin = None if first is None else max(place_of(batch, first, "--from") - int(batch.t[0]), 0)
    if last is not None:
        end = int(np.clip(place_of(batch, last, "--to") - int(batch.t[0]) + 1, 0, batch.length))
        batch = replace(
            batch, observed=batch.observed[:, :end], t=batch.t[:end], state=batch.state[:, :end],
            population=batch.population[:, :end], dates=None if batch.dates is None else batch.dates[:end],
        )  # fmt: skip
    if begin is None:
        return batch, None
    return batch, np.arange(min(begin, batch.length), batch.length, dtype=np.int64)
