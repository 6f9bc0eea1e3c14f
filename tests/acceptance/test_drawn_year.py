"""The drawn district's year through the product's own doors, compared cell by cell with answers computed by hand.

``district.py`` draws it, ``files.py`` makes what institutions send, ``year.py`` takes it through intake, correction,
snapshot, figures, the desk, the plan and the report, ``answers.py`` says what it comes to.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.answers import BEFORE, FIGURES, LIGHTS, MERGED, TABLES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The year lived once, in a process and a home of its own."""
    home = tmp_path_factory.mktemp("drawn") / "home"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("WEIJIAN_", "DATABASE_URL"))
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.acceptance.year", str(home)],
        cwd=ROOT, env=environment | {"WEIJIAN_SECRET_KEY": "tests only"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def test_every_receipt_adds_up_and_names_the_flaws(year: dict[str, Any]) -> None:
    for step in ("first", "again", "later"):
        for name, one in year[step]["receipts"].items():
            assert one["error"] is None, name
            parts = one["accepted"] + one["duplicate"] + one["superseded"] + one["quarantined"]
            assert one["received"] == parts, (step, name)
    first = year["first"]["receipts"]
    visits = first["encounters.outpatient_visit PY0000049"]
    assert (visits["received"], visits["accepted"], visits["quarantined"], visits["warned"]) == (8, 7, 1, 1)
    assert visits["reasons"] == {"visit_on.invalid": 1, "patient.check_digit": 1}
    stays = first["encounters.discharge PY0000049"]
    assert (stays["accepted"], stays["reasons"]) == (2, {"discharge_before_admission": 1})


def test_sending_the_same_files_again_changes_nothing(year: dict[str, Any]) -> None:
    assert {one["state"] for one in year["again"]["receipts"].values()} == {"repeated"}
    assert {one["accepted"] for one in year["again"]["receipts"].values()} == {0}
    assert year["again"]["same_snapshot"] is True


def test_the_exported_quarantine_says_why(year: dict[str, Any]) -> None:
    assert [unicodedata.normalize("NFKC", why) for why in year["reasons"]] == [
        "出院日期早于入院日期(核对入院与出院日期)"
    ]
    whole = year["later"]["whole"]
    assert (whole["received"], whole["accepted"], whole["duplicate"], whole["quarantined"]) == (6, 5, 1, 0)


def test_quarantined_rows_are_mended_by_sending_them_right(year: dict[str, Any]) -> None:
    assert {(source, state) for _kind, source, state, _why in year["first"]["quarantine"]} == {
        ("A7", "open"),
        ("V24", "open"),
    }
    assert {(source, state) for _kind, source, state, _why in year["later"]["quarantine"]} == {
        ("A7", "mended"),
        ("V24", "mended"),
    }


def test_a_row_sent_again_is_a_duplicate_and_a_correction_keeps_the_earlier_state(year: dict[str, Any]) -> None:
    later = year["later"]["receipts"]["encounters.outpatient_visit PY0000049"]
    assert (later["received"], later["accepted"], later["duplicate"]) == (2, 1, 1)
    assert year["later"]["history"] == [30000]  # V04 had cost 300 yuan


@pytest.mark.parametrize("measure", FIGURES)
def test_figure(year: dict[str, Any], measure: str) -> None:
    after = FIGURES[measure]
    assert year["first"]["figures"][measure] == BEFORE.get(measure, after), "before anything was mended or late"
    assert year["later"]["figures"][measure] == after, "after everything was sent"
    assert year["merged"]["figures"][measure] == MERGED.get(measure, after), "while two identities are one woman"
    assert year["unmerged"]["figures"][measure] == after, "after the merge was undone"


@pytest.mark.parametrize(("measure", "by"), TABLES)
def test_table(year: dict[str, Any], measure: str, by: str) -> None:
    assert year["later"]["tables"][f"{measure} {by}"] == TABLES[measure, by]


def test_a_figure_opens_to_exactly_its_records(year: dict[str, Any]) -> None:
    trace = year["later"]["trace"]["disputes"]
    (term,) = trace["terms"]
    assert (trace["value"], term["value"], term["count"], len(term["records"])) == (5, 5, 5, 5)
    assert sorted(row["occurred_on"] for row in term["records"]) == [
        "2018-01-09", "2018-04-01", "2018-06-06", "2018-08-30", "2018-12-31",
    ]  # fmt: skip


def test_beside_a_figure_stand_its_parts_and_small_numbers_are_withheld(year: dict[str, Any]) -> None:
    shown = year["later"]["trace"]["coverage"]
    assert (shown["numerator"], shown["denominator"], shown["basis"]) == (7, 22, "service.year_end")
    assert shown["definition"] and shown["source"] and shown["snapshot"] == year["later"]["snapshot"]
    # 市桥 has five contracts and 桥南 two: two is small, and five would give it away.
    assert [(row["key"], row["value"], row["withheld"]) for row in shown["rows"]] == [
        ("440113007", None, True),
        ("440113010", None, True),
    ]


@pytest.mark.parametrize("target", LIGHTS)
def test_light_of_the_plan(year: dict[str, Any], target: str) -> None:
    before, merged = LIGHTS[target]
    assert year["later"]["lights"][target] == before
    assert year["merged"]["lights"][target] == merged
    assert year["unmerged"]["lights"][target] == before


def test_a_target_without_records_has_no_light(year: dict[str, Any]) -> None:
    assert year["later"]["lights"]["py18-staff-cost-share"] == "none"


@pytest.mark.parametrize(
    "words",
    [
        "平均住院日6.6天", "门诊次均费用141.25元", "住院次均费用4,285.71元", "其中基层占34.62%", "出生率6.00‰",
        "出生性别比200.00", "婴儿死亡率200.00‰",
        "五岁以下儿童死亡率400.00‰", "建档率50.00%", "全人群签约率31.82%", "重点人群签约率60.00%",
        "医疗纠纷5宗", "同比下降37.50%", "发现安全隐患4个", "整改率75.0%", "按时办结率66.7%",
    ],
)  # fmt: skip
def test_the_annual_report_prints_the_figure(year: dict[str, Any], words: str) -> None:
    assert words in _plain(year["report"]["html"])


def test_the_annual_report_marks_what_nobody_reported(year: dict[str, Any]) -> None:
    text = _plain(year["report"]["html"])
    assert "病床使用率【缺数:没有收到机构运营月报数据】" in text
    assert "丙类【缺数:没有收到传染病报告卡数据】" in text
    assert text.count("平均期望寿命【缺数:分母为零】") == 2
    assert "9 处缺数" in year["report"]["said"]


def test_the_audit_stands(year: dict[str, Any]) -> None:
    assert "完整" in year["audit"]


def _plain(html: str) -> str:
    """Words of a page, half width, without the small numbers that lead to the traces."""
    text = re.sub(r"<sup[^>]*>.*?</sup>", "", html, flags=re.DOTALL)
    return unicodedata.normalize("NFKC", re.sub(r"<[^>]+>", "", text))
