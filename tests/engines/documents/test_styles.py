"""Figures print as the documents print them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from weijian.engines.documents.figures import Change
from weijian.engines.documents.styles import parse_style, style_for
from weijian.kernel.errors import WeijianError


@pytest.mark.parametrize(
    ("style", "value", "unit", "printed"),
    [
        ("0.0万人次", "12974832", "人次", "1297.5万人次"),
        ("万人次", "200000", "人次", "20万人次"),
        ("万人次", "200013", "人次", "20万人次"),
        ("%", "0.82272", "1", "82.27%"),
        ("0.00%", "82.27", "%", "82.27%"),
        ("0.00‰", "0.00618", "1", "6.18‰"),
        ("0.0‰", "0.12", "%", "1.2‰"),
        ("0.00/10万", "0.0000525", "1", "5.25/10万"),
        ("", "5.25", "1/10万", "5.25/10万"),
        ("同比0.00%", "-0.10769", "1", "同比下降10.77%"),
        ("同比", "-10.77", "%", "同比下降10.77%"),
        ("同比", "0.42", "1", "同比增长42%"),
        ("同比", "0.00001", "1", "同比持平"),
        ("同比个百分点", "0.012", "1", "同比上升1.2个百分点"),
        ("环比0宗", "-7", "宗", "环比减少7宗"),
        ("同比0张", "300", "张", "同比增加300张"),
        ("0.00万人", "21874", "人", "2.19万人"),
        ("宗", "4899", "宗", "4899宗"),
        ("连续0年", "4", "年", "连续4年"),
        ("#,##0.00元", "123456789", "分", "1,234,567.89元"),
        ("0.00亿元", "1230000000", "元", "12.30亿元"),
        ("0.0", "0.25", "", "0.3"),
        ("0.0", "-0.25", "", "-0.3"),
        ("0", "-0.4", "", "0"),
        ("0.0#", "1.5", "", "1.5"),
        ("", "0.5", "1", "50.00%"),
        ("", "7", "人", "7人"),
        ("", "2.5", "人/千人", "2.5人/千人"),
    ],
)
def test_printed(style: str, value: str, unit: str, printed: str) -> None:
    assert style_for(style, unit).format(Decimal(value), unit) == printed


@pytest.mark.parametrize(
    ("style", "change"),
    [
        ("同比", Change.YEAR_RATE),
        ("同比0宗", Change.YEAR_DIFFERENCE),
        ("同比个百分点", Change.YEAR_DIFFERENCE),
        ("环比", Change.PERIOD_RATE),
        ("环比0.0个百分点", Change.PERIOD_DIFFERENCE),
        ("连续0年", Change.NONE),
        ("%", Change.NONE),
    ],
)
def test_change_asked_for(style: str, change: Change) -> None:
    assert parse_style(style).change is change


@pytest.mark.parametrize(
    "style", ["", "5万", "0.00 %", "%%", "0,0", "{0}", "0.00%|x", "#", "九个字以上的计量单位不可以"]
)
def test_refused(style: str) -> None:
    with pytest.raises(WeijianError, match="bad_style"):
        parse_style(style)


def test_less_than_one_of_the_scale_is_written_out() -> None:
    """0.04万人 is no way to write 413 people; charts and Excel keep the scale of their axis."""
    style = parse_style("0.00万人")
    assert style.format(Decimal(413), "人") == "413人"
    assert style.format(Decimal(0), "人") == "0人"
    assert style.format(Decimal(10_000), "人") == "1.00万人"
    assert style.number(Decimal(413), "人") == "0.04"
    assert parse_style("同比0.0万人").format(Decimal(-413), "人") == "同比减少413人"
