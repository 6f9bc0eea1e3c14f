"""Code lists with validity, completed years, and age bands."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.ages import BROAD_BANDS, FIVE_YEAR_BANDS, AgeBand, age_on, age_on_sql, band_of, bands_from
from weijian.kernel.codes import SEX, Code, CodeList
from weijian.kernel.errors import WeijianError

days = st.dates(date(1890, 1, 1), date(2060, 12, 31))


def _list(*items: Code) -> CodeList:
    return CodeList("test.area", "1", "区划", "Areas", "a test", items)


def test_validity_is_half_open() -> None:
    codes = _list(
        Code("440181", "番禺市", "Panyu City", date(1992, 5, 20), date(2000, 5, 21), "440113"),
        Code("440113", "番禺区", "Panyu District", date(2000, 5, 21)),
    )
    assert codes.codes(date(2000, 5, 20)) == ("440181",)
    assert codes.codes(date(2000, 5, 21)) == ("440113",)
    assert not codes.valid("440181", date(1992, 5, 19))
    assert not codes.valid("999999", date(2017, 1, 1))
    assert codes.label("440113", "en") == "Panyu District"
    assert codes.label("999999", "zh") == "999999"
    assert "440181" in codes and len(list(codes)) == 2


def test_a_code_stands_once() -> None:
    with pytest.raises(WeijianError) as raised:
        _list(Code("1", "一", "one"), Code("1", "二", "two"))
    assert (raised.value.code, raised.value.where) == ("codes.duplicate", "test.area")


def test_sex_codes() -> None:
    assert SEX.codes() == ("0", "1", "2", "9")
    assert [SEX.label(code, "zh-hans") for code in "12"] == ["男性", "女性"]


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2000-02-29", "2001-02-28", 0), ("2000-02-29", "2001-03-01", 1), ("2000-02-29", "2004-02-29", 4),
        ("2017-12-31", "2017-12-31", 0), ("2017-01-02", "2018-01-01", 0), ("2017-01-02", "2018-01-02", 1),
        ("2017-01-02", "2017-01-01", -1),
    ],
)  # fmt: skip
def test_completed_years(birth: str, day: str, age: int) -> None:
    assert age_on(date.fromisoformat(birth), date.fromisoformat(day)) == age


@settings(deadline=None)
@given(st.lists(st.tuples(days, days), min_size=1, max_size=40))
def test_sql_equals_python(pairs: list[tuple[date, date]]) -> None:
    query = f"SELECT {age_on_sql('b', 'd')} FROM (SELECT unnest(?::DATE[]) AS b, unnest(?::DATE[]) AS d)"
    births, ons = (list(side) for side in zip(*pairs, strict=True))
    rows = duckdb.connect().execute(query, [births, ons]).fetchall()
    assert [row[0] for row in rows] == [age_on(birth, day) for birth, day in pairs]


@settings(deadline=None)
@given(days, st.integers(0, 50_000))
def test_age_never_falls(birth: date, later: int) -> None:
    day = birth + timedelta(days=later)
    assert 0 <= age_on(birth, day) <= age_on(birth, day + timedelta(days=1)) <= age_on(birth, day) + 1


def test_bands_of_the_abridged_life_table() -> None:
    assert [band.code for band in FIVE_YEAR_BANDS] == [
        "0", "1-4", "5-9", "10-14", "15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54",
        "55-59", "60-64", "65-69", "70-74", "75-79", "80-84", "85+",
    ]  # fmt: skip
    assert [band.width for band in FIVE_YEAR_BANDS[:3]] == [1, 4, 5]
    assert FIVE_YEAR_BANDS[-1].width is None


@settings(deadline=None)
@given(st.integers(0, 130))
def test_every_age_has_one_band(age: int) -> None:
    for bands in (FIVE_YEAR_BANDS, BROAD_BANDS):
        assert [band for band in bands if age in band] == [band_of(age, bands)]


def test_ages_outside_have_no_band() -> None:
    assert band_of(-1, FIVE_YEAR_BANDS) is None
    assert band_of(65, bands_from([0, 15, 65], open_end=False)) is None


def test_band_labels() -> None:
    assert [AgeBand(1, 4).label("zh"), AgeBand(0, 0).label("zh"), AgeBand(85, None).label("zh")] == [
        "1–4岁", "0岁", "85岁及以上",
    ]  # fmt: skip
    assert [AgeBand(1, 4).label("en"), AgeBand(85, None).label("en")] == ["1–4", "85 and over"]
