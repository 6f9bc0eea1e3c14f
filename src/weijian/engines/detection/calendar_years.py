"""Calendar steps on day numbers as R's ``seq.Date`` takes them: an impossible date overflows into the next month."""

from __future__ import annotations

import datetime as dt

_EPOCH = dt.date(1970, 1, 1).toordinal()


def day_number(year: int, month: int, day: int) -> int:
    """Day number of a date whose month may be any integer and whose day may overflow (31 April is 1 May)."""
    year, month0 = year + (month - 1) // 12, (month - 1) % 12
    return dt.date(year, month0 + 1, 1).toordinal() - _EPOCH + day - 1


def civil_date(day: int) -> dt.date:
    """The date of a day number since 1970-01-01."""
    return dt.date.fromordinal(day + _EPOCH)


def years_back(day: int, years: int) -> int:
    """The same calendar day ``years`` ago; 29 February becomes 1 March in a common year."""
    date = civil_date(day)
    return day_number(date.year - years, date.month, date.day)


def months_on(day: int, months: int) -> int:
    """The same day of the month ``months`` later (negative: earlier), overflowing like R."""
    date = civil_date(day)
    return day_number(date.year, date.month + months, date.day)
