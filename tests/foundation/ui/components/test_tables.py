"""Tables: what an address asks for, and the addresses that a table offers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weijian.foundation.ui.components import Cell, Column, ExportLink, Figure, FilterChip, Row, TableQuery, TableState

COLUMNS = (
    Column("name", "机构", sortable=True, optional=False),
    Column("visits", "人次", "number", sortable=True),
    Column("state", "状态", "status"),
)


def table(params: dict[str, list[str]], **more: object) -> TableState:
    query = TableQuery.read(params, COLUMNS, sort="-visits", page_size=10)
    rows = [Row(("甲", Figure.count(3), "已报"))]
    return TableState("t", "机构", COLUMNS, rows, query, **{"total": 95, **more})  # type: ignore[arg-type]


def asked(url: str) -> dict[str, list[str]]:
    return parse_qs(url.removeprefix("?"))


def test_defaults_hold_when_the_address_asks_nothing() -> None:
    query = TableQuery.read({}, COLUMNS, sort="-visits")
    assert (query.sort, query.descending, query.page, query.offset) == ("visits", True, 1, 0)
    assert query.visible == ("name", "visits", "state")


@pytest.mark.parametrize("sort", ["password", "-state", "--", "visits;drop"])
def test_a_column_that_cannot_be_sorted_falls_back(sort: str) -> None:
    assert TableQuery.read({"sort": [sort]}, COLUMNS, sort="name").sort == "name"


@pytest.mark.parametrize(("page", "read"), [("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("٣", 1), ("99999999999", 1)])
def test_impossible_pages_are_the_first(page: str, read: int) -> None:
    assert TableQuery.read({"page": [page]}, COLUMNS).page == read


@given(st.dictionaries(st.sampled_from(["sort", "page", "cols", "q"]), st.lists(st.text(max_size=12), max_size=3)))
def test_no_address_makes_reading_fail_or_hides_a_required_column(params: dict[str, list[str]]) -> None:
    query = TableQuery.read(params, COLUMNS, sort="name")
    assert "name" in query.visible
    assert query.page >= 1
    assert query.sort in ("name", "visits")


def test_choosing_columns_keeps_the_required_one() -> None:
    state = table({"cols": ["state"]})
    assert [head.column.key for head in state.heads] == ["name", "state"]
    assert [[column.key for column, _ in cells] for _, cells in state.lines] == [["name", "state"]]


def test_sorting_again_turns_the_order_round_and_goes_to_the_first_page() -> None:
    state = table({"sort": ["-visits"], "page": ["4"], "kind": ["h"]})
    visits = state.heads[1]
    assert visits.sorted == "descending"
    assert asked(visits.sort_url) == {"sort": ["visits"], "kind": ["h"]}


def test_numbers_are_first_sorted_from_the_largest_and_words_from_the_first() -> None:
    state = table({"sort": ["name"]})
    assert asked(state.heads[1].sort_url)["sort"] == ["-visits"]
    assert asked(table({}).heads[0].sort_url)["sort"] == ["name"]


def test_a_column_without_sorting_offers_no_address() -> None:
    assert table({}).heads[2].sort_url == ""


def test_export_carries_filters_order_and_columns_but_no_page() -> None:
    state = table({"kind": ["h", "c"], "page": ["3"], "cols": ["visits"]}, exports=[ExportLink("Excel", "/x.xlsx")])
    label, url = state.export_links[0]
    assert label == "Excel"
    assert asked(url.partition("?")[2]) == {"kind": ["h", "c"], "cols": ["visits"]}


def test_removing_a_chip_removes_only_its_filter() -> None:
    chips = [FilterChip("类别", "医院", "kind"), FilterChip("名称", "市桥", "q")]
    state = table({"kind": ["h"], "q": ["市桥"]}, chips=chips)
    assert asked(state.chip_links[0][1]) == {"q": ["市桥"]}
    assert asked(state.clear_url) == {}
    assert state.filtered


def test_pages_show_both_ends_and_the_neighbours() -> None:
    state = table({"page": ["5"]})
    assert [number for number, _ in state.page_links] == [1, None, 3, 4, 5, 6, 7, None, 10]
    assert state.pages == 10
    assert (state.first, state.last) == (41, 41)


def test_first_and_last_page_have_one_neighbour() -> None:
    assert table({}).previous_url == ""
    assert table({"page": ["10"]}).next_url == ""


def test_an_unknown_total_offers_a_next_page_only_after_a_full_one() -> None:
    query = TableQuery.read({}, COLUMNS, page_size=2)
    row = Row(("甲", 1, "已报"))
    assert TableState("t", "机构", COLUMNS, [row], query).next_url == ""
    assert asked(TableState("t", "机构", COLUMNS, [row, row], query).next_url) == {"page": ["2"]}


def test_a_row_with_too_few_cells_is_an_error_not_a_shift() -> None:
    query = TableQuery.read({}, COLUMNS)
    broken = TableState("t", "机构", COLUMNS, [Row(("甲", 1))], query)
    with pytest.raises(ValueError, match="zip"):
        _ = broken.lines


@pytest.mark.parametrize(
    ("value", "field"),
    [(date(2017, 1, 5), "day"), (datetime(2017, 1, 5, tzinfo=UTC), "day"), (12, "figure"), (Figure(1), "figure")],
)
def test_cells_choose_their_drawing_by_type(value: object, field: str) -> None:
    assert getattr(Cell.of(value), field) is not None


def test_none_becomes_an_empty_cell() -> None:
    assert Cell.of(None).text == ""
