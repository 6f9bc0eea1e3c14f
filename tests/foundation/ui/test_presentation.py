"""Words on a page: numbers, changes, clocks, in Chinese and English."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation

from weijian.foundation.ui import presentation as p
from weijian.foundation.ui.components import Change, Figure
from weijian.kernel.quantities import NumberStyle

NOW = datetime(2018, 1, 15, 1, 30, tzinfo=UTC)


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> object:
    with translation.override(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("figure", "zh", "full_zh", "en"),
    [
        (Figure.count(12_975_013, "人次", "visits"), "1297.5万人次", "12,975,013人次", "12,975,013 visits"),
        (Figure.count(9_999, "人", "persons"), "9999人", "9,999人", "9,999 persons"),
        (Figure.count(0, "例", "cases"), "0例", "0例", "0 cases"),
        (Figure.count(None, "例"), "—", "—", "—"),
        (Figure.rate(Fraction(515_987 * 100, 1_543_700), 515_987, 1_543_700), "33.43%", "33.43%", "33.43%"),
        (Figure.rate(Decimal("6.18"), per=1000), "6.18‰", "6.18‰", "6.18‰"),
        (Figure.rate(Decimal("9.125"), per=100_000), "9.13/10万", "9.13/10万", "9.13/100,000"),
        (Figure.money(21_052), "210.52元", "210.52元", "210.52 CNY"),
        (Figure.money(530_389_000_00), "5.30亿元", "530,389,000.00元", "530,389,000.00 CNY"),
        (Figure.withheld("规则"), "已隐去", "已隐去", "suppressed"),
    ],
)
def test_figures_are_worded_as_documents_write_them(figure: Figure, zh: str, full_zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert p.figure_text(figure) == zh
        assert p.figure_text(figure, full=True) == full_zh
    with translation.override("en"):
        assert p.figure_text(figure) == en


def test_a_rate_shows_what_it_was_divided_from() -> None:
    figure = Figure.rate(Decimal("33.4"), 515_987, 1_543_700)
    assert p.figure_hint(figure) == "515,987 ÷ 1,543,700"


def test_a_missing_figure_says_why(language: str) -> None:
    assert p.figure_hint(Figure(None, reason="没有收到数据")) == "没有收到数据"
    assert p.figure_hint(Figure(None)) == ("未计算" if language == "zh-hans" else "Not computed")


def test_a_suppressed_figure_never_shows_its_value() -> None:
    figure = Figure(3, numerator=3, denominator=7, suppressed=True, reason="小于 5 人不公布")
    assert "3" not in p.figure_text(figure)
    assert p.figure_hint(figure) == "小于 5 人不公布"


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        (Change(Decimal("3.2")), "+3.20% 上升", "+3.20% up"),
        (Change(Decimal("-10.765")), "−10.77% 下降", "−10.77% down"),
        (Change(Decimal("1.84"), "个百分点"), "+1.84个百分点 上升", "+1.84 points up"),
        (Change(Decimal(0)), "持平", "unchanged"),
        (Change(Decimal("0.001")), "持平", "unchanged"),
        (Change(None), "—", "—"),
    ],
)
def test_changes_have_sign_and_word(change: Change, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert p.change_words(change) == zh
    with translation.override("en"):
        assert p.change_words(change) == en


@pytest.mark.parametrize(
    ("hours", "level", "zh"),
    [
        (-72, "late", "逾期 3 天"),
        (-1, "late", "逾期 1 小时"),
        (0.5, "soon", "剩 30 分钟"),
        (24, "soon", "剩 24 小时"),
        (47.9, "calm", "剩 47 小时"),
        (48, "calm", "剩 2 天"),
        (71.9, "calm", "剩 2 天"),
    ],
)
def test_clocks_never_promise_more_time_than_is_left(hours: float, level: str, zh: str) -> None:
    with translation.override("zh-hans"):
        reading = p.clock_left(NOW + timedelta(hours=hours), NOW)
    assert (reading.level, reading.words) == (level, zh)


def test_closed_work_says_whether_it_was_in_time() -> None:
    due = NOW
    with translation.override("zh-hans"):
        assert p.clock_left(due, NOW, closed_at=NOW - timedelta(hours=1)).words == "已办结"
        assert p.clock_left(due, NOW, closed_at=NOW + timedelta(hours=1)).words == "逾期办结"
        assert p.clock_left(None, NOW).level == "none"


def test_instants_are_shown_in_beijing_time() -> None:
    late_evening = datetime(2017, 12, 31, 16, 30, tzinfo=UTC)
    assert p.day_text(late_evening) == "2018-01-01"
    assert p.moment_text(late_evening) == "2018-01-01 00:30"


@pytest.mark.parametrize(("seconds", "zh"), [(None, "正在估算"), (5, "5 秒"), (61, "2 分钟"), (3_661, "1 小时 2 分钟")])
def test_remaining_time_is_rounded_up(seconds: int | None, zh: str) -> None:
    with translation.override("zh-hans"):
        assert p.seconds_text(seconds) == zh


def test_plain_number_style_prints_every_digit() -> None:
    style = NumberStyle("人", scale="auto", decimals=2, trim=True)
    with translation.override("zh-hans"):
        assert str(p.print_number(12_345_678, style)) == "1234.57万人"
        assert str(p.print_number(12_345_678, style, full=True)) == "12,345,678人"
