"""Figures read back from printed text, with the half unit that their rounding leaves open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from weijian.kernel.errors import WeijianError
from weijian.kernel.quantities.rounding import Number, exact
from weijian.kernel.quantities.style import WAN, YI
from weijian.kernel.text import to_half_width

_FIGURE = re.compile(
    r"(?P<sign>[-−+])?(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    r"\s*(?P<more>余|多)?\s*(?P<scale>万|亿)?(?P<more_after>余|多)?"
    r"\s*(?P<unit>%|‰|/10万|/100,000|个百分点|[^\W\d_]*)"
)
_FALL_WORDS = ("下降", "减少", "降低", "回落", "负增长", "down", "decrease", "fell")
_SCALES = {None: 1, "万": WAN, "亿": YI}


@dataclass(frozen=True, slots=True)
class PublishedNumber:
    """A printed figure: value, half a unit of its last printed digit, unit, whether it says 余."""

    value: Decimal
    half_unit: Decimal
    unit: str
    at_least: bool = False


def parse_published(text: str) -> PublishedNumber:
    """The first figure in a text: ``1297.5万人次`` → 12975000 ± 500 人次; ``下降10.77%`` → −10.77 ± 0.005 %.

    Full-width digits are read. Raises :class:`WeijianError` ``quantities.no_figure`` where there is none.
    """
    plain = to_half_width(text)
    match = _FIGURE.search(plain)
    if match is None:
        raise WeijianError("quantities.no_figure", f"“{text}” holds no figure.")
    digits = match["number"].replace(",", "")
    scale = _SCALES[match["scale"]]
    places = len(digits.partition(".")[2])
    falls = any(word in plain[: match.start()] for word in _FALL_WORDS)
    sign = -1 if (match["sign"] in ("-", "−")) != falls else 1
    return PublishedNumber(
        value=sign * Decimal(digits) * scale,
        half_unit=Decimal(5).scaleb(-places - 1) * scale,
        unit=match["unit"],
        at_least=bool(match["more"] or match["more_after"]),
    )


def within_rounding(computed: Number, published_value: Number, half_unit: Number) -> bool:
    """True where ``computed`` lies within half a unit of the last printed digit, both ends included."""
    return abs(exact(computed) - exact(published_value)) <= exact(half_unit)
