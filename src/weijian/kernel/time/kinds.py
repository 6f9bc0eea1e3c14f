"""The kinds of period in which a district reports, with the text code and the names of each."""

from __future__ import annotations

from enum import StrEnum


class PeriodKind(StrEnum):
    """What a period is; the value is the stable name in content, queries and the API."""

    DAY = "day"
    WEEK = "week"  # ISO 8601, Monday to Sunday, the year of its Thursday
    XUN = "xun"  # 旬: days 1–10, 11–20, 21–end of a month
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    YEAR_TO_DATE = "ytd"  # 年初至今累计: January to the named month
    TRAILING_12M = "t12m"  # the twelve months that end with the named month
    AS_OF = "as_of"  # a stock on one day, not a flow over it

    @property
    def label_zh(self) -> str:
        """Name in Chinese."""
        return _NAMES[self][0]

    @property
    def label_en(self) -> str:
        """Name in English."""
        return _NAMES[self][1]


_NAMES: dict[PeriodKind, tuple[str, str]] = {
    PeriodKind.DAY: ("日", "day"),
    PeriodKind.WEEK: ("周", "week"),
    PeriodKind.XUN: ("旬", "ten-day period"),
    PeriodKind.MONTH: ("月", "month"),
    PeriodKind.QUARTER: ("季度", "quarter"),
    PeriodKind.HALF: ("半年", "half-year"),
    PeriodKind.YEAR: ("年", "year"),
    PeriodKind.YEAR_TO_DATE: ("年初至今累计", "year to date"),
    PeriodKind.TRAILING_12M: ("近12个月", "trailing 12 months"),
    PeriodKind.AS_OF: ("截至日", "as of"),
}
