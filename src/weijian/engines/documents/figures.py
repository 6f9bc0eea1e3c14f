"""A figure on its way into a document: the key it is asked for by, and the value with its evidence that comes back."""

from __future__ import annotations

import base64
import enum
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from weijian.definitions.documents import FigureScope


class Change(enum.StrEnum):
    """The figure itself, or its change: as a rate (now − before) ÷ before, or as a difference now − before."""

    NONE = ""
    YEAR_RATE = "yoy.rate"
    YEAR_DIFFERENCE = "yoy.difference"
    PERIOD_RATE = "mom.rate"
    PERIOD_DIFFERENCE = "mom.difference"


class FigureState(enum.StrEnum):
    """What the lookup could say."""

    COMPUTED = "computed"
    GAP = "gap"  # no records carry it
    SUPPRESSED = "suppressed"  # small-number rule


@dataclass(frozen=True)
class FigureKey:
    """What is asked of the measure engine. For a change, ``change`` says against which period and how."""

    measure: str
    scope: FigureScope = field(default_factory=FigureScope)
    change: Change = Change.NONE

    def __str__(self) -> str:
        scope = [self.scope.period]
        scope += [
            f"{name}={value}"
            for name, value in (("area", self.scope.area), ("organisation", self.scope.organisation))
            if value
        ]
        scope += [f"{name}={value}" for name, value in self.scope.dimensions]
        return f"{self.measure}@{','.join(scope)}" + (f";{self.change.value}" if self.change else "")


@dataclass(frozen=True)
class FigureValue:
    """A figure with its evidence.

    Attributes
    ----------
    value
        Exact, in ``unit``; None unless the state is computed.
    unit
        ``1`` for a ratio, ``%``, ``‰``, ``/万``, ``/10万``, ``分`` or ``元`` for money, else a counting word
        (``人次``). A change as a rate comes in ``1``; a difference in the unit of its measure.
    preliminary
        Whether data beneath it still wait for signatures (初步数); said beside the figure, not part of its value.
    name, basis
        Chinese name of the measure, and its population and date basis, for the trace table.
    """

    state: FigureState
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    unit: str = "1"
    snapshot: str = ""
    definition_fingerprint: str = ""
    trace_code: str = ""
    reason: str = ""
    name: str = ""
    basis: str = ""
    preliminary: bool = False

    def __post_init__(self) -> None:
        if (self.state is FigureState.COMPUTED) != (self.value is not None):
            raise ValueError("a computed figure has a value, and no other has")
        if self.value is not None and not self.value.is_finite():
            raise ValueError("a figure is a finite number")


Lookup = Callable[[FigureKey], FigureValue]


def trace_code(key: FigureKey, definition_fingerprint: str, snapshot: str) -> str:
    """Ten characters (50 bits) that name key, definition and snapshot together, the same everywhere."""
    digest = hashlib.sha256("\n".join((str(key), definition_fingerprint, snapshot)).encode()).digest()
    # Crockford's alphabet: no I, L, O, U, so that a code read out over the telephone is not misheard.
    standard, crockford = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return base64.b32encode(digest)[:10].decode().translate(str.maketrans(standard, crockford))
