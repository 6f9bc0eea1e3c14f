"""Small numbers are withheld, and so is what would give them away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from weijian.engines.measures.suppression import withheld, withheld_in_table


def test_primary_and_secondary() -> None:
    assert withheld({"a": 3, "b": 40, "c": 9}, 5) == {"a", "c"}  # alone, a would follow from the total
    assert withheld({"a": 3, "b": 4, "c": 9}, 5) == {"a", "b"}
    assert withheld({"a": 1, "b": 1, "c": 9, "d": 20}, 5) == {"a", "b", "c"}  # together 2 would be small itself
    assert withheld({"a": 0, "b": 5, "c": None}, 5) == set()  # a zero is told
    assert withheld({"a": 3, "b": 40}, 5, total_published=False) == {"a"}
    assert withheld({"a": 3}, 5) == {"a"}
    assert withheld({}, 5) == set()


_LINES = st.dictionaries(st.integers(0, 20), st.integers(0, 30), max_size=12)


@given(_LINES, st.integers(2, 10))
def test_no_withheld_cell_follows_from_the_total(counts: dict[int, int], threshold: int) -> None:
    hidden = withheld(counts, threshold)
    small = {key for key, count in counts.items() if 0 < count < threshold}
    assert small <= hidden
    left = [key for key, count in counts.items() if count > 0 and key not in hidden]
    if hidden and left:
        assert len(hidden) >= 2 and sum(counts[key] for key in hidden) >= threshold


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 12), max_size=20))
def test_no_line_of_a_table_has_a_single_withheld_cell(counts: dict[tuple[int, int], int]) -> None:
    hidden = withheld_in_table(counts, 5)
    for axis in (0, 1):
        for line in {key[axis] for key in counts}:
            cells = {key for key in counts if key[axis] == line}
            others = [key for key in cells - hidden if counts[key] > 0]
            assert len(cells & hidden) != 1 or not others
