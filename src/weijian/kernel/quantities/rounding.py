"""Exact rounding half up: published figures are rounded so, and binary floats would not."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

Number = int | Decimal | Fraction
_DIGITS = 60  # more than any quotient here needs, so that a division never decides a tie


def exact(value: Number) -> Fraction:
    """The value as a fraction. Raises ``TypeError`` for a float: call :func:`from_float` to mean one."""
    if isinstance(value, (bool, float)) or not isinstance(value, (int, Decimal, Fraction)):
        raise TypeError(f"an exact number is needed, not {type(value).__name__}")
    return Fraction(value)


def from_float(value: float) -> Decimal:
    """The shortest decimal that names a float (0.1 → 0.1). Raises ``ValueError`` for NaN and infinity."""
    number = Decimal(repr(float(value)))
    if not number.is_finite():
        raise ValueError("a finite number is needed")
    return number


def round_half_up(value: Number, decimals: int = 0) -> Decimal:
    """``value`` rounded to ``decimals`` places, ties away from zero (0.125 → 0.13, −0.125 → −0.13)."""
    number = exact(value)
    scaled = abs(number) * Fraction(10) ** decimals
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    with localcontext() as context:
        context.prec = max(_DIGITS, len(str(units)) + 2)
        rounded = Decimal(units).scaleb(-decimals)
        return -rounded if number < 0 and units else rounded


def ratio(numerator: Number, denominator: Number, per: int = 1) -> Fraction | None:
    """Exact ``numerator / denominator × per`` (100 for %, 1000 for ‰); None where undefined."""
    below = exact(denominator)
    return None if below == 0 else exact(numerator) * per / below


def growth_rate(current: Number, base: Number) -> Fraction | None:
    """Change from ``base`` to ``current`` in per cent, exact; None where the base is zero."""
    below = exact(base)
    return None if below == 0 else (exact(current) - below) * 100 / abs(below)


def to_decimal(value: Number) -> Decimal:
    """The value as a Decimal of up to 60 significant digits (a tie of a repeating fraction cannot arise)."""
    number = exact(value)
    with localcontext() as context:
        context.prec, context.rounding = _DIGITS, ROUND_HALF_UP
        return Decimal(number.numerator) / Decimal(number.denominator)
