"""The small-number rule: counts of persons that could point at somebody are withheld, and what would give them away.

Primary: a count from 1 to below the threshold. Secondary: where a total is published, one withheld cell could be
found by subtraction, so further cells are withheld until at least two are, and until what is withheld together is
not small itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def withheld(counts: Mapping[Key, int | None], threshold: int, *, total_published: bool = True) -> set[Key]:
    """Keys of one line of a table whose counts are withheld; zero and None are told.

    ``total_published`` says that the reader also sees the sum of the line (for example the district's).
    """
    small = {key for key, count in counts.items() if count is not None and 0 < count < threshold}
    if not small or not total_published:
        return small
    others = sorted(
        (key for key, count in counts.items() if count is not None and count > 0 and key not in small),
        key=lambda key: (counts[key] or 0, str(key)),
    )
    hidden = set(small)
    while others and (len(hidden) < 2 or sum(counts[key] or 0 for key in hidden) < threshold):
        hidden.add(others.pop(0))
    return hidden


def withheld_in_table(
    counts: Mapping[tuple[Hashable, Hashable], int | None], threshold: int
) -> set[tuple[Hashable, Hashable]]:
    """The same for a table of rows and columns whose margins are both published: repeated until no line gives a
    cell away."""
    hidden = {key for key, count in counts.items() if count is not None and 0 < count < threshold}
    while True:
        before = len(hidden)
        for axis in (0, 1):
            for line in {key[axis] for key in counts}:
                cells = {key: count for key, count in counts.items() if key[axis] == line}
                hidden |= _completed(cells, hidden & cells.keys(), threshold)
        if len(hidden) == before:
            return hidden


def _completed(
    cells: Mapping[tuple[Hashable, Hashable], int | None], hidden: set[tuple[Hashable, Hashable]], threshold: int
) -> set[tuple[Hashable, Hashable]]:
    if not hidden:
        return set()
    found = set(hidden)
    others = sorted(
        (key for key, count in cells.items() if count is not None and count > 0 and key not in found),
        key=lambda key: (cells[key] or 0, str(key)),
    )
    while others and (len(found) < 2 or sum(cells[key] or 0 for key in found) < threshold):
        found.add(others.pop(0))
    return found
