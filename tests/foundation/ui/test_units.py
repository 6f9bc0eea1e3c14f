"""Units of numbers in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from weijian import content
from weijian.foundation.ui.components import Figure
from weijian.foundation.ui.presentation import close_unit, figure_text
from weijian.kernel.quantities import NumberStyle


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("1/10万", "246.90/10万", "246.90 per 100,000"),
        ("%", "246.90%", "246.90%"),
        ("元", "246.90元", "246.90 CNY"),
        ("天", "246.90天", "246.90 days"),
        ("个", "246.90个", "246.90"),
    ],
)
def test_a_number_is_followed_by_its_unit(unit: str, zh: str, en: str) -> None:
    figure = Figure(Decimal("246.9"), NumberStyle(unit, "", decimals=2))
    with override("zh-hans"):
        assert figure_text(figure) == zh
    with override("en"):
        assert figure_text(figure) == en


def test_running_text_keeps_a_blank_before_an_english_word() -> None:
    with override("en"):
        assert (close_unit("%"), close_unit("天"), close_unit("个")) == ("%", " days", "")


def test_every_unit_of_an_indicator_or_target_has_its_english_name() -> None:
    known = {row["id"] for row in content.read_csv("figures/units.csv")}
    units = {row["unit"] for row in content.read_csv("figures/measure_ids.csv")}
    plan = content.read_toml("plans/panyu_2018.toml")
    units |= {one["unit"] for task in plan["task"] for one in task.get("target", ())}
    assert units - known == set()
