"""The unified social credit code (统一社会信用代码) of an organisation and its check character."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# GB 32100-2015: thirty-one characters (no I, O, S, V, Z), weight 3^(i-1) mod 31 of position i.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: tuple[int, ...] = tuple(pow(3, place, 31) for place in range(17))

CreditCodeReason = Literal["length", "characters", "check_digit"]


@dataclass(frozen=True, slots=True)
class CreditCodeCheck:
    """Outcome for one code: valid where ``reasons`` is empty; ``area`` is the code of the registrar."""

    reasons: tuple[CreditCodeReason, ...]
    area: str | None = None

    @property
    def valid(self) -> bool:
        """True where nothing is wrong with the code."""
        return not self.reasons


def check_credit_code(code: str) -> CreditCodeCheck:
    """Check a normalised (half-width, upper-case) code of eighteen characters. Source: GB 32100-2015."""
    if len(code) != 18:
        return CreditCodeCheck(("length",))
    if any(character not in ALPHABET for character in code) or not code[2:8].isdigit():
        return CreditCodeCheck(("characters",))
    wrong = credit_check_character(code[:17]) != code[17]
    return CreditCodeCheck(("check_digit",) if wrong else (), code[2:8])


def credit_check_character(first_17: str) -> str:
    """Check character of the first seventeen. Raises ``ValueError`` for another length or character."""
    if len(first_17) != 17:
        raise ValueError("seventeen characters are needed")
    total = sum(weight * ALPHABET.index(char) for weight, char in zip(WEIGHTS, first_17, strict=True))
    return ALPHABET[-total % 31]
