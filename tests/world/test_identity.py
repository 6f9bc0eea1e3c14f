"""Identity numbers of the world hold against the kernel's rules, and dirt makes them fail as it should."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from weijian import content
from weijian.kernel.identifiers.resident_id import check_resident_id
from weijian.world.flaws import mistype, vary_name, widen
from weijian.world.identity import numbered, resident_numbers, sequence_within, text_of


def numbers() -> list[str]:
    rng = np.random.default_rng(3)
    birth = rng.integers(-20_000, 17_000, 500).astype(np.int32)
    male = rng.random(500) < 0.5
    areas = np.full(500, 440199)
    return text_of(resident_numbers(areas, birth, male, sequence_within(birth.astype(np.int64) * 2 + male))).to_pylist()


def test_numbers_are_valid_and_say_birth_and_sex() -> None:
    birth = np.array([0, -1, 17_165], dtype=np.int32)
    male = np.array([True, False, True])
    made = text_of(resident_numbers(np.full(3, 440199), birth, male, np.array([0, 1, 499]))).to_pylist()
    found = [check_resident_id(number) for number in made]
    assert all(one.valid for one in found)
    assert [one.birth_date for one in found] == [date(1970, 1, 1), date(1969, 12, 31), date(2016, 12, 30)]
    assert [one.sex for one in found] == ["1", "2", "1"]


def test_prefixes_are_no_area_that_was_ever_given_out() -> None:
    known = {row["code"][:6] for name in ("440113", "330782") for row in content.read_csv(f"areas/cn_{name}.csv")}
    assert not {number[:6] for number in numbers()} & known


def test_every_mistyped_number_fails_its_check_digit() -> None:
    wrong = mistype(pa.array(numbers())).to_pylist()
    assert all("check_digit" in check_resident_id(number).reasons for number in wrong)
    assert all(
        sum(a != b for a, b in zip(old, new, strict=True)) == 1 for old, new in zip(numbers(), wrong, strict=True)
    )


def test_full_width_digits_are_the_same_number_after_normalisation() -> None:
    import unicodedata

    wide = widen(pa.array(numbers())).to_pylist()
    assert [unicodedata.normalize("NFKC", text) for text in wide] == numbers()


def test_name_variants_differ() -> None:
    names = ["陈志伟", "黄丽", "欧阳"]
    assert all(old != new for old, new in zip(names, vary_name(pa.array(names)).to_pylist(), strict=True))


def test_serial_numbers_are_filled_with_zeros() -> None:
    assert numbered("MZ2017", np.array([1, 42]), 4).to_pylist() == ["MZ20170001", "MZ20170042"]
