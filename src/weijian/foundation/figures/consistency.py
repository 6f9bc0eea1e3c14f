"""Holds published figures of one document against each other: where they contradict, the report says so.

Every published number stands for an interval, half a unit of its last printed digit to either side; a contradiction is
stated only where the intervals leave no way out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from weijian import content
from weijian.kernel.errors import WeijianError

#: Scale of a rate by its printed unit.
_SCALES = {"%": 100, "‰": 1000, "1/10万": 100_000}
#: Two populations under one name may differ by this much before it is called a contradiction (years end, averages).
_TOLERANCE = Fraction(1, 50)


@dataclass(frozen=True)
class Interval:
    """What a rounded number may stand for; both ends are possible."""

    low: Fraction
    high: Fraction

    def meets(self, other: Interval, tolerance: Fraction = Fraction(0)) -> bool:
        """Whether one value can be both, give or take a share of it."""
        return self.low * (1 - tolerance) <= other.high and other.low * (1 - tolerance) <= self.high


@dataclass(frozen=True)
class Finding:
    """One check of a document: ``consistent`` or ``contradiction``, with the numbers that show it."""

    id: str
    verdict: str
    zh: str
    en: str
    shown_zh: str
    shown_en: str
    figures: tuple[str, ...]


def check_document(document: str = "000") -> list[Finding]:
    """All consistency checks of a published document, contradictions first."""
    published = {row["id"]: row for row in content.read_csv(f"figures/document_{document}.csv")}
    found = []
    for row in content.read_csv("figures/consistency.csv"):
        if row["document"] != document:
            continue
        check = _CHECKS.get(row["check"])
        if check is None:
            raise WeijianError("figures.check", "There is no such consistency check.", row["check"])
        holds, zh, en = check([_term(text, published) for text in row["figures"].split(";")])
        names = tuple(part for text in row["figures"].split(";") for part in text.replace("/", "+").split("+"))
        found.append(
            Finding(row["id"], "consistent" if holds else "contradiction", row["zh"], row["en"], zh, en, names)
        )
    return sorted(found, key=lambda one: one.verdict == "consistent")


def _term(text: str, published: Mapping[str, Mapping[str, str]]) -> Interval:
    """``a`` a figure, ``a+b`` a sum, ``a/b`` the whole that a count and its rate imply."""
    if "/" in text:
        count, rate = text.split("/")
        return implied_whole(interval(published[count]), _rate(published[rate]))
    parts = [
        _rate(published[one]) if published[one]["unit"] in _SCALES else interval(published[one])
        for one in text.split("+")
    ]
    return Interval(sum((one.low for one in parts), Fraction(0)), sum((one.high for one in parts), Fraction(0)))


def interval(row: Mapping[str, str]) -> Interval:
    """What a published figure may stand for; counts printed in full are exact."""
    value, half = Fraction(row["value"]), Fraction(row["half_unit"])
    exact = half == Fraction(1, 2) and value.denominator == 1
    return Interval(value, value) if exact else Interval(value - half, value + half)


def implied_whole(count: Interval, rate: Interval) -> Interval:
    """The population that a count and its rate (as a share) imply."""
    return Interval(count.low / rate.high, count.high / rate.low)


def _rate(row: Mapping[str, str]) -> Interval:
    scale = _SCALES[row["unit"]]
    value, half = Fraction(row["value"]), Fraction(row["half_unit"])
    return Interval((value - half) / scale, (value + half) / scale)


def _implied_population(terms: list[Interval]) -> tuple[bool, str, str]:
    count, rate, *known = terms
    implied = implied_whole(count, rate)
    others = "、".join(_plain(one) for one in known)
    holds = any(implied.meets(one, _TOLERANCE) for one in known)
    return holds, f"隐含人口 {_plain(implied)};已知人口 {others}", f"implies {_plain(implied)}; known {others}"


def _whole_number(terms: list[Interval]) -> tuple[bool, str, str]:
    total, rate = int(terms[0].low), terms[1]
    low, high = math.ceil(rate.low * total), math.floor(rate.high * total)
    under, over = math.floor(rate.low * total), math.ceil(rate.high * total)
    near = [(part, f"{float(Fraction(part, total) * 100):.2f}%") for part in sorted({under, over})]
    text = ";".join(f"{part}/{total} = {share}" for part, share in near)
    return low <= high, text, text


def _same_population(terms: list[Interval]) -> tuple[bool, str, str]:
    one, other = terms
    return one.meets(other, _TOLERANCE), f"{_plain(one)} 与 {_plain(other)}", f"{_plain(one)} and {_plain(other)}"


def _at_most(terms: list[Interval]) -> tuple[bool, str, str]:
    part, whole = terms
    return part.low <= whole.high, f"{_plain(part)} 与 {_plain(whole)}", f"{_plain(part)} of {_plain(whole)}"


def _sum(terms: list[Interval]) -> tuple[bool, str, str]:
    parts, total = terms
    return parts.meets(total), f"{_plain(parts)} 与 {_plain(total)}", f"{_plain(parts)} and {_plain(total)}"


def _growth(terms: list[Interval]) -> tuple[bool, str, str]:
    """Whether some whole number last year gives this year's and the printed change."""
    now, change = terms
    low, high = math.ceil(now.low / (1 + change.high)), math.floor(now.high / (1 + change.low))
    text = f"{low}" if low <= high else f"{float(now.low / (1 + change.high)):.3f}"
    return low <= high, f"上年 {text}", f"last year {text}"


def _plain(one: Interval) -> str:
    low, high = float(one.low), float(one.high)
    if one.low == one.high:
        return f"{low:,.0f}" if one.low.denominator == 1 else f"{low:,.4f}"
    return f"{low:,.0f}–{high:,.0f}"


_CHECKS: dict[str, Callable[[list[Interval]], tuple[bool, str, str]]] = {
    "implied_population": _implied_population,
    "whole_number": _whole_number,
    "same_population": _same_population,
    "subset": _at_most,
    "at_most": _at_most,
    "sum": _sum,
    "growth": _growth,
}
