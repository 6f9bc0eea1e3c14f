"""The index of keys answers as a dictionary would."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weijian.engines.intake.key_index import KeyIndex, Keys, keys_of

#: Few upper halves, so that keys that share one are met.
KEY = st.tuples(st.integers(0, 5), st.integers(0, 2**64 - 1)).map(lambda halves: f"{halves[0]:016x}{halves[1]:016x}")


def uuid(digits: str) -> str:
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def keys(texts: list[str]) -> Keys:
    return keys_of(pa.array(texts, pa.string()))


@given(st.lists(st.lists(st.uuids(), unique=True, max_size=30), max_size=8), st.lists(st.uuids(), max_size=10))
def test_numbers_are_given_in_the_order_of_adding(blocks: list[list[object]], others: list[object]) -> None:
    index, known = KeyIndex(), {}
    for block in blocks:
        new = [str(one) for one in block if str(one) not in known]
        index.add(keys(new))
        known |= {text: len(known) + place for place, text in enumerate(new)}
    asked = [*known, *map(str, others)]
    assert index.find(keys(asked)).tolist() == [known.get(text, -1) for text in asked]
    assert len(index) == len(known)


@given(st.lists(KEY, max_size=40))
def test_equal_upper_halves_are_never_taken_for_each_other(digits: list[str]) -> None:
    texts = [uuid(one) for one in dict.fromkeys(digits)]
    index = KeyIndex()
    index.add(keys(texts))
    for text, number in zip(texts, index.find(keys(texts)).tolist(), strict=True):
        assert number in (-1, texts.index(text))


@given(st.lists(KEY, max_size=40))
def test_first_places(digits: list[str]) -> None:
    texts = [uuid(one) for one in digits]
    assert keys(texts).firsts().tolist() == [texts.index(one) for one in dict.fromkeys(texts)]


def test_sliced_and_large_columns_read_the_same() -> None:
    texts = pa.array(["00000000-0000-0000-0000-000000000001", "ffffffff-ffff-ffff-0000-0000000000ff"])
    for column in (texts, texts.cast(pa.large_string())):
        found = keys_of(column.slice(1))
        assert (found.upper.tolist(), found.lower.tolist()) == ([2**64 - 1], [255])


@pytest.mark.parametrize("text", ["", "00000000", None])
def test_what_is_no_key_is_refused(text: str | None) -> None:
    with pytest.raises(ValueError, match="key"):
        keys_of(pa.array([text], pa.string()))


def test_levels_stay_few() -> None:
    index, generator = KeyIndex(), np.random.default_rng(1)
    for _block in range(50):
        index.add(Keys(*generator.integers(0, 2**63, (2, 20)).astype(np.uint64)))
    assert len(index._levels) <= 8
