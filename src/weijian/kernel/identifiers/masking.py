"""Personal values as they may be printed in a receipt, a quarantine list or on a screen."""

from __future__ import annotations

MASK = "*"


def mask_id(number: str) -> str:
    """Document number with its first three and last two characters left (birth date and order hidden).

    A text of up to six characters shows only its first, so that nothing short is given away whole.
    """
    if len(number) <= 6:
        return number[:1] + MASK * max(len(number) - 1, 0)
    return number[:3] + MASK * (len(number) - 5) + number[-2:]


def mask_name(name: str) -> str:
    """Name with only its first character left (王小明 → 王**)."""
    return name[:1] + MASK * max(len(name) - 1, 0)


def mask_phone(number: str) -> str:
    """Telephone number with its middle hidden (13812345678 → 138****5678); shorter ones show the last two."""
    if len(number) < 11:
        return MASK * max(len(number) - 2, 0) + number[-2:] if len(number) > 4 else MASK * len(number)
    return number[:3] + MASK * (len(number) - 7) + number[-4:]
