"""The table of rows with a flaw: what is in the cell, whether the row stands, and the rule that says so."""

from __future__ import annotations

import pytest

from tests.spec.intake.small_kind import GOOD, STAY, Judged, file_table, judged, text_rows
from weijian.engines.intake.checks import checks_of
from weijian.engines.intake.engine import IntakeEngine

#: Rows that cannot be understood: quarantined.
ERRORS: list[tuple[str, dict[str, str | None], list[str]]] = [
    ("no number of the row", {"stay_no": ""}, ["stay_no.required"]),
    ("a dash for the number", {"stay_no": "--"}, ["stay_no.required"]),
    ("no institution", {"place": None}, ["place.required"]),
    ("an unknown institution", {"place": "H9"}, ["place.invalid"]),
    ("an institution that had closed by then", {"place": "H2"}, ["place.invalid"]),
    ("no date", {"left_on": "无"}, ["left_on.required"]),
    ("a day that does not exist", {"left_on": "2017-02-30"}, ["left_on.invalid"]),
    ("a month that does not exist", {"left_on": "2017-13-01"}, ["left_on.invalid"]),
    ("words for a date", {"left_on": "三月五日"}, ["left_on.invalid"]),
    ("a date after the day of receipt", {"left_on": "2017-12-02"}, ["left_on.future"]),
    ("a date before 1900", {"came_on": "1899-12-31"}, ["came_on.range", "came_before_birth"]),
    ("discharge before admission", {"came_on": "2017-03-06"}, ["left_before_came"]),
    ("an event before birth", {"came_on": "1979-12-31"}, ["came_before_birth"]),
    ("an unknown code", {"ward": "Z9"}, ["ward.invalid"]),
    ("no amount", {"fee": ""}, ["fee.required"]),
    ("words for an amount", {"fee": "一百"}, ["fee.invalid"]),
    ("a formula for an amount", {"fee": "=50+50"}, ["fee.invalid"]),
    ("an amount too long for any number", {"fee": "9" * 30}, ["fee.invalid"]),
    ("a negative amount", {"fee": "-0.01"}, ["fee.range"]),
    ("an amount beyond the bound", {"fee": "5000000.01"}, ["fee.range"]),
    ("two flaws in one row", {"fee": "-1", "ward": "Z9"}, ["ward.invalid", "fee.range"]),
]

#: Rows that stand and are flagged.
WARNINGS: list[tuple[str, dict[str, str | None], list[str]]] = [
    ("an unknown village", {"village": "440113999999"}, ["village.invalid"]),
    ("an unknown code where none is required", {"others": "A1;Z9"}, ["others.invalid"]),
    ("an unknown diagnosis", {"diagnosis": "QQQ"}, ["diagnosis.invalid"]),
    ("a diagnosis of another shape", {"diagnosis": "J06-900"}, ["diagnosis.invalid"]),
    ("a number that is none", {"row_no": "2.5"}, ["row_no.invalid"]),
    ("a number beyond its bound", {"row_no": "100"}, ["row_no.range"]),
    ("a negative weight", {"weight": "-1"}, ["weight.range"]),
    ("neither yes nor no", {"urgent": "也许"}, ["urgent.invalid"]),
    ("a text that is too long", {"note": "一二三四五六七八九十十一"}, ["note.range"]),
    ("an absurd fee", {"fee": "50000.01"}, ["fee_absurd"]),
    ("a wrong check digit", {"patient_id_no": "440113198001010013"}, ["patient.check_digit"]),
    ("no document number", {"patient_id_no": ""}, ["patient.no_number"]),
    ("a birth date that differs from the number", {"patient_birth_date": "1980-01-02"}, ["patient.birth_date"]),
    ("a birth date that is none", {"patient_birth_date": "1980-02-30"}, ["patient.birth_date"]),
    ("a sex that differs from the number", {"patient_sex": "女"}, ["patient.sex"]),
    ("an unknown sex", {"patient_sex": "x"}, ["patient.sex"]),
    ("nobody", {"patient_id_no": "", "patient_name": "-"}, ["patient.unknown_person"]),
]


def test_the_good_row_has_no_flaw(engine: IntakeEngine) -> None:
    (one,) = judged(engine, {})
    assert (one.errors, one.warnings) == ([], [])
    assert (one.row["place_id"], one.row["organisation_id"], one.row["area_id"]) == (10, 10, 100)


@pytest.fixture(scope="module")
def rows(engine: IntakeEngine) -> list[Judged]:
    """Every row of both tables between good ones, judged at once."""
    changes = [change for _name, change, _codes in [*ERRORS, *WARNINGS]]
    return judged(engine, {}, *(one for change in changes for one in (change, {})))


@pytest.mark.parametrize("place", range(len(ERRORS)), ids=[case[0] for case in ERRORS])
def test_errors(rows: list[Judged], place: int) -> None:
    assert rows[1 + 2 * place].errors == ERRORS[place][2]


@pytest.mark.parametrize("place", range(len(WARNINGS)), ids=[case[0] for case in WARNINGS])
def test_warnings(rows: list[Judged], place: int) -> None:
    flagged = rows[1 + 2 * (len(ERRORS) + place)]
    assert (flagged.errors, flagged.warnings) == ([], WARNINGS[place][2])


def test_the_rows_between_go_on(rows: list[Judged]) -> None:
    assert all(one.errors == one.warnings == [] for one in rows[::2])


def test_every_check_of_the_kind_stands_in_the_tables() -> None:
    shown = {code for _name, _change, codes in [*ERRORS, *WARNINGS] for code in codes}
    unseen = {check.code for check in checks_of(STAY)} - shown
    # A person or date without a flaw of its own kind elsewhere: the same condition on another column.
    assert unseen <= {"came_on.required", "came_on.invalid", "came_on.future", "left_on.range", "ward.required", "next_on.invalid", "weight.invalid"}  # fmt: skip


@pytest.mark.parametrize("check", checks_of(STAY), ids=lambda check: check.code)
def test_every_check_says_what_and_how_to_mend_it_in_both_languages(check) -> None:  # type: ignore[no-untyped-def]
    assert check.zh and check.en and check.fix_zh and check.fix_en
    assert check.field in {field.name for field in STAY.fields}


def test_a_bad_row_comes_back_as_it_was_sent(engine: IntakeEngine) -> None:
    checked = engine.check(STAY, text_rows({}, {"fee": " -１ ", "note": "a\0b"}), file_table())
    (sent,) = checked.sent.to_pylist()
    assert (sent["line_no"], sent["fee"], sent["note"], sent["stay_no"]) == (3, " -１ ", "ab", GOOD["stay_no"])


def test_a_future_appointment_is_no_flaw(engine: IntakeEngine) -> None:
    (one,) = judged(engine, {"next_on": "2018-05-01"})
    assert (one.errors, one.warnings) == ([], [])
