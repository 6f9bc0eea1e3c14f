"""Text codes of periods (``2017-Q3``, ``2017-07YTD``, ``@2017-12-31``): one code for each, and back."""

from __future__ import annotations

import re
from datetime import date

from weijian.kernel.time.errors import PeriodError
from weijian.kernel.time.kinds import PeriodKind
from weijian.kernel.time.weeks import iso_week, iso_week_start

_K = PeriodKind
_YEAR = r"(?P<y>[1-9]\d{3})"
_MONTH = _YEAR + r"-(?P<m>0[1-9]|1[0-2])"
_DAY = _MONTH + r"-(?P<d>\d{2})"

# \d would also take digits of other scripts, hence re.ASCII.
_PATTERNS: tuple[tuple[PeriodKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.ASCII))
    for kind, pattern in (
        (_K.YEAR, _YEAR),
        (_K.HALF, _YEAR + r"-H(?P<n>[12])"),
        (_K.QUARTER, _YEAR + r"-Q(?P<n>[1-4])"),
        (_K.MONTH, _MONTH),
        (_K.XUN, _MONTH + r"-X(?P<n>[1-3])"),
        (_K.WEEK, _YEAR + r"-W(?P<n>\d{2})"),
        (_K.DAY, _DAY),
        (_K.YEAR_TO_DATE, _MONTH + "YTD"),
        (_K.TRAILING_12M, _MONTH + "T12M"),
        (_K.AS_OF, "@" + _DAY),
    )
)
EXAMPLES = (
    "2017", "2017-H1", "2017-Q3", "2017-07", "2017-07-X2", "2017-W32", "2017-07-15",
    "2017-07YTD", "2017-07T12M", "@2017-12-31",
)  # fmt: skip
_MONTHS_IN = {_K.HALF: 6, _K.QUARTER: 3}


def read_code(code: str) -> tuple[PeriodKind, date]:
    """Kind of a code and a day inside the period (the named month for year to date and trailing 12 months).

    Raises :class:`PeriodError` ``time.period_code`` where the text is no code or names a date that is not.
    """
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(code)
        if match is not None:
            try:
                return kind, _day_inside(kind, {k: int(v) for k, v in match.groupdict().items()})
            except ValueError:
                break
    raise PeriodError(
        "time.period_code",
        f"“{code}” is not a period code.",
        fix=f"Write one of {', '.join(EXAMPLES)}.",
    )


def _day_inside(kind: PeriodKind, part: dict[str, int]) -> date:
    year = part["y"]
    if kind is _K.WEEK:
        return iso_week_start(year, part["n"])
    if kind in _MONTHS_IN:
        return date(year, (part["n"] - 1) * _MONTHS_IN[kind] + 1, 1)
    if kind is _K.XUN:
        return date(year, part["m"], part["n"] * 10 - 9)
    return date(year, part.get("m", 1), part.get("d", 1))


def write_code(kind: PeriodKind, start: date, end: date) -> str:
    """Text code of the period with these bounds."""
    year, month = f"{end.year:04d}", f"{end.year:04d}-{end.month:02d}"
    match kind:
        case _K.YEAR:
            return year
        case _K.HALF | _K.QUARTER:
            letter = "H" if kind is _K.HALF else "Q"
            return f"{year}-{letter}{(end.month - 1) // _MONTHS_IN[kind] + 1}"
        case _K.MONTH:
            return month
        case _K.XUN:
            return f"{month}-X{start.day // 10 + 1}"
        case _K.WEEK:
            iso_year, week = iso_week(start)
            return f"{iso_year:04d}-W{week:02d}"
        case _K.DAY:
            return end.isoformat()
        case _K.YEAR_TO_DATE:
            return month + "YTD"
        case _K.TRAILING_12M:
            return month + "T12M"
        case _K.AS_OF:
            return "@" + end.isoformat()
