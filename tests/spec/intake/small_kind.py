"""A record kind with every type of field, reference tables of a few rows, and rows judged by the engine without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from weijian.definitions.fields import Field, FieldType
from weijian.definitions.record_kinds import Frequency, Partition, RecordKind, Severity, error, warn
from weijian.engines.intake.engine import Checked, IntakeEngine, References, reasons
from weijian.engines.intake.headers import template_columns

OPEN_END = date(9999, 12, 31)
RECEIVED = date(2017, 12, 1)

STAY = RecordKind(
    id="test.stay",
    zh="住院",
    en="Stay",
    source="",
    doc="",
    table="test_stay",
    fields=(
        Field("stay_no", FieldType.SOURCE_ID, "住院号", "Stay number"),
        Field("patient", FieldType.PERSON, "患者", "Patient", required=False),
        Field("place", FieldType.ORGANISATION, "机构代码", "Institution"),
        Field("village", FieldType.AREA, "村居代码", "Village", required=False),
        Field("came_on", FieldType.DATE, "入院日期", "Admission date", minimum=date(1900, 1, 1)),
        Field("left_on", FieldType.DATE, "出院日期", "Discharge date", minimum=date(1900, 1, 1)),
        Field("next_on", FieldType.DATE, "预约日期", "Next visit", required=False, future=True),
        Field("ward", FieldType.CODE, "病区", "Ward", codelist="ward"),
        Field("others", FieldType.CODES, "其他病区", "Other wards", required=False, codelist="ward"),
        Field("diagnosis", FieldType.CODE, "主要诊断编码", "Main diagnosis", required=False, codelist="icd10"),
        Field("fee", FieldType.MONEY, "总费用", "Total fee", minimum=0, maximum=500_000_000, unit="元"),
        Field("row_no", FieldType.INTEGER, "床次", "Row", required=False, minimum=0, maximum=99),
        Field("weight", FieldType.DECIMAL, "体重", "Weight", required=False, minimum=Decimal(0)),
        Field("urgent", FieldType.BOOLEAN, "急诊", "Urgent", required=False),
        Field("note", FieldType.TEXT, "备注", "Note", required=False, max_length=10, personal=True),
    ),
    rules=(
        error(
            "left_before_came",
            lambda t: t.left_on >= t.came_on,
            zh="出院日期早于入院日期",
            en="Left before coming",
            fix_zh="核对日期",
            fix_en="Check both dates",
            fields=("came_on", "left_on"),
        ),
        error(
            "came_before_birth",
            lambda t: t.came_on >= t.patient_birth_date,
            zh="入院日期早于出生日期",
            en="Came before birth",
            fix_zh="核对日期",
            fix_en="Check both dates",
            fields=("came_on",),
        ),
        warn(
            "fee_absurd",
            lambda t: t.fee <= 5_000_000,
            zh="费用超过5万元",
            en="More than 50,000 yuan",
            fix_zh="核对单位",
            fix_en="Check the unit",
            fields=("fee",),
        ),
    ),
    business_date="left_on",
    partition=Partition.MONTH,
    frequency=Frequency.MONTHLY,
    sensitivity=3,
    list_columns=("stay_no",),
)

#: One row in order, by column name.
GOOD = {
    "stay_no": "Z1",
    "patient_id_type": "01",
    "patient_id_no": "440113198001010012",
    "patient_name": "张三",
    "patient_sex": "1",
    "patient_birth_date": "1980-01-01",
    "place": "H1",
    "came_on": "2017-03-01",
    "left_on": "2017-03-05",
    "ward": "A1",
    "diagnosis": "J06.900",
    "fee": "100.00",
}


def references() -> References:
    """Two institutions (H2 closed at the end of 2016), one village, three lists."""
    codes = [("ward", "A1", "A1"), ("ward", "内科", "A1"), ("ward", "B2", "B2"), ("icd10", "J06", "J06")]
    codes += [("sex", "1", "1"), ("sex", "男", "1"), ("sex", "2", "2"), ("sex", "女", "2"), ("sex", "9", "9")]
    codes += [("id_type", "01", "01"), ("id_type", "居民身份证", "01"), ("id_type", "03", "03")]
    return References(
        organisations=pa.table(
            {
                "code": ["H1", "H2"],
                "organisation_id": [10, 20],
                "area_id": [100, 200],
                "valid_from": [date(2010, 1, 1), date(2010, 1, 1)],
                "valid_to": [OPEN_END, date(2016, 12, 31)],
            }
        ),
        areas=pa.table(
            {"code": ["440113001001"], "area_id": [300], "valid_from": [date(2010, 1, 1)], "valid_to": [OPEN_END]}
        ),
        codes=pa.table(dict(zip(("list", "alias", "code"), zip(*codes, strict=True), strict=True))),
    )


def text_rows(*changes: dict[str, str | None]) -> pa.Table:
    """The good row with changes, one row each, as read from one file; lines count from 2."""
    rows = [{**GOOD, **change} for change in changes]
    columns: dict[str, pa.Array] = {"line_no": pa.array(range(2, 2 + len(rows)), pa.int64())}
    for column in template_columns(STAY):
        columns[column.name] = pa.array([row.get(column.name) for row in rows], pa.string())
    return pa.table(columns).append_column("file_no", pa.array([0] * len(rows), pa.int32()))


def file_table(count: int = 1) -> pa.Table:
    """Files 0, 1 … of institution 1 in area 50."""
    return pa.table(
        {
            "file_no": pa.array(range(count), pa.int32()),
            "institution_id": pa.array([1] * count, pa.int64()),
            "institution_area_id": pa.array([50] * count, pa.int64()),
            "received_on": pa.array([RECEIVED] * count, pa.date32()),
        }
    )


@dataclass(frozen=True)
class Judged:
    """One row after the checks: codes of its errors and warnings, its typed values, and who it is about."""

    errors: list[str]
    warnings: list[str]
    row: dict[str, Any]
    person: dict[str, Any]


def judged(engine: IntakeEngine, *changes: dict[str, str | None]) -> list[Judged]:
    """Judge changed copies of the good row."""
    return listed(engine.check(STAY, text_rows(*changes), file_table()))


def listed(checked: Checked) -> list[Judged]:
    """Rows of a check with codes for masks."""
    assert checked.persons is not None and checked.person_no is not None
    persons = checked.persons.to_pylist()
    return [
        Judged(
            reasons(STAY, row["errors"], Severity.ERROR),
            reasons(STAY, row["warnings"], Severity.WARNING),
            row,
            persons[number],
        )
        for row, number in zip(checked.rows.to_pylist(), checked.person_no.to_pylist(), strict=True)
    ]
