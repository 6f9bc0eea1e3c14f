"""Agreement and weight of two identities, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weijian.records.persons.desk.comparison import Agreement, Identity, Population, best, compare, probabilities

MANY = Population(persons=2_000_000, namesakes=400)
ZHANG = Identity("01", "440113198001010012", "张三", "1", date(1980, 1, 1))
NOBODY = Identity("00", "", "", "", None)


def test_weights_by_hand() -> None:
    found = compare(replace(ZHANG, id_type="00", id_no=""), ZHANG, MANY)
    assert found.agreement == {
        "id_no": Agreement.MISSING,
        "name": Agreement.SAME,
        "sex": Agreement.SAME,
        "birth_date": Agreement.SAME,
    }
    assert found.weights["name"] == pytest.approx(math.log2(0.95 / (400 / 2_000_000)))
    assert found.weights["sex"] == pytest.approx(math.log2(0.995 / 0.5))
    assert found.weights["birth_date"] == pytest.approx(math.log2(0.97 * 80 * 365.25))
    assert found.weights["id_no"] == 0


def test_a_resident_number_that_agrees_speaks_for_birth_and_sex_already() -> None:
    found = compare(ZHANG, replace(ZHANG, name="李四"), MANY)
    assert (found.weights["sex"], found.weights["birth_date"]) == (0, 0)
    assert found.agreement["name"] is Agreement.DIFFERENT
    (share,) = probabilities([found])
    assert 0.3 < share < 0.7, "the same number under a wholly different name is what a person must decide"


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    rare, common = (compare(ZHANG, ZHANG, Population(2_000_000, n)).weights["name"] for n in (1, 5000))
    assert rare > common > 0


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"id_no": "440113198001010021"}, "id_no", Agreement.NEAR),  # two neighbours exchanged
        ({"id_no": "440113197512310031"}, "id_no", Agreement.DIFFERENT),
        ({"name": "章三"}, "name", Agreement.NEAR),  # sounds alike
        ({"name": "张三丰"}, "name", Agreement.NEAR),  # one character
        ({"name": "李四"}, "name", Agreement.DIFFERENT),
        ({"birth_date": date(1980, 1, 11)}, "birth_date", Agreement.NEAR),
        ({"birth_date": date(1971, 12, 30)}, "birth_date", Agreement.DIFFERENT),
        ({"sex": "0"}, "sex", Agreement.MISSING),
    ],
)
def test_near_is_neither_same_nor_different(change: dict[str, object], field: str, expected: Agreement) -> None:
    assert compare(ZHANG, replace(ZHANG, **change), MANY).agreement[field] is expected  # type: ignore[arg-type]


def test_two_equal_candidates_share_what_there_is() -> None:
    one = compare(replace(ZHANG, id_type="00", id_no=""), ZHANG, MANY)
    first, second = probabilities([one, one])
    assert first == second and 0.4 < first < 0.5
    assert best([compare(NOBODY, ZHANG, MANY), one]) == 1


@given(st.sampled_from([ZHANG, NOBODY, replace(ZHANG, name="李四"), replace(ZHANG, sex="2", id_no="")]),
       st.sampled_from([ZHANG, NOBODY, replace(ZHANG, birth_date=None), replace(ZHANG, id_no="440113198001010039")]))  # fmt: skip
def test_agreement_has_no_direction_and_nothing_is_certain(one: Identity, other: Identity) -> None:
    assert compare(one, other, MANY).agreement == compare(other, one, MANY).agreement
    assert 0 < probabilities([compare(one, other, MANY)])[0] < 1
