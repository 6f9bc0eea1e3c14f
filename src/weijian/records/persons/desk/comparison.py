"""How far two identities agree, field by field, and what that weighs: the record linkage of Fellegi and Sunter (1969).

Each field adds log2(m/u): m is how often it agrees for one and the same person, u how often for two different ones. u of
a name is its own share among the persons of this district (Winkler 1989), so that a rare name weighs more than a common
one. m and the u of near agreement are the product's own settings and not a national rule; they order candidates for a
person who decides, and never decide by themselves.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA, Levenshtein

from weijian.kernel.text import name_match_key


class Agreement(enum.StrEnum):
    """How two values stand to each other."""

    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"
    MISSING = "missing"


@dataclass(frozen=True)
class Identity:
    """What is compared: the parts of an identity as received."""

    id_type: str
    id_no: str
    name: str
    sex: str
    birth_date: date | None


@dataclass(frozen=True)
class Population:
    """Against what an agreement is weighed: the number of persons, and how many bear the name in question."""

    persons: int
    namesakes: int


@dataclass(frozen=True)
class Comparison:
    """Agreement and weight (bits) by field: ``id_no``, ``name``, ``sex``, ``birth_date``."""

    agreement: dict[str, Agreement]
    weights: dict[str, float]
    persons: int

    @property
    def weight(self) -> float:
        """Sum of the weights in bits; above log2 of the number of persons, the two are rather one than two."""
        return sum(self.weights.values())

    @property
    def odds(self) -> float:
        """That both are one person against that they are two, where before looking each person was equally likely."""
        return float(2 ** max(min(self.weight - math.log2(max(self.persons, 2)), 60.0), -60.0))


#: (m, u) of near agreement and of disagreement by field.
_NEAR = {"id_no": (0.015, 1e-5), "name": (0.04, 0.01), "birth_date": (0.025, 0.003)}
_DIFFERENT = {"id_no": (0.005, 1.0), "name": (0.01, 0.99), "sex": (0.005, 0.5), "birth_date": (0.005, 0.997)}
_SAME_M = {"id_no": 0.98, "name": 0.95, "sex": 0.995, "birth_date": 0.97}

#: Share of persons whose number another person also uses or is noted under, by mistake or on purpose.
_MISUSED = 0.01

#: Days on which somebody living may have been born, for the chance that two dates of birth agree.
_BIRTH_DAYS = 80 * 365.25

#: Document type whose number contains date of birth and sex (GB 11643).
_RESIDENT = "01"


def compare(asked: Identity, known: Identity, among: Population) -> Comparison:
    """Compare two identities."""
    found = {
        "id_no": _numbers(asked, known),
        "name": _names(asked.name, known.name),
        "sex": _equal(asked.sex if asked.sex in "12" else "", known.sex if known.sex in "12" else ""),
        "birth_date": _births(asked.birth_date, known.birth_date),
    }
    persons = max(among.persons, 2)
    chance = {
        "id_no": _MISUSED / persons,
        "name": max(among.namesakes, 1) / persons,
        "sex": 0.5,
        "birth_date": 1 / _BIRTH_DAYS,
    }
    # A resident number carries birth and sex: where it agrees, their agreement says nothing more.
    implied = found["id_no"] is Agreement.SAME and asked.id_type == _RESIDENT
    weights = {}
    for field, agreement in found.items():
        same = agreement is Agreement.SAME
        weights[field] = (
            0.0 if implied and same and field in ("sex", "birth_date") else _weight(field, agreement, chance)
        )
    return Comparison(found, weights, persons)


def best(comparisons: Sequence[Comparison]) -> int:
    """Place of the comparison to show of a subject's several identities: an agreeing number first, then the weight."""
    agree = (Agreement.SAME, Agreement.NEAR)
    return max(
        range(len(comparisons)),
        key=lambda place: (comparisons[place].agreement["id_no"] in agree, comparisons[place].weight),
    )


def probabilities(comparisons: Sequence[Comparison]) -> list[float]:
    """That each candidate is the person: they exclude each other, and that it is none of them stands beside them."""
    whole = 1 + sum(one.odds for one in comparisons)
    return [one.odds / whole for one in comparisons]


def _weight(field: str, agreement: Agreement, chance: dict[str, float]) -> float:
    if agreement is Agreement.MISSING:
        return 0.0
    if agreement is Agreement.SAME:
        m, u = _SAME_M[field], min(chance[field], 0.9)
    else:
        m, u = (_NEAR if agreement is Agreement.NEAR else _DIFFERENT)[field]
    return math.log2(m / u)


def _equal(one: str, other: str) -> Agreement:
    if not one or not other:
        return Agreement.MISSING
    return Agreement.SAME if one == other else Agreement.DIFFERENT


def _numbers(one: Identity, other: Identity) -> Agreement:
    found = _equal(one.id_no, other.id_no)
    if found is Agreement.DIFFERENT and len(one.id_no) > 6 and OSA.distance(one.id_no, other.id_no) == 1:
        return Agreement.NEAR  # one digit mistyped, missing, or two neighbours exchanged
    return found


def _names(one: str, other: str) -> Agreement:
    found = _equal(name_match_key(one), name_match_key(other))
    if found is not Agreement.DIFFERENT:
        return found
    sounds_alike = lazy_pinyin(one) == lazy_pinyin(other)
    one_character = min(len(one), len(other)) > 1 and Levenshtein.distance(one, other) == 1
    return Agreement.NEAR if sounds_alike or one_character else Agreement.DIFFERENT


def _births(one: date | None, other: date | None) -> Agreement:
    if one is None or other is None:
        return Agreement.MISSING
    if one == other:
        return Agreement.SAME
    exchanged = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return Agreement.NEAR if exchanged or OSA.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1 else Agreement.DIFFERENT
