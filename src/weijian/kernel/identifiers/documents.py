"""Identity documents that a person may show, under one code list, and what a number of each looks like."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Literal

from weijian.kernel.identifiers.resident_id import check_resident_id

# CV02.01.101 stops at 07; codes below are this product's own where the standard has none and are sent as 99.
_OWN_CODES = frozenset({"B1", "00"})


class DocumentType(StrEnum):
    """Kinds of identity document: WS 364.3-2011 CV02.01.101, and two more that intake must tell apart."""

    RESIDENT_ID = "01"  # 居民身份证
    HOUSEHOLD_REGISTER = "02"  # 居民户口簿
    PASSPORT = "03"  # 护照
    MILITARY_OFFICER = "04"  # 军官证
    DRIVING_LICENCE = "05"  # 驾驶证
    HK_MACAO_PERMIT = "06"  # 港澳居民来往内地通行证
    TAIWAN_PERMIT = "07"  # 台湾居民来往大陆通行证
    OTHER = "99"  # 其他法定有效证件
    BIRTH_CERTIFICATE = "B1"  # 出生医学证明
    NONE = "00"  # 无证件 (newborn, unknown person)

    @property
    def standard_code(self) -> str:
        """Code to write in an exchange that follows CV02.01.101 to the letter."""
        return "99" if self.value in _OWN_CODES else self.value

    @property
    def label_zh(self) -> str:
        """Name in Chinese."""
        return _NAMES[self][0]

    @property
    def label_en(self) -> str:
        """Name in English."""
        return _NAMES[self][1]


_NAMES: dict[DocumentType, tuple[str, str]] = {
    DocumentType.RESIDENT_ID: ("居民身份证", "resident identity card"),
    DocumentType.HOUSEHOLD_REGISTER: ("居民户口簿", "household register"),
    DocumentType.PASSPORT: ("护照", "passport"),
    DocumentType.MILITARY_OFFICER: ("军官证", "military officer's card"),
    DocumentType.DRIVING_LICENCE: ("驾驶证", "driving licence"),
    DocumentType.HK_MACAO_PERMIT: ("港澳居民来往内地通行证", "Hong Kong and Macao residents' permit"),
    DocumentType.TAIWAN_PERMIT: ("台湾居民来往大陆通行证", "Taiwan residents' permit"),
    DocumentType.OTHER: ("其他法定有效证件", "other legal document"),
    DocumentType.BIRTH_CERTIFICATE: ("出生医学证明", "medical certificate of birth"),
    DocumentType.NONE: ("无证件", "no document"),
}

# Printed forms: passports have at most nine characters on the ICAO line; the permits a letter and eight
# (formerly ten) digits, or eight digits (Taiwan); the birth certificate a letter and nine digits.
_SHAPES: dict[DocumentType, re.Pattern[str]] = {
    DocumentType.PASSPORT: re.compile(r"[A-Z0-9]{5,9}"),
    DocumentType.HK_MACAO_PERMIT: re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    DocumentType.TAIWAN_PERMIT: re.compile(r"[0-9]{8}(?:[0-9]{2})?(?:[A-Z])?"),
    DocumentType.BIRTH_CERTIFICATE: re.compile(r"[A-Z][0-9]{9}"),
}

DocumentReason = Literal["length", "characters", "birth_date", "check_digit", "shape", "missing", "unexpected"]


def check_document(kind: DocumentType, number: str) -> tuple[DocumentReason, ...]:
    """Reasons why a normalised number cannot be of this kind; empty where nothing speaks against it.

    Kinds without a published form accept any text; ``NONE`` accepts only an empty number (``unexpected``).
    """
    if kind is DocumentType.NONE:
        return ("unexpected",) if number else ()
    if not number:
        return ("missing",)
    if kind is DocumentType.RESIDENT_ID:
        return check_resident_id(number).reasons
    shape = _SHAPES.get(kind)
    return () if shape is None or shape.fullmatch(number) else ("shape",)
