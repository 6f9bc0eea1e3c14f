"""The engine reads every different cell once and judges rows; what one row says does not depend on the rows around it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec.intake.small_kind import GOOD, STAY, file_table, judged, listed, references, text_rows
from weijian.engines.intake.engine import IntakeEngine
from weijian.engines.intake.known_persons import KnownPersons, facts
from weijian.kernel.errors import WeijianError

COLUMNS = ("row_hash", "errors", "warnings", "fee", "left_on", "ward", "others", "organisation_id", "area_id", "note")

#: What single cells may hold, tidy and untidy, so that whole columns are now clean, now to be cleaned.
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "fee": st.sampled_from(["100.00", "１００", " 7 ", "x", "", "-1"]),
        "left_on": st.sampled_from(["2017-03-05", "2017年3月5日", "42799", "", "2018-01-01"]),
        "ward": st.sampled_from(["A1", "内科", "ａ１", "Z", ""]),
        "note": st.sampled_from(["", "好", " 好", "\u3000", "'=1"]),
        "patient_name": st.sampled_from(["张三", " 张三", "李四", ""]),
        "patient_id_no": st.sampled_from(["440113198001010012", "440113800101001", "", "无", "1"]),
        "place": st.sampled_from(["H1", "h1", "H2", "H9"]),
    },
)


@pytest.fixture(scope="module")
def engine() -> Iterator[IntakeEngine]:
    """The engine with the small reference tables."""
    found = IntakeEngine(references())
    yield found
    found.close()


def seen(row: dict[str, object]) -> dict[str, object]:
    """What must not depend on other rows."""
    return {name: row[name] for name in COLUMNS}


@settings(max_examples=15)
@given(st.lists(CELLS, min_size=2, max_size=12), st.data())
def test_a_row_is_judged_the_same_whatever_stands_around_it(changes: list[dict[str, str]], data: st.DataObject) -> None:
    engine = _engine()
    cut = data.draw(st.integers(1, len(changes) - 1))
    together = judged(engine, *changes)
    apart = judged(engine, *changes[:cut]) + judged(engine, *changes[cut:])
    assert [seen(one.row) for one in together] == [seen(one.row) for one in apart]
    assert [one.person["identity_key"] for one in together] == [one.person["identity_key"] for one in apart]


_kept: list[IntakeEngine] = []


def _engine() -> IntakeEngine:
    """One engine for all drawn examples."""
    if not _kept:
        _kept.append(IntakeEngine(references()))
    return _kept[0]


def test_the_hash_of_a_row_stays_for_ever(engine: IntakeEngine) -> None:
    """Rows sent years ago must be recognised: MD5 of the cleaned cells in template order and whether it is withdrawn."""
    (one,) = judged(engine, {})
    cells = [GOOD.get(name, "") for name in _TEMPLATE]
    digest = hashlib.md5(chr(31).join([*cells, "false"]).encode(), usedforsecurity=False).digest()
    assert one.row["row_hash"] == int.from_bytes(digest[8:], "little") - 2**63


_TEMPLATE = (
    *("stay_no", "patient_id_type", "patient_id_no", "patient_name", "patient_sex", "patient_birth_date", "place"),
    *("village", "came_on", "left_on", "next_on", "ward", "others", "diagnosis", "fee", "row_no", "weight", "urgent", "note"),
)  # fmt: skip


def test_an_identity_is_its_five_parts(engine: IntakeEngine) -> None:
    same, spaced, upgraded, renamed = judged(
        engine, {}, {"patient_name": " 张三"}, {"patient_id_no": "440113800101001"}, {"patient_name": "张四"}
    )
    keys = [one.person["identity_key"] for one in (same, spaced, upgraded, renamed)]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    parts = chr(31).join(["01", "440113198001010012", "张三", "1", "1980-01-01"])
    assert keys[0].replace("-", "") == hashlib.md5(parts.encode(), usedforsecurity=False).hexdigest()


def test_rows_come_back_in_the_order_given_with_their_files(engine: IntakeEngine) -> None:
    tables = []
    for number in range(3):
        table = text_rows(*({"stay_no": f"{number}-{row}"} for row in range(500)))
        files = pa.array([number] * 500, pa.int32())
        tables.append(table.set_column(table.column_names.index("file_no"), "file_no", files))
    checked = engine.check(STAY, pa.concat_tables(tables), file_table(3))
    assert checked.rows.column("stay_no").to_pylist() == [f"{n}-{row}" for n in range(3) for row in range(500)]
    assert checked.without({0, 2}).rows.column("file_no").unique().to_pylist() == [1]


def test_a_code_that_is_valid_twice_is_refused() -> None:
    known = references()
    twice = pa.concat_tables([known.organisations, known.organisations])
    engine = IntakeEngine(type(known)(twice, known.areas, known.codes))
    with pytest.raises(WeijianError) as caught:
        judged(engine, {})
    engine.close()
    assert caught.value.code == "intake.reference_overlap"


def test_known_persons_are_asked_once_and_forgotten_after_a_rollback(engine: IntakeEngine) -> None:
    checked = engine.check(
        STAY, text_rows({}, {}, {"patient_name": "李四"}, {"fee": "x", "patient_name": "王五"}), file_table()
    )
    persons = KnownPersons()
    unknown = persons.unknown(checked)
    assert sorted(unknown.column("name").to_pylist()) == ["张三", "李四"]  # 王五 stands in a bad row only
    keys = unknown.column("identity_key")
    linked = {"identity_key": keys, "person_id": pa.array([7, 8]), "link_state": pa.array([1, 2], pa.int16())}
    persons.remember(pa.table(linked))
    assert persons.unknown(checked).num_rows == 0
    links = persons.links(checked)
    by_name = dict(zip(unknown.column("name").to_pylist(), [(7, 1), (8, 2)], strict=True))
    found = list(zip(links.column("person_id").to_pylist(), links.column("link_state").to_pylist(), strict=True))
    assert found == [by_name["张三"], by_name["张三"], by_name["李四"], (None, 0)]
    names = ("stay_no", "patient_id", "fee", "link_state", "submission_id", "sensitivity", "flags")
    batch = facts(STAY, checked, links, {0: 99}, names)
    assert batch.num_rows == 3
    assert batch.column("submission_id").to_pylist() == [99] * 3
    assert batch.column("patient_id").to_pylist() == [one[0] for one in found[:3]]
    persons.forget()
    assert persons.unknown(checked).num_rows == 2


def test_nobody_known_is_no_person(engine: IntakeEngine) -> None:
    checked = engine.check(STAY, text_rows({"patient_name": "", "patient_id_no": ""}), file_table())
    persons = KnownPersons()
    assert persons.unknown(checked).num_rows == 0
    assert persons.links(checked).to_pylist() == [{"person_id": None, "link_state": 0}]
    assert listed(checked)[0].row["left_on"] == date(2017, 3, 5)


def test_an_empty_column_and_an_empty_batch(engine: IntakeEngine) -> None:
    checked = engine.check(STAY, text_rows(), file_table())
    assert (checked.rows.num_rows, checked.sent.num_rows) == (0, 0)
    assert judged(engine, dict.fromkeys(GOOD))[0].row["fee"] is None
