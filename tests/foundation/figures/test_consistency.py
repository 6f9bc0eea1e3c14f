"""Where document 000 contradicts itself, the checks say so, and where it does not, they do not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from weijian.foundation.figures.consistency import Interval, check_document, implied_whole, interval


def test_findings_of_document_000() -> None:
    verdicts = {one.id: one.verdict for one in check_document("000")}
    assert {name for name, verdict in verdicts.items() if verdict == "contradiction"} == {
        "smi-population",
        "hazard-rate",
        "ehr-resident",
        "food-subset",
    }
    assert {"disputes-growth", "disputes-kinds", "alliances-sum", "smi-severe"} <= set(verdicts)


def test_the_numbers_that_show_it() -> None:
    shown = {one.id: one.shown_zh for one in check_document("000")}
    assert shown["hazard-rate"] == "279/283 = 98.59%;280/283 = 98.94%"
    assert shown["disputes-growth"] == "上年 65"
    assert "799,192–800,486" in shown["smi-population"]


@pytest.mark.parametrize(
    ("value", "half", "low", "high"),
    [("283", "0.5", 283, 283), ("1270000", "5000", 1265000, 1275000), ("98.8", "0.05", "98.75", "98.85")],
)
def test_a_printed_number_is_an_interval_and_a_full_count_is_exact(
    value: str, half: str, low: object, high: object
) -> None:
    assert interval({"value": value, "half_unit": half}) == Interval(Fraction(str(low)), Fraction(str(high)))


def test_implied_whole_takes_the_widest_quotient() -> None:
    whole = implied_whole(Interval(Fraction(10), Fraction(12)), Interval(Fraction(1, 4), Fraction(1, 2)))
    assert (whole.low, whole.high) == (20, 48)
