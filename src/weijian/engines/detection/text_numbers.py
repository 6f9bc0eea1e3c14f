"""Columns of text or numbers as floating-point arrays, with what could not be read."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weijian.engines.detection.series import BoolArray, FloatArray


def to_float(column: pa.ChunkedArray) -> tuple[FloatArray, BoolArray]:
    """Numbers with ``nan`` for null, and which non-null values are not numbers."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        trimmed = pc.utf8_trim_whitespace(column)
        try:
            values = trimmed.cast(pa.float64())
        except pa.ArrowInvalid:
            shaped = pc.match_substring_regex(trimmed, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
            values = pc.if_else(shaped, trimmed, pa.scalar(None, pa.string())).cast(pa.float64())
            bad = pc.and_(pc.is_valid(trimmed), pc.invert(pc.fill_null(shaped, False)))
            return _numpy(values), bad.combine_chunks().to_numpy(zero_copy_only=False).astype(bool)
        return _numpy(values), np.zeros(len(column), bool)
    return _numpy(column.cast(pa.float64())), np.zeros(len(column), bool)


def _numpy(values: pa.ChunkedArray) -> FloatArray:
    return np.asarray(pc.fill_null(values, float("nan")).to_numpy(), dtype=np.float64)
