"""Other documents, the credit code of organisations, and masks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.kernel.identifiers import (
    DocumentType,
    check_credit_code,
    check_document,
    credit_check_character,
    mask_id,
    mask_name,
    mask_phone,
)
from weijian.kernel.identifiers.credit_code import ALPHABET

D = DocumentType


@pytest.mark.parametrize(
    ("kind", "number", "reasons"),
    [
        (D.RESIDENT_ID, "11010519491231002X", ()),
        (D.RESIDENT_ID, "110105194912310021", ("check_digit",)),
        (D.PASSPORT, "E12345678", ()),
        (D.PASSPORT, "E1", ("shape",)),
        (D.HK_MACAO_PERMIT, "H12345678", ()),
        (D.HK_MACAO_PERMIT, "M1234567801", ()),
        (D.HK_MACAO_PERMIT, "X12345678", ("shape",)),
        (D.TAIWAN_PERMIT, "12345678", ()),
        (D.TAIWAN_PERMIT, "1234567", ("shape",)),
        (D.BIRTH_CERTIFICATE, "R440123456", ()),
        (D.BIRTH_CERTIFICATE, "440123456", ("shape",)),
        (D.MILITARY_OFFICER, "南字第00000001号", ()),
        (D.OTHER, "", ("missing",)),
        (D.NONE, "", ()),
        (D.NONE, "1", ("unexpected",)),
    ],
)
def test_documents(kind: DocumentType, number: str, reasons: tuple[str, ...]) -> None:
    assert check_document(kind, number) == reasons


def test_codes_of_the_standard_go_out_as_such() -> None:
    assert [kind.standard_code for kind in (D.PASSPORT, D.BIRTH_CERTIFICATE, D.NONE)] == ["03", "99", "99"]
    assert all(kind.label_zh and kind.label_en for kind in D)


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        ("91350100M000100Y43", ()),  # the example printed in GB 32100-2015
        ("91350100M000100Y44", ("check_digit",)),
        ("91350100M000100Y4", ("length",)),
        ("91350100M000100I43", ("characters",)),
        ("9135010AM000100Y43", ("characters",)),
    ],
)
def test_credit_codes(code: str, reasons: tuple[str, ...]) -> None:
    assert check_credit_code(code).reasons == reasons


@settings(deadline=None)
@given(st.text(ALPHABET, min_size=9, max_size=9), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_mistake_in_a_credit_code_is_found(rest: str, place: int, new: str) -> None:
    first = "12440113" + rest
    code = first + credit_check_character(first)
    wrong = code[:place] + new + code[place + 1 :]
    assert check_credit_code(wrong).valid is (wrong == code)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (mask_id("11010519491231002X"), "110*************2X"),
        (mask_id("E12345678"), "E12****78"),
        (mask_id("123456"), "1*****"),
        (mask_id(""), ""),
        (mask_name("王小明"), "王**"),
        (mask_name(""), ""),
        (mask_phone("13812345678"), "138****5678"),
        (mask_phone("02081234567"), "020****4567"),
        (mask_phone("81234567"), "******67"),
        (mask_phone("120"), "***"),
    ],
)
def test_masks(shown: str, expected: str) -> None:
    assert shown == expected


@settings(deadline=None)
@given(st.text("0123456789X", min_size=7, max_size=24))
def test_a_masked_number_shows_five_characters(number: str) -> None:
    masked = mask_id(number)
    assert len(masked) == len(number)
    assert masked.count("*") == len(number) - 5
