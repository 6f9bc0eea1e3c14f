"""Rounding, the documents' own print, change in words, and reading print back."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.errors import WeijianError
from weijian.kernel.quantities import (
    PER_100_000,
    PER_MILLE,
    PERCENT,
    ChangeStyle,
    NumberStyle,
    direction_word,
    from_float,
    growth_rate,
    parse_published,
    ratio,
    round_half_up,
    to_decimal,
    within_rounding,
)

VISITS = NumberStyle("人次", "visits", scale="wan", decimals=1)
PEOPLE = NumberStyle("人", "persons", scale="wan", decimals=2)
DISCHARGES = NumberStyle("", "", scale="wan", decimals=2, trim=True)
PLAIN = NumberStyle("宗", "cases", grouping=True)
AUTO = NumberStyle("元", "yuan", scale="auto", decimals=2, trim=True)
WHOLE_PERCENT = NumberStyle("%", "%", decimals=2, trim=True)

numbers = st.decimals(-(10**12), 10**12, allow_nan=False, places=6)
styles = st.builds(
    NumberStyle,
    unit=st.sampled_from(["", "人次", "元", "%", "‰", "/10万"]),
    scale=st.sampled_from(["none", "wan", "yi", "auto"]),
    decimals=st.integers(0, 4),
    trim=st.just(False),
    grouping=st.booleans(),
)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Decimal("0.125"), 2, "0.13"), (Decimal("-0.125"), 2, "-0.13"), (Decimal("2.5"), 0, "3"),
        (Decimal("2.4999999999999999999999"), 0, "2"), (Fraction(1, 3), 4, "0.3333"),
        (Fraction(2, 3), 0, "1"), (Decimal("-0.004"), 2, "0.00"), (15, -1, "20"),
        (10**70 + 5, -1, f"1{'0' * 68}10"),
    ],
)  # fmt: skip
def test_half_up_exactly(value: Decimal | Fraction | int, decimals: int, expected: str) -> None:
    assert round_half_up(value, decimals) == Decimal(expected)


def test_floats_are_refused_until_named() -> None:
    with pytest.raises(TypeError):
        round_half_up(0.125, 2)  # type: ignore[arg-type]
    assert from_float(82.27) == Decimal("82.27")
    with pytest.raises(ValueError, match="finite"):
        from_float(float("nan"))


@pytest.mark.parametrize(
    ("style", "value", "zh", "en"),
    [
        (VISITS, 12_975_123, "1297.5万人次", "12,975,000 visits"),
        (PEOPLE, 21_949, "2.19万人", "21,900 persons"),
        (DISCHARGES, 200_000, "20万", "200,000"),
        (PLAIN, 4899, "4,899宗", "4,899 cases"),
        (PERCENT, Decimal("82.265"), "82.27%", "82.27%"),
        (WHOLE_PERCENT, 100, "100%", "100%"),
        (PER_MILLE, Fraction(618, 100), "6.18‰", "6.18‰"),
        (PER_100_000, Decimal("145.5"), "145.50/10万", "145.50/100,000"),
        (AUTO, 519_000_000, "5.19亿元", "519,000,000 yuan"),
        (AUTO, 15_470_000, "1547万元", "15,470,000 yuan"),
        (AUTO, 99_999_999, "1亿元", "100,000,000 yuan"),
        (AUTO, Decimal("9999.996"), "1万元", "10,000 yuan"),
        (AUTO, Decimal("7079.35"), "7079.35元", "7,079.35 yuan"),
        (VISITS, None, "—", "—"),
    ],
)
def test_print(style: NumberStyle, value: Decimal | Fraction | int | None, zh: str, en: str) -> None:
    assert (style.format(value), style.format(value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        (Decimal("-10.77"), "同比下降10.77%", "down 10.77% year on year"),
        (Decimal("0.86"), "同比增长0.86%", "up 0.86% year on year"),
        (Decimal("0.004"), "同比持平", "unchanged year on year"),
        (None, "—", "—"),
    ],
)
def test_change_in_words(change: Decimal | None, zh: str, en: str) -> None:
    assert (ChangeStyle().format(change), ChangeStyle().format(change, "en")) == (zh, en)


def test_other_changes() -> None:
    points = ChangeStyle(against="previous", unit="points", decimals=1, rise="上升")
    assert points.format(Decimal("1.25")) == "环比上升1.3个百分点"
    assert points.format(Decimal("1.25"), "en") == "up 1.3 percentage points on the period before"
    assert ChangeStyle(against="target", trim=True, fall="减少").format(-75) == "较目标减少75%"
    assert [direction_word(n) for n in (1, 0, -1)] == ["上升", "持平", "下降"]


def test_ratios_are_exact_and_may_be_undefined() -> None:
    assert ratio(1_270_000, 1_543_700, 100) == Fraction(1_270_000_00, 1_543_700)
    assert ratio(1, 0) is None
    assert growth_rate(75, 300) == -75
    assert growth_rate(5, 0) is None
    assert growth_rate(-5, -10) == 50
    assert to_decimal(Fraction(1, 8)) == Decimal("0.125")


@pytest.mark.parametrize(
    ("text", "value", "half_unit", "unit", "at_least"),
    [
        ("全年总诊疗1297.5万人次", "12975000", "500", "人次", False),
        ("20万", "200000", "5000", "", False),
        ("累计建立127万居民电子健康档案", "1270000", "5000", "居民电子健康档案", False),
        ("婚检率71.51%", "71.51", "0.005", "%", False),
        ("5岁以下", "5", "0.5", "岁以下", False),
        ("6.18‰", "6.18", "0.005", "‰", False),
        ("同比下降10.77%", "-10.77", "0.005", "%", False),
        ("与去年同期相比增长12.09%", "12.09", "0.005", "%", False),
        ("乙类传染病发病率为145.50 /10万", "145.50", "0.005", "/10万", False),
        ("2.5万余人次", "25000", "500", "人次", True),
        ("300余人", "300", "0.5", "人", True),
        ("5.19亿元", "519000000", "500000", "元", False),
        ("１００％", "100", "0.5", "%", False),
        ("12,975,000", "12975000", "0.5", "", False),
        ("住院人均费用为7079.35元", "7079.35", "0.005", "元", False),
        ("-3.5%", "-3.5", "0.05", "%", False),
    ],
)
def test_reading_print(text: str, value: str, half_unit: str, unit: str, at_least: bool) -> None:
    figure = parse_published(text)
    assert (figure.value, figure.half_unit) == (Decimal(value), Decimal(half_unit))
    assert (figure.unit, figure.at_least) == (unit, at_least)


def test_text_without_a_figure() -> None:
    with pytest.raises(WeijianError) as raised:
        parse_published("三十余人")
    assert raised.value.code == "quantities.no_figure"


@settings(deadline=None)
@given(styles, numbers)
def test_print_is_within_half_a_unit_of_the_value(style: NumberStyle, value: Decimal) -> None:
    figure = parse_published(style.format(value))
    assert figure.value == style.rounded(value)
    assert figure.half_unit == style.half_unit(value)
    assert within_rounding(value, figure.value, figure.half_unit)


@settings(deadline=None)
@given(styles, numbers)
def test_english_says_the_same_number(style: NumberStyle, value: Decimal) -> None:
    shown = style.format(value, "en").split(" ")[0].split("/")[0]
    assert parse_published(shown).value == style.rounded(value)


@pytest.mark.parametrize(
    ("computed", "within"),
    [("12974500", True), ("12975500", True), ("12974499.9", False), ("12975501", False)],
)
def test_both_ends_of_the_half_unit_count(computed: str, within: bool) -> None:
    assert within_rounding(Decimal(computed), 12_975_000, 500) is within
