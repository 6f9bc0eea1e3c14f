"""The fourfold table: the value that every measure of effect, test and screening statistic takes, checked once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from weijian.engines.detection.linelist.estimate import check_count


@dataclass(frozen=True)
class TwoByTwo:
    """Counts of persons by exposure and illness.

    ============  =====  ========
    \\             ill    not ill
    ============  =====  ========
    exposed       ``a``  ``b``
    not exposed   ``c``  ``d``
    ============  =====  ========

    For a screening test read *exposed* as test positive and *ill* as truly ill. Refuses negative, fractional and
    missing counts (``linelist.count``).
    """

    a: int
    b: int
    c: int
    d: int

    def __post_init__(self) -> None:
        for name in ("a", "b", "c", "d"):
            object.__setattr__(self, name, check_count(getattr(self, name), name))

    @property
    def exposed(self) -> int:
        """Persons exposed, a + b."""
        return self.a + self.b

    @property
    def unexposed(self) -> int:
        """Persons not exposed, c + d."""
        return self.c + self.d

    @property
    def ill(self) -> int:
        """Persons ill, a + c."""
        return self.a + self.c

    @property
    def well(self) -> int:
        """Persons not ill, b + d."""
        return self.b + self.d

    @property
    def total(self) -> int:
        """All persons in the table."""
        return self.a + self.b + self.c + self.d

    @property
    def swapped(self) -> TwoByTwo:
        """The same persons with exposed and not exposed exchanged: every ratio becomes its reciprocal."""
        return TwoByTwo(self.c, self.d, self.a, self.b)

    @classmethod
    def of_flags(cls, pairs: Iterable[tuple[bool | None, bool | None]]) -> tuple[TwoByTwo, int]:
        """The table of (exposed, ill) pairs, and how many pairs were left out because either is unknown."""
        cells = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
        unknown = 0
        for exposed, ill in pairs:
            if exposed is None or ill is None:
                unknown += 1
            else:
                cells[exposed, ill] += 1
        table = cls(cells[True, True], cells[True, False], cells[False, True], cells[False, False])
        return table, unknown
