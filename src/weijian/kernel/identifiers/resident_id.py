"""The resident identity number (公民身份号码): its check digit, and the birth date, sex and area in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

# GB 11643-1999: weight 2^(18-i) mod 11 of position i; check character of their sum (ISO 7064 MOD 11-2).
CHECK_WEIGHTS: tuple[int, ...] = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
# No living or recorded person of this system was born before 1800; a number that says so is mistyped.
EARLIEST_BIRTH_YEAR = 1800

Reason = Literal["length", "characters", "birth_date", "check_digit"]

_SHAPE_18 = re.compile(r"[1-9][0-9]{16}[0-9X]")
_SHAPE_15 = re.compile(r"[1-9][0-9]{14}")


@dataclass(frozen=True, slots=True)
class ResidentIdCheck:
    """Outcome for one number: valid where ``reasons`` is empty; the parts are None where they cannot be read.

    ``area`` is the six-digit GB/T 2260 code at the time of first issue, ``sex`` a GB/T 2261.1 code (1 or 2).
    """

    reasons: tuple[Reason, ...]
    birth_date: date | None = None
    sex: str | None = None
    area: str | None = None

    @property
    def valid(self) -> bool:
        """True where nothing is wrong with the number."""
        return not self.reasons


def check_resident_id(number: str, on: date | None = None) -> ResidentIdCheck:
    """Check an 18-digit number, or a 15-digit one of the first generation (no check digit).

    ``number`` must be normalised (``kernel.text.normalise_document_number``): half-width, upper case, no
    blanks. With ``on``, a birth after that day is a ``birth_date`` reason. Source: GB 11643-1999.
    """
    if len(number) not in (15, 18):
        return ResidentIdCheck(("length",))
    shape = _SHAPE_18 if len(number) == 18 else _SHAPE_15
    if not shape.fullmatch(number):
        return ResidentIdCheck(("characters",))
    full = number if len(number) == 18 else upgrade_15_to_18(number)
    birth = _birth_date(full)
    reasons: list[Reason] = []
    if birth is None or (on is not None and birth > on):
        reasons.append("birth_date")
    if check_character(full[:17]) != full[17]:
        reasons.append("check_digit")
    return ResidentIdCheck(tuple(reasons), birth, "1" if int(full[16]) % 2 else "2", full[:6])


def check_character(first_17: str) -> str:
    """Check character of the first seventeen digits. Raises ``ValueError`` for anything but 17 digits."""
    if len(first_17) != 17 or not (first_17.isascii() and first_17.isdigit()):
        raise ValueError("seventeen digits are needed")
    total = sum(weight * int(digit) for weight, digit in zip(CHECK_WEIGHTS, first_17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def upgrade_15_to_18(number: str) -> str:
    """The 18-digit number of a 15-digit one: century 19 put in, check character added (GB 11643-1999).

    Raises ``ValueError`` where ``number`` is not fifteen digits.
    """
    if not _SHAPE_15.fullmatch(number):
        raise ValueError("fifteen digits are needed")
    first_17 = number[:6] + "19" + number[6:]
    return first_17 + check_character(first_17)


def make_resident_id(area: str, birth: date, sequence: int) -> str:
    """A valid number from its parts; an odd ``sequence`` (1–999) is male. For the synthetic world."""
    return (first := f"{area}{birth:%Y%m%d}{sequence:03d}") + check_character(first)


def _birth_date(number: str) -> date | None:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    if year < EARLIEST_BIRTH_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
