"""Columns of a record kind as values: what a field is called, what it may hold, and how it stands in a file."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class FieldType(enum.StrEnum):
    """Every type a submitted column can have; intake, template, form, snapshot and API each read it."""

    SOURCE_ID = "source_id"
    PERSON = "person"
    ORGANISATION = "organisation"
    AREA = "area"
    DATE = "date"
    CODE = "code"
    CODES = "codes"
    MONEY = "money"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    TEXT = "text"


#: Columns that one person reference takes in a file: suffix → (zh, en).
PERSON_COLUMNS: dict[str, tuple[str, str]] = {
    "id_type": ("证件类型", "Document type"),
    "id_no": ("证件号码", "Document number"),
    "name": ("姓名", "Name"),
    "sex": ("性别", "Sex"),
    "birth_date": ("出生日期", "Date of birth"),
}


@dataclass(frozen=True)
class FileColumn:
    """One column of a file or template: its header in Chinese and English, and the field that it fills."""

    name: str
    zh: str
    en: str
    field: str
    required: bool
    personal: bool


@dataclass(frozen=True)
class Field:
    """One declared field of a record kind.

    ``zh`` is the header in templates and files, ``en`` its one English name. ``codelist`` names a list in
    ``content/codes``. ``minimum``/``maximum`` are inclusive, money in 分, dates as civil dates in Beijing time.
    A ``personal`` field never enters a snapshot, a log, a message or a URL.
    """

    name: str
    type: FieldType
    zh: str
    en: str
    required: bool = True
    codelist: str | None = None
    minimum: int | Decimal | date | None = None
    maximum: int | Decimal | date | None = None
    max_length: int | None = None
    personal: bool = False
    future: bool = False  # a date that may lie after the day of receipt
    unit: str = ""
    help_zh: str = ""
    help_en: str = ""

    @property
    def column(self) -> str:
        """Column name in the database and the snapshot."""
        if self.type in (FieldType.PERSON, FieldType.ORGANISATION, FieldType.AREA):
            return f"{self.name}_id"
        return self.name

    def file_columns(self) -> tuple[FileColumn, ...]:
        """The columns which carry this field in a file, in template order."""
        if self.type is FieldType.PERSON:
            return tuple(
                FileColumn(f"{self.name}_{suffix}", zh, en, self.name, False, True)
                for suffix, (zh, en) in PERSON_COLUMNS.items()
            )
        return (FileColumn(self.name, self.zh, self.en, self.name, self.required, self.personal),)
