"""Written forms, name forms, pinyin order and name search."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.pinyin import initials, name_grams, name_sort_key, query_grams, sort_key
from weijian.kernel.text import (
    name_match_key,
    normalise_code,
    normalise_document_number,
    normalise_name,
    normalise_text,
    to_half_width,
)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (to_half_width("Ａ１（中）　x"), "A1(中) x"),
        (normalise_text("\ufeff 番禺\u200b区 \n 市桥　街道 "), "番禺区 市桥 街道"),
        (normalise_code(" ｉ10.9　"), "I10.9"),
        (normalise_code("①"), "1"),
        (normalise_document_number("11010519491231002х"), "11010519491231002X"),
        (normalise_name(" 王　小 明 "), "王小明"),
        (normalise_name("阿依古丽 • 买买提"), "阿依古丽·买买提"),
        (normalise_name("阿依古丽.买买提"), "阿依古丽·买买提"),
        (normalise_name("阿依古丽・买买提"), "阿依古丽·买买提"),
        (normalise_name("John  Smith"), "John Smith"),
        (name_match_key("阿依古丽·买买提"), "阿依古丽买买提"),
        (name_match_key("O'Brien-Smith J."), "obriensmithj"),
    ],
)
def test_forms(shown: str, expected: str) -> None:
    assert shown == expected


@settings(deadline=None)
@given(st.text())
def test_forms_are_stable(text: str) -> None:
    for form in (to_half_width, normalise_text, normalise_code, normalise_document_number, normalise_name):
        assert form(form(text)) == form(text)


# In the order that is wanted: 区 is ou1 as a surname, 单 shan4, 解 xie4, 曾 zeng1; ü sorts after u.
ORDERED = "安,昂山,卢俊义,罗成,吕布,欧阳修,区志强,单雄信,Smith,王小明,解晓东,曾国藩"


def test_names_sort_by_pinyin_with_surnames_read_as_such() -> None:
    names = ORDERED.split(",")
    assert sorted(sorted(names), key=name_sort_key) == names


def test_tone_then_character_decide_between_equal_syllables() -> None:
    assert sorted(["马", "妈", "骂", "麻"], key=name_sort_key) == ["妈", "麻", "马", "骂"]
    assert name_sort_key("张伟") != name_sort_key("章伟")


def test_other_names_are_read_as_phrases() -> None:
    assert sort_key("重庆市").startswith("chong2 qing4")
    assert initials("番禺区") == "pyq"


@pytest.mark.parametrize(
    "query",
    ["王", "小明", "王小明", "wang", "wangxiao", "xiaoming", "WXM", "wx", "xm", "wang xm", "王 ming", " ", "ＷＡＮＧ"],
)
def test_search_finds(query: str) -> None:
    assert set(query_grams(query)) <= set(name_grams("王小明"))


@pytest.mark.parametrize("query", ["王明", "ming wangx", "mx", "李", "wan"])
def test_search_does_not_find(query: str) -> None:
    assert not set(query_grams(query)) <= set(name_grams("王小明"))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("zengguofan", "曾国藩"), ("cengguofan", "曾国藩"), ("yuchi", "尉迟恭"), ("weichi", "尉迟恭"),
        ("smith", "John Smith"), ("𠮷", "𠮷野"), ("阿依古丽·买买提", "阿依古丽.买买提"),
        ("ayiguli maimaiti", "阿依古丽·买买提"), ("john", "John Smith"),
    ],
)  # fmt: skip
def test_readings_and_long_names(query: str, name: str) -> None:
    assert set(query_grams(query)) <= set(name_grams(name))


@settings(deadline=None)
@given(st.text("王李张小明伟芳阿依古丽·买提", max_size=12))
def test_every_name_is_found_by_itself(name: str) -> None:
    assert set(query_grams(name)) <= set(name_grams(name))
