"""How a period reads in a Chinese document and in English."""

from __future__ import annotations

from datetime import date

from weijian.kernel.time.kinds import PeriodKind
from weijian.kernel.time.weeks import iso_week

_K = PeriodKind
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_QUARTERS_ZH = "一二三四"
_XUN_ZH = "上中下"


def _day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _month_en(day: date) -> str:
    return f"{_MONTHS_EN[day.month - 1]} {day.year}"


def _day_en(day: date) -> str:
    return f"{day.day} {_month_en(day)}"


def label_zh(kind: PeriodKind, start: date, end: date) -> str:
    """Chinese label, for example ``2017年7月中旬`` or ``2017年1—7月``."""
    year = f"{end.year}年"
    match kind:
        case _K.YEAR:
            return year
        case _K.HALF:
            return year + ("上半年" if end.month == 6 else "下半年")
        case _K.QUARTER:
            return f"{year}第{_QUARTERS_ZH[end.month // 3 - 1]}季度"
        case _K.MONTH:
            return f"{year}{end.month}月"
        case _K.XUN:
            return f"{year}{end.month}月{_XUN_ZH[start.day // 10]}旬"
        case _K.WEEK:
            iso_year, week = iso_week(start)
            return f"{iso_year}年第{week}周"
        case _K.DAY:
            return _day_zh(end)
        case _K.YEAR_TO_DATE:
            return f"{year}1月累计" if end.month == 1 else f"{year}1—{end.month}月"
        case _K.TRAILING_12M:
            return f"截至{year}{end.month}月的12个月"
        case _K.AS_OF:
            return f"截至{_day_zh(end)}"


def label_en(kind: PeriodKind, start: date, end: date) -> str:
    """English label, for example ``11–20 July 2017`` or ``January–July 2017``."""
    match kind:
        case _K.YEAR:
            return str(end.year)
        case _K.HALF:
            return f"{'first' if end.month == 6 else 'second'} half of {end.year}"
        case _K.QUARTER:
            return f"Q{end.month // 3} {end.year}"
        case _K.MONTH:
            return _month_en(end)
        case _K.XUN:
            return f"{start.day}–{_day_en(end)}"
        case _K.WEEK:
            iso_year, week = iso_week(start)
            return f"week {week} of {iso_year}"
        case _K.DAY:
            return _day_en(end)
        case _K.YEAR_TO_DATE:
            return f"{_month_en(end)} (cumulative)" if end.month == 1 else f"January–{_month_en(end)}"
        case _K.TRAILING_12M:
            return f"12 months to {_month_en(end)}"
        case _K.AS_OF:
            return f"as of {_day_en(end)}"
