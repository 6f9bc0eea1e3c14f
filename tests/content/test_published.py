"""Published figures, plan and report text refer to measures that exist and repeat the documents word for word."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from weijian import content
from weijian.definitions.documents import FigureRef, Gap
from weijian.engines.documents.text import parse_text
from weijian.kernel.quantities.published import parse_published

MEASURES = {row["id"]: row for row in content.read_csv("figures/measure_ids.csv")}
FIGURES = content.read_csv("figures/document_000.csv")
PLAN = content.read_toml("plans/panyu_2018.toml")
REPORT = content.read_toml("reports/annual_2017.toml")
EXPECTATIONS = {"computed", "contradiction", "no_figure", "needs_years", "target", "later_register"}


def test_measures_are_named_in_both_languages() -> None:
    assert len(MEASURES) >= 80
    for measure in MEASURES.values():
        assert re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", measure["id"])
        assert all(measure[name] for name in ("zh", "en", "unit", "numerator_zh", "numerator_en", "basis", "source"))
        assert bool(measure["denominator_zh"]) or measure["form"] in ("count", "sum", "growth", "table")


@pytest.mark.parametrize("name", ["figures/document_000.csv", "figures/document_001.csv"])
def test_every_published_figure_has_a_carrier_or_a_reason(name: str) -> None:
    for row in content.read_csv(name):
        assert row["expectation"] in EXPECTATIONS
        assert row["sentence"]
        assert row["quote"] in row["sentence"]
        if row["value"]:
            Decimal(row["value"])
            assert Decimal(row["half_unit"]) > 0
        if row["expectation"] == "computed":
            assert row["measure"] in MEASURES
        else:
            assert row["reason_zh"]
            assert row["reason_en"]
            assert not row["measure"] or row["measure"] in MEASURES


def test_enough_figures_of_the_document_are_computed() -> None:
    assert len(FIGURES) == 211
    assert sum(row["expectation"] == "computed" for row in FIGURES) >= 34


def test_value_and_half_unit_follow_the_printed_words() -> None:
    for row in FIGURES:
        if row["value"] and row["published_text"][0].isdigit():
            printed = parse_published(row["published_text"])
            assert printed.half_unit == Decimal(row["half_unit"]), row["id"]
            assert printed.value == abs(Decimal(row["value"])), row["id"]


def test_plan_has_nine_sections_and_its_targets() -> None:
    assert [section["id"] for section in PLAN["section"]] == [f"s{number}" for number in range(1, 10)]
    tasks = PLAN["task"]
    assert 80 <= len(tasks) <= 120
    assert len({task["id"] for task in tasks}) == len(tasks)
    departments = {row["id"] for row in content.read_csv("plans/departments_cn_440113.csv")}
    institutions = {f"institution:{row['code']}" for row in content.read_csv("institutions/cn_440113_2017.csv")}
    for task in tasks:
        assert task["zh"] in task["sentence"]
        assert task["lead"] in departments
        assert set(task["support"]) <= departments | institutions
    targets = [target for task in tasks for target in task.get("target", [])]
    published = {row["id"]: row for row in FIGURES}
    assert {row["id"] for row in FIGURES if row["id"].startswith("py18-")} <= {target["id"] for target in targets}
    for target in targets:
        row = published[target["id"]]
        assert (target["value"], target["comparator"]) == (row["value"], row["comparator"])
        assert not target["measure"] or target["measure"] in MEASURES
    assert {str(task["due"]) for task in tasks if task["due_source"].startswith("document")} == {
        "2018-08-31", "2018-12-31", "2020-12-31",
    }  # fmt: skip


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def test_report_refers_to_known_measures_and_figures() -> None:
    known = {row["id"]: row for row in FIGURES}
    used: set[str] = set()
    for text in texts(REPORT):
        for line in text.splitlines():
            if re.fullmatch(r"\{\{(table|chart):[a-z-]+\}\}", line):
                continue
            for run in parse_text(line.removeprefix("> "), MEASURES):
                if isinstance(run, FigureRef):
                    used.add(run.measure)
                elif isinstance(run, Gap):
                    assert known[run.figure]["expectation"] not in ("computed", "contradiction"), run.figure
    computed = {row["measure"] for row in FIGURES if row["expectation"] == "computed"}
    # The report prints a change as 同比 of its count, and says in words that the mark-up is gone, which two hospitals
    # have demonstration rooms, and that there is one centre of a kind.
    words = {
        "institutions.chest_pain_centres", "institutions.metabolic_centres", "institutions.baby_rooms",
        "cost.drug_markup_rate",
    }  # fmt: skip
    growth = {"disputes.growth", "disputes.complaints_growth", "disputes.unlicensed_complaints_growth"}
    assert computed - used <= growth | words


def test_report_has_the_parts_of_the_document() -> None:
    sections = REPORT["section"]
    assert [section["level"] for section in sections].count(1) == 3
    assert sum(section["id"].startswith("work-") for section in sections) == 7
    assert sum(section["id"].startswith("plan-") for section in sections) == 9
    for section in sections:
        standing = {block["id"] for kind in ("table", "chart") for block in section.get(kind, [])}
        assert standing == set(re.findall(r"\{\{(?:table|chart):([a-z-]+)\}\}", section["body"]))


@pytest.mark.shared
def test_sentences_are_verbatim() -> None:
    shared = Path(os.environ.get("WEIJIAN_SHARED", Path(__file__).parents[3] / "shared"))
    if not shared.is_dir():
        pytest.skip("the reference material is not here (WEIJIAN_SHARED)")
    text = next((shared / "seeds").glob("000*.txt")).read_text(encoding="utf-8")
    for row in FIGURES:
        parts = [part for part in row["sentence"].split("×××") if part]
        assert all(part in text for part in parts), row["id"]
    for task in PLAN["task"]:
        assert task["sentence"] in text
