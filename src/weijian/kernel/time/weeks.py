"""Numbered weeks: ISO 8601 (the product's own) and the MMWR weeks of United States surveillance files."""

from __future__ import annotations

from datetime import date, timedelta

THURSDAY = 3


def iso_week(day: date) -> tuple[int, int]:
    """(ISO year, week 1–53) of a civil date; the week runs Monday to Sunday."""
    year, week, _ = day.isocalendar()
    return year, week


def iso_week_start(year: int, week: int) -> date:
    """Monday of an ISO week. Raises ``ValueError`` for a week that the year has not."""
    return date.fromisocalendar(year, week, 1)


def iso_weeks_in_year(year: int) -> int:
    """52 or 53 (28 December is always in the last week)."""
    return date(year, 12, 28).isocalendar().week


def thursday_of(day: date) -> date:
    """The Thursday of the ISO week of ``day``: the day that decides which month or year a week belongs to."""
    return day + timedelta(days=THURSDAY - day.weekday())


def mmwr_week(day: date) -> tuple[int, int]:
    """(year, week 1–53) by the MMWR rule: Sunday to Saturday, the year of its Wednesday.

    Source: US CDC, MMWR Week Fact Sheet (the first week has at least four days in the year).
    """
    wednesday = day + timedelta(days=3 - (day.weekday() + 1) % 7)
    return wednesday.year, (wednesday.timetuple().tm_yday - 1) // 7 + 1


def mmwr_week_start(year: int, week: int) -> date:
    """Sunday of an MMWR week. Raises ``ValueError`` for a week that the year has not."""
    january_4 = date(year, 1, 4)
    start = january_4 - timedelta(days=(january_4.weekday() + 1) % 7) + timedelta(weeks=week - 1)
    if mmwr_week(start) != (year, week):
        raise ValueError(f"year {year} has no MMWR week {week}")
    return start


def mmwr_weeks_in_year(year: int) -> int:
    """52 or 53 (28 December is always in the last week)."""
    return mmwr_week(date(year, 12, 28))[1]
