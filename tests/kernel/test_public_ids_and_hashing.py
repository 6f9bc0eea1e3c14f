"""Opaque ids and fingerprints."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.hashing import canonical_json, fingerprint, sha256_file
from weijian.kernel.public_ids import ALPHABET, is_public_id, new_public_id, new_public_ids


@settings(deadline=None)
@given(st.integers(0, 300), st.integers())
def test_ids_have_one_shape_and_follow_the_injected_randomness(count: int, seed: int) -> None:
    ids = new_public_ids(count, random.Random(seed).randbytes)
    assert len(ids) == len(set(ids)) == count
    assert all(map(is_public_id, ids))
    assert ids == new_public_ids(count, random.Random(seed).randbytes)


def test_symbols_are_equally_likely() -> None:
    text = "".join(new_public_ids(20_000, random.Random(20171231).randbytes))
    expected = len(text) / len(ALPHABET)
    chi_squared = sum((text.count(symbol) - expected) ** 2 / expected for symbol in ALPHABET)
    assert chi_squared < 95  # 99.9 % point of chi squared with 57 degrees of freedom is 95.8


def test_ids_are_random_by_default() -> None:
    assert new_public_id() != new_public_id()


@pytest.mark.parametrize("text", ["", "1" * 21, "1" * 23, "0" * 22, "l" * 22, "中" * 22])
def test_other_text_is_no_id(text: str) -> None:
    assert not is_public_id(text)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Rule:
    id: str
    limit: Decimal
    since: date


def test_one_form_for_one_value() -> None:
    assert canonical_json({"b": Decimal("1.50"), "a": {3, 1}, "中": [Colour.RED, None, True]}) == (
        '{"a":[1,3],"b":"1.5","中":["red",null,true]}'.encode()
    )
    assert canonical_json(Rule("x", Decimal("1E+2"), date(2017, 1, 1))) == (
        b'{"$type":"Rule","id":"x","limit":"100","since":"2017-01-01"}'
    )
    assert canonical_json([Decimal("-0.0"), Fraction(1, 3)]) == b'["0","1/3"]'
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})


@pytest.mark.parametrize(
    ("value", "error"),
    [(object(), TypeError), ({1: 2}, TypeError), (float("nan"), ValueError), (Decimal("NaN"), ValueError)],
)
def test_what_has_no_form(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        canonical_json(value)


def test_file_digest(tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    content = b"visit_no,place\n" * 200_000
    file.write_bytes(content)
    assert sha256_file(file) == hashlib.sha256(content).hexdigest()
