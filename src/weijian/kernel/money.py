"""Money as whole fen (分), read from what clerks type and printed in yuan, 万元 or 亿元."""

from __future__ import annotations

import re
from fractions import Fraction

from weijian.kernel.errors import WeijianError
from weijian.kernel.quantities.rounding import Number, exact, round_half_up
from weijian.kernel.quantities.style import NumberStyle, Scale
from weijian.kernel.text import to_half_width

FEN_PER_YUAN = 100
_AMOUNT = re.compile(
    r"[¥￥]?\s*(?P<sign>-)?\s*[¥￥]?\s*(?P<yuan>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<rest>[0-9]*))?"
    r"\s*(?P<unit>万元|亿元|元)?"
)
_FACTORS = {None: 1, "元": 1, "万元": 10**4, "亿元": 10**8}


def parse_fen(text: str) -> int:
    """Fen of an amount such as ``1,234.50``, ``¥1234.5``, ``１２３４.５元`` or ``519.2万元``.

    Raises :class:`WeijianError` ``money.amount`` for other text and ``money.precision`` for parts of a fen.
    """
    match = _AMOUNT.fullmatch(to_half_width(text).replace("−", "-").strip())
    if match is None:
        raise WeijianError("money.amount", "This is not an amount of money.", fix="Write 1234.50 or 1,234.50.")
    rest = match["rest"] or ""
    yuan = Fraction(int(match["yuan"].replace(",", "") + rest), 10 ** len(rest)) * _FACTORS[match["unit"]]
    fen = yuan * FEN_PER_YUAN
    if fen.denominator != 1:
        raise WeijianError("money.precision", "An amount has parts of a fen.", fix="Give at most two decimals.")
    return -fen.numerator if match["sign"] else fen.numerator


def format_fen(fen: Number, lang: str = "zh", *, scale: Scale = "none", decimals: int = 2, trim: bool = False) -> str:
    """Fen (also an exact average) in yuan: ``7,079.35元``, with ``scale`` ``519.2万元`` or ``5.19亿元``."""
    style = NumberStyle("元", "yuan", scale=scale, decimals=decimals, trim=trim, grouping=True)
    return style.format(to_yuan(fen), lang)


def to_yuan(fen: Number) -> Fraction:
    """Exact yuan of an amount in fen."""
    return exact(fen) / FEN_PER_YUAN


def from_yuan(yuan: Number) -> int:
    """Whole fen of an amount in yuan, rounded half up."""
    return int(round_half_up(exact(yuan) * FEN_PER_YUAN))
