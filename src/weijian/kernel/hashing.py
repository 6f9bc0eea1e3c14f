"""SHA-256 of files and of plain values: the fingerprints that pin submissions, snapshots and definitions."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Set
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

_BLOCK = 1 << 20


def sha256_stream(stream: BinaryIO) -> str:
    """Hex digest of everything left in a binary stream, read in blocks."""
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def sha256_file(path: Path) -> str:
    """Hex digest of a file's bytes. Raises ``OSError`` where it cannot be read."""
    with path.open("rb") as stream:
        return sha256_stream(stream)


def fingerprint(value: object) -> str:
    """Hex SHA-256 of :func:`canonical_json`: equal values give equal fingerprints on every machine."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with one form for each value: keys sorted, no blanks, sets sorted, dates ISO.

    Decimals become text without an exponent or trailing zeros (``1.50`` = ``1.5``), dataclasses a mapping
    with the name of their type under ``$type``. Raises ``TypeError`` for other objects, ``ValueError`` for
    NaN or infinity.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"$type": type(value).__name__, **fields}
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    if isinstance(value, Set):
        return sorted((_plain(item) for item in value), key=canonical_json)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _plain_mapping(value: Mapping[Any, object]) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in value):
        raise TypeError("keys of a canonical mapping are text")
    return {str(key): _plain(item) for key, item in value.items()}


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("a canonical number is finite")
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
