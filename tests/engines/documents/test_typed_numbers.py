"""Numbers typed by people are listed; dates, ordinals, document numbers and names are not."""

from __future__ import annotations

from pathlib import Path

import pytest

import weijian.content
from weijian.definitions.documents import FigureRef, Strong, Text
from weijian.engines.documents.typed_numbers import AllowList, find_typed_numbers, load_allow_list
from weijian.kernel.errors import WeijianError

CONTENT = Path(weijian.content.__file__).parent / "documents" / "allowed_numbers.csv"


@pytest.fixture(scope="module")
def allowed() -> AllowList:
    return load_allow_list(CONTENT)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("全年总诊疗1297.5万人次，出院２０万人次。", ["1297.5万人次", "２０万人次"]),
        ("整改率达98.8%，检查1000多次", ["98.8%", "1000多次"]),
        ("投入2,105,200元", ["2,105,200元"]),
        ("百分之三十五的居民，二十万人次", ["百分之三十五", "二十万人次"]),
        ("2017年4家医院", ["4家"]),
        ("在2018年4月3日投入120万元", ["120万元"]),
        ("2017年7月15日零时起，2018年底，9月份前，2016—2020年", []),
        ("番卫计〔2018〕3号，第3名，第十三届", []),
        ("“120”急救网络，120急救中心，“1+N”平台，H7N9，4A级，PET/CT", []),
        ("党的十九大精神，“两学一做”，一岗双责", []),
        ("GB/T 9704-2012，WS/T 445", []),
        ("区内唯一一家，第十三个", []),
        ("H7N9疑似13例", ["13例"]),
    ],
)
def test_found(allowed: AllowList, text: str, found: list[str]) -> None:
    assert [number.text for number in find_typed_numbers((Text(text),), allowed)] == found


def test_markers_are_no_numbers_and_part_a_date(allowed: AllowList) -> None:
    runs = (Text("签约"), FigureRef("contracts.total", style="0.0万人"), Strong("、团队149个"))
    (number,) = find_typed_numbers(runs, allowed)
    assert (number.text, number.start) == ("149个", 6)
    assert number.context == "签约 、团队149个"


def test_bad_pattern_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("pattern,reason\nok,好\n[,坏\n", encoding="utf-8")
    with pytest.raises(WeijianError, match=r"list\.csv:3"):
        load_allow_list(path)
