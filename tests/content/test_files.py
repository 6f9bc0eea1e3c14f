"""Every content file parses, says where it comes from, and stays small; codes and areas keep their structure."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from weijian import content
from weijian.content.glossary import glossary_page
from weijian.kernel.errors import WeijianError

ROOT = content.path("SOURCES.md").parent
MIB = 1024 * 1024
#: Files of numbers and patterns whose origin stands in SOURCES.md alone.
WITHOUT_SOURCE_COLUMN = {
    "figures/document_000.csv",
    "figures/document_001.csv",
    "documents/allowed_numbers.csv",
    "messages/told.csv",
    "figures/sources.csv",
}


def names(pattern: str) -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob(pattern))


@pytest.mark.parametrize("name", names("*.csv"))
def test_table_parses_and_names_its_source(name: str) -> None:
    rows = content.read_csv(name)
    assert rows
    assert all(None not in row and None not in row.values() for row in rows), "a row has too many or too few cells"
    if name.startswith(("world/age_sex_", "calendar/")) or name in WITHOUT_SOURCE_COLUMN:
        return
    assert all(row["source"].strip() for row in rows)


@pytest.mark.parametrize("name", names("*.toml"))
def test_toml_parses(name: str) -> None:
    assert tomllib.loads((ROOT / name).read_text(encoding="utf-8")) == content.read_toml(name)


@pytest.mark.parametrize("name", names("*.*"))
def test_file_is_small_utf8_with_unix_lines(name: str) -> None:
    path = ROOT / name
    if "__pycache__" in name or path.is_dir():
        return
    data = path.read_bytes()
    assert len(data) <= MIB
    assert b"\r" not in data
    data.decode("utf-8")


def test_every_folder_is_named_in_sources() -> None:
    text = (ROOT / "SOURCES.md").read_text(encoding="utf-8")
    for folder in ("areas", "codes", "institutions", "world", "names", "plans", "figures", "reports"):
        assert folder in text


def test_unknown_file_is_refused() -> None:
    with pytest.raises(WeijianError, match=r"content\.unknown_file"):
        content.path("codes/none.csv")
    with pytest.raises(WeijianError, match=r"content\.unknown_file"):
        content.path("../__init__.py")


def test_code_lists_have_unique_codes_and_both_languages() -> None:
    for entry in content.read_csv("codes/index.csv"):
        rows = content.read_csv(f"codes/{entry['id']}.csv")
        assert len(rows) == int(entry["rows"])
        assert len({row["code"] for row in rows}) == len(rows), entry["id"]
        assert all(row["zh"] for row in rows)
        if entry["id"] != "icd10_3char":
            assert all(row["en"] for row in rows), entry["id"]


def test_thirty_nine_notifiable_diseases_in_2017() -> None:
    day = "2017-12-31"
    valid = [
        row
        for row in content.read_csv("codes/notifiable_disease.csv")
        if not row["parent"] and row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"])
    ]
    assert [sum(row["class"] == letter for row in valid) for letter in "ABC"] == [2, 26, 11]


@pytest.mark.parametrize("name", ["areas/cn_440113.csv", "areas/cn_330782.csv"])
def test_areas_form_a_tree(name: str) -> None:
    rows = content.read_csv(name)
    level = {row["code"]: row["level"] for row in rows}
    above = {"city": "province", "district": "city", "street": "district", "village": "street"}
    assert len(level) == len(rows)
    for row in rows:
        assert row["code"].startswith(row["parent"])
        assert level.get(row["parent"]) == above.get(row["level"]), row["code"]
        assert not row["successor"] or row["successor"] in level
        assert bool(row["successor"]) == bool(row["valid_to"])


def test_panyu_of_2017_has_the_published_counts() -> None:
    day = "2017-12-31"
    valid = [
        row
        for row in content.read_csv("areas/cn_440113.csv")
        if row["valid_from"] <= day and (not row["valid_to"] or day <= row["valid_to"])
    ]
    assert sum(row["level"] == "street" for row in valid) == 16
    villages = [row for row in valid if row["level"] == "village"]
    assert len(villages) == 272
    assert sum(row["kind"] == "village" for row in villages) == 177
    streets = {row["code"] for row in valid if row["level"] == "street"}
    assert {row["parent"] for row in villages} == streets


def test_ranges_take_external_causes() -> None:
    ranges = [row["code"] for row in content.read_csv("codes/icd10_3char.csv") if row["kind"] == "range"]
    external = sorted(code for code in ranges if code[0] in "VWXY")
    assert (external[0][:3], external[-1][-3:]) == ("V01", "Y98")


def test_world_uses_known_diagnoses() -> None:
    known = set()
    for row in content.read_csv("codes/icd10_3char.csv"):
        known |= {row["code"]} if row["kind"] == "category" else set(_expand(row["code"]))
    for name in names("world/*.csv"):
        for row in content.read_csv(name):
            assert row.get("icd10", "A00") in known, (name, row)


def _expand(code: str) -> list[str]:
    first, last = code.split("-")
    letters = [chr(number) for number in range(ord(first[0]), ord(last[0]) + 1)]
    return [one for one in (f"{x}{n:02d}" for x in letters for n in range(100)) if first <= one <= last]


def test_glossary_page_is_fresh_and_unambiguous() -> None:
    rows = content.read_csv("glossary.csv")
    assert len({row["zh"] for row in rows}) == len({row["en"] for row in rows}) == len(rows) >= 150
    page = Path(__file__).parents[2] / "docs" / "reference" / "glossary.md"
    assert page.read_text(encoding="utf-8") == glossary_page(), "run make docs"
