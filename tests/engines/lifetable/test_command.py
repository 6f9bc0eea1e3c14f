"""``weijian lifetable FILE``: a printed table, one JSON document, and faults with exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from weijian.engines.lifetable import Separation
from weijian.engines.lifetable.command import lifetable_command

GOOD = "age,population,deaths\n0,1000,10\n1,4000,4\n5,5000,5\n10+,9000,90\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "deaths.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_json_document(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lifetable_command(file, json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["age"] for row in document["rows"]] == [0, 1, 5, 10]
    assert {"age", "mx", "qx", "lx", "dx", "Lx", "Tx", "ex", "ex_low", "ex_high"} <= set(document["rows"][0])
    assert document["rows"][3]["ex"] == 100
    assert document["rows"][0]["ex_low"] < document["life_expectancy"] < document["rows"][0]["ex_high"]
    assert [note["code"] for note in document["notes"]] == ["method"]


def test_printed_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lifetable_command(file, separation=Separation("midpoint"), lang="en") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["age", "mx", "qx", "lx", "dx", "Lx", "Tx", "ex", "ex_low", "ex_high"]
    assert lines[4].split()[:4] == ["10+", "0.010000", "1.000000", "98118"]
    assert "the middle of every interval" in lines[5]
    assert lifetable_command(file) == 0
    assert "蒋庆琅" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("90\n", "0\n", ["method", "open_interval_pooled"]),
        ("5000,5", "0,0", ["method", "no_population"]),
        ("5000,5", "5000,4000", ["method", "certain_death"]),
        (
            "0,1000,10\n1,4000,4\n5,5000,5\n10+,9000,90",
            "0,9,0\n1,9,0\n5,9,0\n10+,9,0",
            ["method", "no_deaths", "small_population"],
        ),
    ],
)
def test_what_was_assumed_is_said(
    file: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, codes: list[str]
) -> None:
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    assert lifetable_command(file, json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert [note["code"] for note in document["notes"]] == codes
    assert all(note["zh"] and note["en"] for note in document["notes"])
    assert lifetable_command(file) == 0


def test_what_overrides_the_rule_is_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lifetable_command(file, lang="en", separation=Separation(a0=0.1, a1_4=1.6))
    assert "given ₁a₀=0.1, ₄a₁=1.6" in capsys.readouterr().out


def test_faults_go_to_the_document_or_to_standard_error(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(GOOD.replace("4000,4", "4000,-4"), encoding="utf-8")
    assert lifetable_command(file, json=True) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["error"]["code"] == "lifetable.input"
    assert document["problems"] == [{"line": 3, "column": "deaths", "zh": "不能为负数", "en": "must not be negative"}]
    assert lifetable_command(file) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "第3行 deaths: 不能为负数" in printed.err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lifetable_command(tmp_path / "none.csv", json=True) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "lifetable.unreadable"
    assert lifetable_command(tmp_path / "none.csv") == 2
    assert "lifetable.unreadable" in capsys.readouterr().err
