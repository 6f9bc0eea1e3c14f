"""The table of cells: what people write, and the value that is stored; NULL where it is no value of the type."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.spec.intake.small_kind import Judged, judged
from weijian.engines.intake.engine import IntakeEngine

DAY = date(2017, 3, 5)

CELLS: list[tuple[str, str | None, object]] = [
    *(("left_on", text, DAY) for text in ("2017-03-05", "2017-3-5", "2017/3/5", "2017.03.05", "2017年3月5日")),
    *(("left_on", text, DAY) for text in ("20170305", "42799", "42799.354", "2017-03-05 08:30:00", "2017/3/5 8:30")),
    *(("left_on", text, DAY) for text in ("２０１７－０３－０５", "\u3000 2017-03-05\t", "2017-03-05\u00a0")),
    *(("left_on", text, None) for text in ("", "2017-02-29", "05/03/2017", "2017-00-10", "99999", "昨天")),
    ("left_on", "2016-02-29", date(2016, 2, 29)),
    *(
        ("fee", text, 123456)
        for text in ("1234.56", "1,234.56", "¥1,234.56", "1234.56元", "１２３４．５６", " 1234.56 ")
    ),
    *(("fee", text, value) for text, value in (("0", 0), ("0.005", 1), ("-1", -100), ("1e3", 100000))),
    *(("fee", text, None) for text in ("", "一百", "12.3.4", "1/2", "=1+1", "NULL")),
    *(("row_no", text, 12) for text in ("12", "12.0", "１２", "+12")),
    *(("row_no", text, None) for text in ("12.5", "十二", "1 2", "")),
    *(("weight", text, Decimal("3.2500")) for text in ("3.25", "３．２５", "3.250")),
    ("weight", "三公斤", None),
    *(("urgent", text, True) for text in ("是", "1", "Y", "yes", "TRUE", "√", "有")),
    *(("urgent", text, False) for text in ("否", "0", "n", "No", "false", "×", "无")),
    *(("urgent", text, None) for text in ("", "也许", "2")),
    *(("ward", text, "A1") for text in ("A1", "a1", "Ａ１", " A1", "内科")),
    ("ward", "A2", None),
    *(("others", text, "A1;B2") for text in ("A1;B2", "B2;A1", "b2、A1" if False else "B2、A1", "A1,B2,A1", "A1 | B2")),
    ("others", "A1;Z9", None),
    *(("diagnosis", text, text.upper()) for text in ("J06", "J06.9", "J06.900", "j06.900", "J06.9X01")),
    *(("diagnosis", text, None) for text in ("J07", "J0", "J06.", "咳嗽")),
    ("place_id", "h1", 10),
    ("note", "  两字 ", "两字"),
    ("note", "不详", None),
    ("stay_no", "'=1+1", "=1+1"),
    ("stay_no", "Z１", "Z1"),
    *(("source_version", text, value) for text, value in ((None, 1), ("", 1), ("2", 2), ("三", 1))),
    *(("voided", text, value) for text, value in ((None, False), ("是", True), ("否", False), ("?", False))),
]


@pytest.fixture(scope="module")
def cells(engine: IntakeEngine) -> list[Judged]:
    """All cells of the table, each in a row of its own, read at once."""
    return judged(engine, *({"place" if column == "place_id" else column: text} for column, text, _value in CELLS))


@pytest.mark.parametrize("place", range(len(CELLS)), ids=[f"{column}={text!r}" for column, text, _value in CELLS])
def test_a_cell(cells: list[Judged], place: int) -> None:
    column, _text, value = CELLS[place]
    assert cells[place].row[column] == value


NUMBERS: list[tuple[str, str | None, bool, str]] = [
    ("440113198001010012", "440113198001010012", True, "01"),
    (" 440113 19800101 0012 ", "440113198001010012", True, "01"),
    ("４４０１１３１９８００１０１００１２", "440113198001010012", True, "01"),
    ("440113800101001", "440113198001010012", True, "01"),
    ("440113198001010013", "440113198001010013", False, "01"),
    ("440113198002300018", "440113198002300018", False, "01"),
    ("12345", "12345", False, "01"),
    ("无", None, False, "01"),
]


@pytest.mark.parametrize(("text", "number", "valid", "id_type"), NUMBERS, ids=[case[0] for case in NUMBERS])
def test_a_document_number(engine: IntakeEngine, text: str, number: str | None, valid: bool, id_type: str) -> None:
    (one,) = judged(engine, {"patient_id_no": text})
    assert (one.person["id_no"], one.person["id_valid"], one.person["id_type"]) == (number, valid, id_type)


def test_a_valid_number_tells_sex_and_birth_where_they_are_not_given(engine: IntakeEngine) -> None:
    (one,) = judged(engine, {"patient_sex": "", "patient_birth_date": "", "patient_id_type": ""})
    assert (one.person["sex"], one.person["birth_date"], one.person["id_type"]) == ("1", date(1980, 1, 1), "01")
    assert one.warnings == []
