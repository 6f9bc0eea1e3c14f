"""One estimate with its interval, and the checks of counts and levels that every statistic of a line list shares.
Kept apart so that each statistic returns the same shape and refuses bad input in the same words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import norm

from weijian.kernel.errors import WeijianError


@dataclass(frozen=True)
class Estimate:
    """A point estimate and its two-sided confidence interval.

    ``value``, ``lower`` and ``upper`` are in the unit of the measure (a proportion, a ratio, a rate); ``nan`` means
    not defined for these counts and ``inf`` unbounded. ``note`` says why when something is not defined.
    """

    value: float
    lower: float
    upper: float
    level: float
    method: str
    note: str = ""

    def as_dict(self) -> dict[str, float | str | None]:
        """The estimate as JSON data: ``null`` for not defined, the string ``"Infinity"`` for unbounded."""
        data: dict[str, float | str | None] = {
            "value": json_number(self.value),
            "lower": json_number(self.lower),
            "upper": json_number(self.upper),
            "level": self.level,
            "method": self.method,
        }
        if self.note:
            data["note"] = self.note
        return data


def json_number(number: float) -> float | str | None:
    """A float that strict JSON can carry: ``None`` for nan, ``"Infinity"`` or ``"-Infinity"`` for the infinities."""
    if math.isnan(number):
        return None
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return number


def check_level(level: float) -> float:
    """The confidence level, refused unless strictly between 0 and 1 (``linelist.level``)."""
    if not 0.0 < level < 1.0:
        raise WeijianError(
            "linelist.level",
            f"The confidence level must lie between 0 and 1, not {level}.",
            fix="Give 0.95 for a 95 % interval.",
        )
    return level


def normal_quantile(level: float) -> float:
    """The two-sided standard normal quantile z of a confidence level (1.959964 at 0.95)."""
    return float(norm.ppf(0.5 * (1.0 + check_level(level))))


def check_count(count: float, name: str) -> int:
    """A count as an integer; negative, fractional and missing counts are refused (``linelist.count``)."""
    if not math.isfinite(count) or count < 0 or count != int(count):
        raise WeijianError(
            "linelist.count",
            f"{name} must be a whole number of zero or more, not {count}.",
            where=name,
            fix="Give counts of persons, not rates or percentages.",
        )
    return int(count)


def check_choice(value: str, allowed: tuple[str, ...], name: str) -> str:
    """One of the allowed words, else an error that lists them (``linelist.choice``)."""
    if value not in allowed:
        raise WeijianError(
            "linelist.choice",
            f"{name} “{value}” is not known.",
            where=name,
            fix="Choose one of: " + ", ".join(allowed) + ".",
        )
    return value
