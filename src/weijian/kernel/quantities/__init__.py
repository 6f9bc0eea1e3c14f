"""Exact quantities: rounding, printing in the documents' style, wording of change, and reading print back."""

from weijian.kernel.quantities.change import ChangeStyle, direction_word
from weijian.kernel.quantities.published import PublishedNumber, parse_published, within_rounding
from weijian.kernel.quantities.rounding import (
    Number,
    exact,
    from_float,
    growth_rate,
    ratio,
    round_half_up,
    to_decimal,
)
from weijian.kernel.quantities.style import PER_100_000, PER_MILLE, PERCENT, NumberStyle

__all__ = [
    "PERCENT",
    "PER_100_000",
    "PER_MILLE",
    "ChangeStyle",
    "Number",
    "NumberStyle",
    "PublishedNumber",
    "direction_word",
    "exact",
    "from_float",
    "growth_rate",
    "parse_published",
    "ratio",
    "round_half_up",
    "to_decimal",
    "within_rounding",
]
