"""Figures on a page: what is computed, missing, zero or suppressed, and which way is better."""

from __future__ import annotations

from decimal import Decimal

import pytest

from weijian.foundation.ui.components import Caption, Change, Chart, Figure, Series, StatCard, Tile, TileGrid
from weijian.foundation.ui.components.tile_grid import TILE


def test_zero_is_computed_and_none_is_missing() -> None:
    assert Figure.count(0).state == "computed"
    assert Figure.count(None).state == "missing"


def test_a_withheld_figure_carries_no_value() -> None:
    figure = Figure.withheld("小于 5 人不公布")
    assert figure.state == "suppressed"
    assert figure.value is None


def test_suppression_wins_over_a_value() -> None:
    assert Figure(3, suppressed=True).state == "suppressed"


@pytest.mark.parametrize(
    ("amount", "better", "direction", "tone"),
    [
        ("1.5", "up", "up", "good"),
        ("1.5", "down", "up", "bad"),
        ("-1.5", "down", "down", "good"),
        ("-1.5", "up", "down", "bad"),
        ("2", "neither", "up", "plain"),
        ("0", "up", "flat", "flat"),
    ],
)
def test_good_or_bad_follows_the_direction_of_the_indicator(
    amount: str, better: str, direction: str, tone: str
) -> None:
    change = Change(Decimal(amount), better=better)  # type: ignore[arg-type]
    assert (change.direction, change.tone) == (direction, tone)


def test_a_change_without_comparison_has_no_tone() -> None:
    assert Change(None, better="up").direction == "none"
    assert Change(None, better="up").tone == "flat"


def test_trend_spans_the_drawing_and_ends_at_its_right_edge() -> None:
    card = StatCard("门诊", Figure.count(1), trend=(1, 3, 2))
    assert card.trend_points == "0.0,22.0 48.0,2.0 96.0,12.0"
    assert card.trend_end == ("96.0", "12.0")


@pytest.mark.parametrize("trend", [(), (4,)])
def test_no_trend_is_drawn_from_fewer_than_two_values(trend: tuple[float, ...]) -> None:
    assert StatCard("门诊", Figure.count(1), trend=trend).trend_points == ""


def test_a_level_trend_does_not_divide_by_zero() -> None:
    assert "nan" not in StatCard("门诊", Figure.count(1), trend=(5, 5, 5)).trend_points


def test_chart_twin_has_a_row_for_each_category_even_where_a_series_is_short() -> None:
    chart = Chart("c", "?", ("一", "二", "三"), (Series("甲", (1.0, None, 3.0)), Series("乙", (4.0,))))
    assert chart.twin_rows() == [("一", [1.0, 4.0]), ("二", [None, None]), ("三", [3.0, None])]
    assert not chart.empty


def test_a_chart_of_nothing_says_so() -> None:
    assert Chart("c", "?", ("一",), (Series("甲", (None,)),)).empty


def test_shades_follow_breaks_with_the_limit_in_the_upper_class() -> None:
    tiles = [Tile(name, i, 0, Figure(value)) for i, (name, value) in enumerate([("a", 59), ("b", 60), ("c", 90)])]
    grid = TileGrid("m", "?", tiles, (60, 70, 80, 90))
    assert [placed.shade for placed in grid.placed()] == ["0", "1", "4"]
    assert (grid.legend()[0].low, grid.legend()[0].high) == (None, 60)


def test_two_classes_use_the_ends_of_the_scale() -> None:
    grid = TileGrid("m", "?", [Tile("a", 0, 0, Figure(1)), Tile("b", 1, 0, Figure(9))], (5,))
    assert [placed.shade for placed in grid.placed()] == ["0", "4"]


def test_tiles_come_in_reading_order_at_their_places() -> None:
    grid = TileGrid("m", "?", [Tile("下", 0, 1, Figure(1)), Tile("上", 1, 0, Figure(1))], ())
    first = grid.placed()[0]
    assert (first.tile.name, first.x, first.y) == ("上", TILE, 0)
    assert (grid.width, grid.height) == (2 * TILE, 2 * TILE)


def test_a_suppressed_tile_is_blank_and_explained() -> None:
    grid = TileGrid("m", "?", [Tile("a", 0, 0, Figure.withheld("小于 5"))], (5,), caption=Caption())
    assert grid.placed()[0].shade == "none"
    assert grid.has_blank


@pytest.mark.parametrize("breaks", [(1, 2, 3, 4, 5), (3, 1)])
def test_breaks_must_ascend_and_fit_the_shades(breaks: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        TileGrid("m", "?", (), breaks)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("小谷围街", ("小谷围街",)),
        ("市桥街道办事处", ("市桥街道", "办事处")),
        ("Nancun Town", ("Nancun", "Town")),
        ("Xiaoguwei", ("Xiaoguwei",)),
    ],
)
def test_names_break_where_a_reader_would(name: str, lines: tuple[str, ...]) -> None:
    assert TileGrid("m", "?", [Tile(name, 0, 0, Figure(1))], ()).placed()[0].name_lines == lines
