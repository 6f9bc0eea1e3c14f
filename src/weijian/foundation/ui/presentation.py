"""How values become words on a page: figures, changes, dates and clocks in the reader's language.

Template tags and exports share these functions, so that a page and its export never word a value differently.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal

from django.utils.translation import get_language, gettext, ngettext

from weijian import content
from weijian.foundation.ui.components.figures import Change, Figure
from weijian.kernel.quantities import Number, NumberStyle, round_half_up
from weijian.kernel.time.instants import to_beijing

MISSING = "—"
MINUS = "\N{MINUS SIGN}"
_CLOSE_UNITS = ("%", "‰", "/", "°")
_SOON = timedelta(hours=24)


def language() -> Literal["zh", "en"]:
    """The reader's language, Chinese where none is active."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


@dataclass(frozen=True, slots=True)
class Printed:
    """A number and its unit apart, so that the unit can stand smaller; ``close`` = no gap between them."""

    number: str
    unit: str
    close: bool

    def __str__(self) -> str:
        blank = "" if self.close or not self.unit or language() == "zh" else " "
        return f"{self.number}{blank}{self.unit}"


def unit_name(unit: str) -> str:
    """A unit in the reader's language; in English a unit without a name there is left out.

    A rate's unit that begins with a digit keeps its stroke only, as documents write it: 246.90/10万, never 246.901/10万.
    """
    if language() == "en":
        return _units().get(unit, unit if unit.startswith(_CLOSE_UNITS) else "")
    return unit.removeprefix("1") if unit.startswith("1/") else unit


def close_unit(unit: str) -> str:
    """A unit as it follows a number in running text: with a blank before an English word."""
    name = unit_name(unit)
    return f" {name}" if name and language() == "en" and not name.startswith(_CLOSE_UNITS) else name


@cache
def _units() -> dict[str, str]:
    return {row["id"]: row["en"] for row in content.read_csv("figures/units.csv")}


def print_number(value: Number, style: NumberStyle, *, full: bool = False) -> Printed:
    """A value in its style. ``full`` prints every digit with thousands separators (tables, the reader's switch)."""
    lang = language()
    bare = replace(style, unit="", unit_en="")
    # English has no 万: its cards print every digit too.
    if style.scale == "auto" and (full or lang == "en"):
        # A count has no places of its own: those of the style belong to 万.
        whole = round_half_up(value, style.decimals) == round_half_up(value, 0)
        bare = replace(bare, scale="none", grouping=True, decimals=0 if whole and style.trim else style.decimals)
    text = bare.format(value, lang).replace("-", MINUS)
    unit = style.unit_en if lang == "en" and style.unit_en else unit_name(style.unit)
    return Printed(text, unit, unit.startswith(_CLOSE_UNITS))


def figure_text(figure: Figure, *, full: bool = False) -> str:
    """A figure as one line of text: the number with its unit, “—”, or the word for suppressed."""
    if figure.state == "suppressed":
        return gettext("已隐去")
    if figure.value is None:
        return MISSING
    return str(print_number(figure.value, figure.style, full=full))


def figure_hint(figure: Figure) -> str:
    """What stands behind a figure on hover: exact value, numerator and denominator, or the reason it is missing."""
    if figure.state != "computed" or figure.value is None:
        return str(figure.reason) or (gettext("未计算") if figure.state == "missing" else "")
    if figure.numerator is None or figure.denominator is None:
        exact = str(print_number(figure.value, figure.style, full=True))
        return exact if exact != str(print_number(figure.value, figure.style)) else ""
    plain = NumberStyle(grouping=True)
    above, below = (print_number(n, plain).number for n in (figure.numerator, figure.denominator))
    above_label, below_label = str(figure.numerator_label), str(figure.denominator_label)
    if above_label and below_label:
        return gettext("%(a_label)s %(a)s ÷ %(b_label)s %(b)s") % {
            "a_label": above_label, "a": above, "b_label": below_label, "b": below,
        }  # fmt: skip
    return f"{above} ÷ {below}"


def change_words(change: Change) -> str:
    """A change with sign and word: “+3.20% 上升”, “−10.77% 下降”, “持平”, “—” where not comparable."""
    if change.amount is None:
        return MISSING
    size = print_number(abs(change.amount), NumberStyle(decimals=change.places, trim=False))
    unit = str(change.unit)
    if unit == "个百分点":
        unit = gettext("个百分点")
    blank = " " if unit.isascii() and not unit.startswith(_CLOSE_UNITS) else ""
    if change.direction == "flat":
        return gettext("持平")
    sign, word = ("+", gettext("上升")) if change.direction == "up" else (MINUS, gettext("下降"))
    return f"{sign}{size.number}{blank}{unit} {word}"


def judgement(change: Change) -> str:
    """The word that says whether a movement is wanted, so that colour is not needed to tell."""
    return {"good": gettext("向好"), "bad": gettext("变差")}.get(change.tone, "")


def day_text(value: date | datetime | None) -> str:
    """A civil date as 2017-12-31, an instant as its Beijing date; “—” for none."""
    if value is None:
        return MISSING
    day = to_beijing(value).date() if isinstance(value, datetime) else value
    return day.isoformat()


def moment_text(value: datetime | None) -> str:
    """An instant to the minute in Beijing time; “—” for none."""
    return MISSING if value is None else to_beijing(value).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a clock shows: how urgent, in words, and the exact due time."""

    level: Literal["calm", "soon", "late", "done", "none"]
    words: str
    due: str


def clock_left(due_at: datetime | None, now: datetime, closed_at: datetime | None = None) -> ClockReading:
    """Time left until ``due_at`` (aware instants). Closed work shows whether it was in time; within a day is soon."""
    if closed_at is not None:
        late = due_at is not None and closed_at > due_at
        words = gettext("逾期办结") if late else gettext("已办结")
        return ClockReading("done", words, moment_text(due_at))
    if due_at is None:
        return ClockReading("none", gettext("无期限"), "")
    left = due_at - now
    if left < timedelta(0):
        return ClockReading("late", gettext("逾期 %s") % duration(-left), moment_text(due_at))
    return ClockReading("soon" if left <= _SOON else "calm", gettext("剩 %s") % duration(left), moment_text(due_at))


def duration(length: timedelta) -> str:
    """A length of time in its largest fitting unit: days from two days on, hours, minutes; never rounded up."""
    minutes = int(length.total_seconds()) // 60
    if minutes >= 2 * 24 * 60:
        days = minutes // (24 * 60)
        return ngettext("%d 天", "%d 天", days) % days
    if minutes >= 60:
        hours = minutes // 60
        return ngettext("%d 小时", "%d 小时", hours) % hours
    return ngettext("%d 分钟", "%d 分钟", minutes) % minutes


def seconds_text(seconds: int | None) -> str:
    """Remaining time of a job: seconds under a minute, minutes rounded up under an hour, else hours and minutes."""
    if seconds is None:
        return gettext("正在估算")
    if seconds < 60:
        return ngettext("%d 秒", "%d 秒", seconds) % seconds
    minutes = -(-seconds // 60)
    if minutes < 60:
        return ngettext("%d 分钟", "%d 分钟", minutes) % minutes
    return gettext("%(hours)d 小时 %(minutes)d 分钟") % {"hours": minutes // 60, "minutes": minutes % 60}
