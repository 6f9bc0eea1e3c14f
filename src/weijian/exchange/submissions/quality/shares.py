"""The five shares of quality as numbers that can be added up: over months, over institutions, to the district."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction

#: Equal weights: no national rule ranks the five, and a bureau reads the parts beside the score.
DIMENSIONS = ("completeness", "validity", "timeliness", "consistency", "uniqueness")


@dataclass(frozen=True)
class Tally:
    """What receipts and periods say of one institution and period."""

    due: int = 0  # periods owed whose due day has come
    sent: int = 0  # of these, sent or said to be zero
    first_sent: int = 0  # periods that have been sent at all
    in_time: int = 0  # of these, by the due day
    received: int = 0  # rows of accepted files; files sent again byte for byte are left out
    quarantined: int = 0
    accepted: int = 0
    warned: int = 0
    duplicate: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)})


@dataclass(frozen=True)
class Share:
    """Part of a whole; nothing can be said where the whole is nothing."""

    part: int
    whole: int

    @property
    def value(self) -> Fraction | None:
        """Between 0 and 1, None where nothing could be judged."""
        return Fraction(self.part, self.whole) if self.whole else None


def shares_of(tally: Tally) -> Mapping[str, Share]:
    """``completeness``: periods owed and due that were sent or said to be zero. ``validity``: received rows not
    quarantined. ``timeliness``: sent periods that came by the due day. ``consistency``: accepted rows without a warning.
    ``uniqueness``: received rows that were no duplicates of earlier ones.
    """
    return {
        "completeness": Share(tally.sent, tally.due),
        "validity": Share(tally.received - tally.quarantined, tally.received),
        "timeliness": Share(tally.in_time, tally.first_sent),
        "consistency": Share(tally.accepted - tally.warned, tally.accepted),
        "uniqueness": Share(tally.received - tally.duplicate, tally.received),
    }


def score_of(shares: Mapping[str, Share]) -> Fraction | None:
    """Mean of the shares that could be judged, in points of 100; None where none could."""
    judged = [share.value for share in shares.values() if share.value is not None]
    return 100 * sum(judged, Fraction(0)) / len(judged) if judged else None


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of several."""
    return sum(tallies, Tally())
