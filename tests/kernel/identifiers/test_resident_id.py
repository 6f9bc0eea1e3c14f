"""Resident numbers: published examples, every single-digit mistake, and the SQL held equal to Python."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.identifiers import (
    CHECK_CHARACTERS,
    CHECK_WEIGHTS,
    check_resident_id,
    id15_to_18_sql,
    id18_birth_date_sql,
    id18_check_sql,
    id18_sex_sql,
    make_resident_id,
    upgrade_15_to_18,
)
from weijian.kernel.text import document_number_sql, normalise_document_number

areas = st.integers(110000, 659999).map(str)
valid_numbers = st.builds(make_resident_id, areas, st.dates(date(1900, 1, 1), date(2030, 12, 31)), st.integers(1, 999))
id_like = st.text("0123456789Xx", min_size=14, max_size=19)
# A valid number with one character exchanged: near misses, where a wrong rule would show.
mutated = st.builds(
    lambda number, place, new: number[:place] + new + number[place + 1 :],
    valid_numbers, st.integers(0, 17), st.sampled_from("0123456789X"),
)  # fmt: skip
old_numbers = valid_numbers.map(lambda number: number[:6] + number[8:17])
columns = st.lists(
    st.one_of(st.none(), valid_numbers, mutated, id_like, old_numbers, st.text(max_size=20)),
    min_size=20,
    max_size=200,
)


@pytest.mark.parametrize(
    ("number", "birth", "sex"),
    # The two examples printed in GB 11643-1999.
    [("11010519491231002X", date(1949, 12, 31), "2"), ("440524188001010014", date(1880, 1, 1), "1")],
)
def test_examples_of_the_standard(number: str, birth: date, sex: str) -> None:
    check = check_resident_id(number)
    assert check.valid
    assert (check.birth_date, check.sex, check.area) == (birth, sex, number[:6])


@pytest.mark.parametrize(
    ("number", "reasons"),
    [
        ("", ("length",)),
        ("1101051949123100", ("length",)),
        ("11010519491231002x", ("characters",)),
        ("1101051949123100２X", ("characters",)),
        ("01010519491231002X", ("characters",)),
        ("1101051949123X0021", ("characters",)),
        ("110105194912310021", ("check_digit",)),
        ("110105194902300021", ("birth_date", "check_digit")),
        ("110105490230002", ("birth_date",)),
        ("110105491231002", ()),
    ],
)
def test_reasons(number: str, reasons: tuple[str, ...]) -> None:
    assert check_resident_id(number).reasons == reasons


def test_a_birth_in_the_future_is_a_reason() -> None:
    number = make_resident_id("440113", date(2018, 1, 1), 1)
    assert check_resident_id(number).valid
    assert check_resident_id(number, on=date(2017, 12, 31)).reasons == ("birth_date",)
    assert check_resident_id(number, on=date(2018, 1, 1)).valid


def test_weights_follow_from_the_rule_of_the_standard() -> None:
    assert tuple(pow(2, 18 - place, 11) for place in range(1, 18)) == CHECK_WEIGHTS
    assert "".join("X" if (12 - s) % 11 == 10 else str((12 - s) % 11) for s in range(11)) == CHECK_CHARACTERS


@settings(deadline=None)
@given(valid_numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_mistake_is_found(number: str, place: int, new: str) -> None:
    wrong = number[:place] + new + number[place + 1 :]
    assert check_resident_id(wrong).valid is (wrong == number)


@settings(deadline=None)
@given(valid_numbers, st.integers(0, 16))
def test_every_exchange_of_neighbours_is_found(number: str, place: int) -> None:
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert check_resident_id(wrong).valid is (wrong == number)


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(1, 999))
def test_upgrade_gives_the_number_of_the_same_person(birth: date, sequence: int) -> None:
    number = make_resident_id("440113", birth, sequence)
    old = number[:6] + number[8:17]
    assert upgrade_15_to_18(old) == number
    assert check_resident_id(old).birth_date == birth


@pytest.mark.parametrize("text", ["", "12345678901234", "11010549123100X", "１10105491231002"])
def test_upgrade_refuses_other_text(text: str) -> None:
    with pytest.raises(ValueError, match="fifteen"):
        upgrade_15_to_18(text)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def _evaluate(connection: duckdb.DuckDBPyConnection, sql: str, values: list[str | None]) -> list[object]:
    query = f"SELECT {sql} FROM (SELECT unnest(?::VARCHAR[]) AS v)"
    return [row[0] for row in connection.execute(query, [values]).fetchall()]


def _expected(value: str | None) -> tuple[object, ...]:
    check = check_resident_id(value) if value is not None else None
    if check is None or not check.valid:
        return (False, None, None, None)
    if len(str(value)) == 15:
        return (False, None, None, upgrade_15_to_18(str(value)))
    return (True, check.birth_date, check.sex, None)


@settings(deadline=None, max_examples=25)
@given(values=columns)
def test_sql_equals_python(connection: duckdb.DuckDBPyConnection, values: list[str | None]) -> None:
    values = [None if value is None else value.replace("\0", "") for value in values]
    expressions = (id18_check_sql("v"), id18_birth_date_sql("v"), id18_sex_sql("v"), id15_to_18_sql("v"))
    query = f"SELECT {', '.join(expressions)} FROM (SELECT unnest(?::VARCHAR[]) AS v)"
    assert connection.execute(query, [values]).fetchall() == [*map(_expected, values)]


TYPED = [
    "110105 19491231 002x",
    "１１０１０５１９４９１２３１００２Ｘ",
    "\u200b11010519491231002×\u00a0",
    "\ufeff440524188001010014",
    "ｈ01234567",
]


def test_normalising_sql_equals_python(connection: duckdb.DuckDBPyConnection) -> None:
    normal = _evaluate(connection, document_number_sql("v"), [*TYPED, None])
    assert normal == [*map(normalise_document_number, TYPED), None]
    assert normal[:3] == ["11010519491231002X"] * 3
