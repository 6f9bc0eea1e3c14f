"""Fen in and out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.errors import WeijianError
from weijian.kernel.money import format_fen, from_yuan, parse_fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.50", 123450), ("1234.5", 123450), ("１，２３４．５０", 123450), ("¥0.01", 1), ("￥12", 1200),
        ("-3.20", -320), ("−3.20元", -320), ("519.2万元", 519_200_000), ("5.19亿元", 51_900_000_000),
        (" 7079.35 元 ", 707935), ("12.", 1200), ("0.10000", 10),
    ],
)  # fmt: skip
def test_reading(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money.amount"), ("abc", "money.amount"), ("1,23.4", "money.amount"), ("1e5", "money.amount"),
        ("=1+1", "money.amount"), ("1.2.3", "money.amount"), ("nan", "money.amount"),
        ("0.005", "money.precision"),
    ],
)  # fmt: skip
def test_what_is_no_amount(text: str, code: str) -> None:
    with pytest.raises(WeijianError) as raised:
        parse_fen(text)
    assert raised.value.code == code


def test_printing() -> None:
    assert format_fen(707935) == "7,079.35元"
    assert format_fen(707935, "en") == "7,079.35 yuan"
    assert format_fen(519_200_000, scale="wan", trim=True) == "519.2万元"
    assert format_fen(51_900_000_000, scale="yi") == "5.19亿元"
    assert format_fen(Fraction(100, 3)) == "0.33元"
    assert from_yuan(Fraction(1, 3)) == 33


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_reading_is_the_inverse_of_printing(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen
