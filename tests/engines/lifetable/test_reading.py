"""Every fault of an input table is named by line and column; good ones are read whatever their dress."""

from __future__ import annotations

import pytest

from weijian.engines.lifetable import LifeTableInputError, read_life_table_input

GOOD = "age,population,deaths\n0,100,1\n1,400,1\n5,500,0\n10+,900,9\n"


def _faults(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(LifeTableInputError) as raised:
        read_life_table_input(text.encode(), "deaths.csv")
    assert raised.value.code == "lifetable.input"
    assert all(problem.zh and problem.text("zh") and problem.text("en") for problem in raised.value.problems)
    return [(problem.line, problem.column, problem.en) for problem in raised.value.problems]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace(",", ";").encode(),
        GOOD.replace("10+", "10").encode(),
        GOOD.replace("\n", "\n\n").encode(),
        "死亡数,年龄,平均人口数\n1,0岁,100\n1,1～4岁,400\n0,5～9岁,500\n9,10岁及以上,900\n".encode("gb18030"),
        'deaths,note,age,population\n1,x,0,１００\n1,,1-4,400\n0,,5-9,"5,00"\n9,,10+,900.0\n'.encode(),
    ],
)
def test_dress_does_not_matter(content: bytes) -> None:
    given = read_life_table_input(content)
    assert given.grid.lows == (0, 1, 5, 10)
    assert given.population == (100, 400, 500, 900)
    assert given.deaths == (1, 1, 0, 9)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("1,400,1", "1,,1", (3, "population", "the value is missing")),
        ("1,400,1", "1,400", (3, "deaths", "the value is missing")),
        ("1,400,1", "1,4e,1", (3, "population", "this is not a number")),
        ("1,400,1", "1,nan,1", (3, "population", "this is not a number")),
        ("1,400,1", "1,4_0,1", (3, "population", "this is not a number")),
        ("1,400,1", "1,-400,1", (3, "population", "must not be negative")),
        ("1,400,1", "1,400,-1", (3, "deaths", "must not be negative")),
        ("1,400,1", "1,400,401", (3, "deaths", "more deaths than population")),
        ("1,400,1", "x,400,1", (3, "age", "this is not an age")),
        ("1,400,1", "0,400,1", (3, "age", "the age stands twice")),
        ("10+,900,9", "4,900,9", (5, "age", "ages do not rise")),
        ("5,500,0", "5+,500,0", (4, "age", "ages follow the open interval")),
        ("10+,900,9", "10-14,900,9", (5, "age", "there is no open interval at the end (such as 85+)")),
        ("0,100,1\n", "", (2, "age", "ages must begin at 0")),
        ("5,500,0\n", "", (4, "age", "age 5 is missing before this row")),
        ("5,500,0", "5-8,500,0", (5, "age", "ages 9–9 are missing or overlap")),
        ("population", "people", (1, "population", "the column is missing")),
        ("age,", "age,age,", (1, "age", "the column stands more than once")),
    ],
)
def test_each_fault_is_named(old: str, new: str, fault: tuple[int, str, str]) -> None:
    assert fault in _faults(GOOD.replace(old, new))


def test_all_faults_at_once() -> None:
    lines = [fault[:2] for fault in _faults(GOOD.replace("100,1", "-1,x").replace("500,0", "5,6"))]
    assert lines == [(2, "population"), (2, "deaths"), (4, "deaths")]


@pytest.mark.parametrize("text", ["", "\n\n", "age,population,deaths\n", "age,population,deaths\n0,10,1\n"])
def test_too_little(text: str) -> None:
    assert _faults(text)


def test_a_binary_file() -> None:
    with pytest.raises(LifeTableInputError) as raised:
        read_life_table_input(b"PK\x03\x04\xff\xff\xff")
    assert raised.value.problems[0].line == 0
