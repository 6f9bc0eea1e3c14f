"""Who new identities are: a table of cases, decided together as a file's would be and each by itself."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from weijian.engines.linkage.deciding import NEW, SAME_NAME, SAME_NUMBER, Decided, decide

BORN = date(1980, 1, 2)
#: Subjects that are new get these numbers, in order.
SPARE = np.arange(900, 950)


def identity(person_id: int, number: str = "", name: str = "", **other: object) -> dict[str, object]:
    given = {"id_type": "01" if number else "00", "id_valid": bool(number), "sex": "1", "birth_date": BORN} | other
    return {"person_id": person_id, "identity_key": str(person_id), "id_no": number, "name": name} | given


def decided(
    new: list[dict[str, object]],
    same_number: list[tuple[str, str, str, int | None]] = (),  # type: ignore[assignment]
    same_name: list[tuple[int, int]] = (),  # type: ignore[assignment]
) -> Decided:
    return decide(
        pa.Table.from_pylist(new, NEW),
        pa.Table.from_pylist([dict(zip(SAME_NUMBER.names, row, strict=True)) for row in same_number], SAME_NUMBER),
        pa.Table.from_pylist([dict(zip(SAME_NAME.names, row, strict=True)) for row in same_name], SAME_NAME),
        SPARE,
    )


def links(found: Decided) -> dict[int, tuple[int, str]]:
    return {row["person_id"]: (row["subject_id"], row["evidence"]) for row in found.links.to_pylist()}


def questions(found: Decided) -> dict[int, tuple[str, list[int]]]:
    return {row["person_id"]: (row["reason"], json.loads(row["candidates"])) for row in found.questions.to_pylist()}


CASES = {
    "a new number is a new subject": ([identity(1, "A", "张三")], [], [], {1: (900, "new")}, {}),
    "a known number under the same name": (
        [identity(1, "A", "张三")],
        [("01", "A", "张三", 5)],
        [],
        {1: (5, "id_number")},
        {},
    ),
    "a known number, one character of the name mistyped": (
        [identity(1, "A", "张山")],
        [("01", "A", "张三", 5)],
        [],
        {1: (5, "id_number")},
        {},
    ),
    "a known number without a name": (
        [identity(1, "A", "")],
        [("01", "A", "张三", 5)],
        [],
        {1: (5, "id_number")},
        {},
    ),
    "a known number under wholly another name is asked": (
        [identity(1, "A", "李四")],
        [("01", "A", "张三", 5)],
        [],
        {},
        {1: ("number_with_other_name", [5])},
    ),
    "of two subjects of one number the one whose name agrees": (
        [identity(1, "A", "李四")],
        [("01", "A", "张三", 5), ("01", "A", "李四", 6)],
        [],
        {1: (6, "id_number")},
        {},
    ),
    "two names of one number in one file: the first stands, the other is asked": (
        [identity(1, "A", "张三"), identity(2, "A", "李四")],
        [],
        [],
        {1: (900, "new")},
        {2: ("number_with_other_name", [900])},
    ),
    "two spellings in one file are one subject": (
        [identity(1, "A", "张三"), identity(2, "A", "张山"), identity(3, "A", "")],
        [],
        [],
        {1: (900, "new"), 2: (900, "id_number"), 3: (900, "id_number")},
        {},
    ),
    "who stands there without a subject does not stop a new one": (
        [identity(1, "A", "张三")],
        [("01", "A", "张三", None)],
        [],
        {1: (900, "new")},
        {},
    ),
    "a passport identifies without a check": (
        [identity(1, "P1", "SMITH", id_type="03", id_valid=False)],
        [],
        [],
        {1: (900, "new")},
        {},
    ),
    "the same number of another document type is another": (
        [identity(1, "A", "张三", id_type="03", id_valid=False)],
        [("01", "A", "张三", 5)],
        [],
        {1: (900, "new")},
        {},
    ),
    "a resident number that fails its check stays unlinked": (
        [identity(1, "A", "张三", id_valid=False)],
        [],
        [],
        {},
        {},
    ),
    "no number, nobody of that name: a new subject": ([identity(1, "", "张三")], [], [], {1: (900, "new")}, {}),
    "no number, one of that name": ([identity(1, "", "张三")], [], [(1, 7)], {1: (7, "name_birth")}, {}),
    "no number, the same subject twice": ([identity(1, "", "张三")], [], [(1, 7), (1, 7)], {1: (7, "name_birth")}, {}),
    "no number, several of that name: asked": (
        [identity(1, "", "张三")],
        [],
        [(1, 8), (1, 7)],
        {},
        {1: ("same_name_and_birth", [7, 8])},
    ),
    "no number, and the same file brings the number": (
        [identity(1, "", "张三"), identity(2, "A", "张三")],
        [],
        [],
        {1: (900, "name_birth"), 2: (900, "new")},
        {},
    ),
    "no number and no date of birth: no link": ([identity(1, "", "张三", birth_date=None)], [], [], {}, {}),
    "no number and no sex: no link": ([identity(1, "", "张三", sex="0")], [], [], {}, {}),
    "nothing but a number that is none": ([identity(1, "X", "", id_type="99", id_valid=False)], [], [], {}, {}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_cases(case: tuple) -> None:  # type: ignore[type-arg]
    new, same_number, same_name, expected, asked = case
    found = decided(new, same_number, same_name)
    assert (links(found), questions(found)) == (expected, asked)
    fresh = {subject for subject, _evidence in expected.values() if subject >= 900}
    assert found.subjects.column("subject_id").to_pylist() == sorted(fresh)


def test_a_new_subject_carries_sex_and_birth() -> None:
    found = decided([identity(1, "A", "张三"), identity(2, "", "李四", sex="2")])
    assert found.subjects.to_pylist() == [
        {"subject_id": 900, "sex": "1", "birth_date": BORN},
        {"subject_id": 901, "sex": "2", "birth_date": BORN},
    ]
