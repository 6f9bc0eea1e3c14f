"""The table of headers: which column a header fills, what is said about it, and what is missing."""

from __future__ import annotations

import pytest

from tests.spec.intake.small_kind import STAY
from weijian.engines.intake.headers import map_headers, template_columns

HEADERS = [column.zh for column in template_columns(STAY)]


def test_every_own_header_fills_its_column() -> None:
    found = map_headers(STAY, HEADERS)
    assert found.columns == {column.name: column.zh for column in template_columns(STAY)}
    assert (found.renamed, found.missing, found.extra, found.repeated) == ((), (), (), ())


def test_order_does_not_matter() -> None:
    assert map_headers(STAY, HEADERS[::-1]).columns == map_headers(STAY, HEADERS).columns


@pytest.mark.parametrize(
    ("header", "column", "said"),
    [
        ("总费用", "fee", False),
        ("Total fee", "fee", False),
        ("fee", "fee", False),
        ("*总费用", "fee", False),
        (" 总 费 用 ", "fee", False),
        ("总费用(元)", "fee", False),
        ("总费用（元）", "fee", False),
        ("ＴＯＴＡＬ ＦＥＥ", "fee", False),
        ("总费用1", "fee", True),
        ("主要诊断编码ICD", "diagnosis", True),
        ("心情", None, False),
    ],
)
def test_a_header(header: str, column: str | None, said: bool) -> None:
    original = next((one.zh for one in template_columns(STAY) if one.name == column), None)
    headers = [header if one == original else one for one in HEADERS]
    if original is None:
        headers.append(header)
    found = map_headers(STAY, headers)
    if column is None:
        assert found.extra == (header,)
        return
    assert found.columns[column] == header
    assert found.renamed == (((header, original),) if said else ())
    assert found.missing == ()


def test_a_missing_required_column_is_named_and_an_optional_one_is_not_missed() -> None:
    found = map_headers(STAY, [one for one in HEADERS if one not in ("总费用", "备注")])
    assert [column.zh for column in found.missing] == ["总费用"]


def test_a_header_that_stands_twice_counts_once() -> None:
    found = map_headers(STAY, [*HEADERS, "总费用"])
    assert found.repeated == ("总费用",)
    assert found.columns["fee"] == "总费用"


def test_two_columns_do_not_share_one_header() -> None:
    found = map_headers(STAY, HEADERS)
    assert len(set(found.columns.values())) == len(found.columns)
