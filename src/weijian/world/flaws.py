"""Lasting flaws of a row that still counts: mistyped numbers, spelling variants, full-width digits, codes left out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weijian.definitions.fields import FieldType
from weijian.definitions.record_kinds import RecordKind
from weijian.world.rates import Rates
from weijian.world.truth import Soil

FULL_WIDTH = {ord("0") + n: chr(ord("0") + n) for n in range(10)}
#: Characters that sound alike and are typed for one another.
HOMOPHONES = {
    "伟": "玮",
    "婷": "亭",
    "丽": "莉",
    "英": "瑛",
    "明": "铭",
    "军": "钧",
    "霞": "遐",
    "志": "智",
    "佳": "嘉",
    "文": "雯",
}


def mistype(numbers: pa.Array) -> pa.Array:
    """One digit of the order number read as the next: the check digit then never fits (no weight divides by 11)."""
    digit = pc.utf8_slice_codeunits(numbers, 14, 15).cast(pa.int64())
    wrong = pc.if_else(pc.equal(digit, 9), 0, pc.add(digit, 1)).cast(pa.string())
    head, tail = pc.utf8_slice_codeunits(numbers, 0, 14), pc.utf8_slice_codeunits(numbers, 15)
    return pc.binary_join_element_wise(head, wrong, tail, "")


def widen(texts: pa.Array) -> pa.Array:
    """Full-width digits, as a Chinese input method leaves them."""
    return pa.array([None if text is None else text.translate(FULL_WIDTH) for text in texts.to_pylist()], pa.string())


def vary_name(names: pa.Array) -> pa.Array:
    """A name with a like-sounding character, else with a full-width blank after the family name."""
    changed = [_variant(name) for name in names.to_pylist()]
    return pa.array(changed, pa.string())


def _variant(name: str | None) -> str | None:
    if not name:
        return name
    last = name[-1]
    return name[:-1] + HOMOPHONES[last] if last in HOMOPHONES else f"{name[:1]}\u3000{name[1:]}"


def add_flaws(
    rng: np.random.Generator, kind: RecordKind, table: pa.Table, rates: Rates
) -> tuple[pa.Table, NDArray[np.int8]]:
    """The table with its lasting flaws, and which flaw each row carries (at most one)."""
    soil = np.zeros(table.num_rows, dtype=np.int8)
    if rates.clean or table.num_rows == 0:
        return table, soil
    for flaw, column, rate, change in _plan(kind, rates):
        rows = np.flatnonzero((rng.random(table.num_rows) < rate) & (soil == Soil.CLEAN))
        rows = rows[_fit(table.column(column), rows, flaw)]
        if rows.size:
            table = _replace(table, column, rows, change(table.column(column).combine_chunks().take(pa.array(rows))))
            soil[rows] = flaw
    return table, soil


def _plan(kind: RecordKind, rates: Rates) -> list[tuple[Soil, str, float, Callable[[pa.Array], pa.Array]]]:
    plan: list[tuple[Soil, str, float, Callable[[pa.Array], pa.Array]]] = []
    if kind.person is not None:
        name = kind.person.name
        plan += [
            (Soil.ID_TYPO, f"{name}_id_no", rates.id_typo, mistype),
            (Soil.FULL_WIDTH, f"{name}_id_no", rates.full_width, widen),
            (Soil.NAME_VARIANT, f"{name}_name", rates.name_variant, vary_name),
        ]
    optional = [field.name for field in kind.fields if field.type is FieldType.CODE and not field.required]
    plan += [(Soil.MISSING_CODE, name, rates.missing_code, _left_out) for name in optional]
    plan += [(Soil.UNKNOWN_CODE, name, rates.unknown_code, _unknown) for name in optional]
    return plan


def _left_out(values: pa.Array) -> pa.Array:
    return pa.nulls(len(values), pa.string())


def _unknown(values: pa.Array) -> pa.Array:
    """A code that no list holds; in an optional column the row is kept with a warning."""
    return pa.array(["7Z"] * len(values), pa.string())


def _fit(column: pa.ChunkedArray, rows: NDArray[np.int64], flaw: Soil) -> NDArray[np.bool_]:
    """Rows in which the flaw shows: an 18-digit number to mistype, a value to leave out."""
    values = column.combine_chunks().take(pa.array(rows))
    length = pc.fill_null(pc.utf8_length(values), 0)
    wanted = pc.equal(length, 18) if flaw in (Soil.ID_TYPO, Soil.FULL_WIDTH) else pc.greater(length, 0)
    return np.asarray(wanted.to_numpy(zero_copy_only=False), dtype=bool)


def _replace(table: pa.Table, column: str, rows: NDArray[np.int64], values: pa.Array) -> pa.Table:
    mask = np.zeros(table.num_rows, dtype=bool)
    mask[rows] = True
    whole = table.column(column).combine_chunks()
    changed = pc.replace_with_mask(whole, pa.array(mask), values.cast(whole.type))
    return table.set_column(table.column_names.index(column), column, changed)
