"""Completed years of age and the age bands in which populations and deaths are tabulated."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


def age_on(birth: date, day: date) -> int:
    """Completed years (周岁) on ``day``; negative where ``day`` lies before the birth.

    Someone born on 29 February completes a year on 1 March of a common year.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_on_sql(birth: str, day: str) -> str:
    """The same in SQL for PostgreSQL, DuckDB and Spark; both arguments are SQL expressions of type date."""

    def ymd(expression: str) -> str:
        year, month, of_month = (f"extract({part} FROM {expression})" for part in ("year", "month", "day"))
        return f"({year} * 10000 + {month} * 100 + {of_month})"

    return f"CAST(floor(({ymd(day)} - {ymd(birth)}) / 10000) AS INTEGER)"


@dataclass(frozen=True, order=True, slots=True)
class AgeBand:
    """Completed years from ``low`` to ``high``, both inside; ``high`` None is the open end."""

    low: int
    high: int | None

    def __contains__(self, age: object) -> bool:
        return isinstance(age, int) and self.low <= age and (self.high is None or age <= self.high)

    @property
    def width(self) -> int | None:
        """Years covered, None for the open end."""
        return None if self.high is None else self.high - self.low + 1

    @property
    def code(self) -> str:
        """``0``, ``1-4`` or ``85+``."""
        if self.high is None:
            return f"{self.low}+"
        return str(self.low) if self.high == self.low else f"{self.low}-{self.high}"

    def label(self, lang: str) -> str:
        """``1–4岁``, ``85岁及以上`` in the language ``zh…``; ``1–4``, ``85 and over`` otherwise."""
        shown = self.code.replace("-", "–").rstrip("+")
        if lang.startswith("zh"):
            return f"{shown}岁及以上" if self.high is None else f"{shown}岁"
        return f"{shown} and over" if self.high is None else shown


def bands_from(lows: Sequence[int], *, open_end: bool = True) -> tuple[AgeBand, ...]:
    """Adjoining bands that begin at ``lows`` (ascending); the last is open, or else only an upper bound."""
    closed = tuple(AgeBand(low, following - 1) for low, following in pairwise(lows))
    return (*closed, AgeBand(lows[-1], None)) if open_end else closed


def band_of(age: int, bands: Sequence[AgeBand]) -> AgeBand | None:
    """The band that holds ``age`` in an ascending list, else None."""
    place = bisect_right(bands, age, key=lambda band: band.low) - 1
    return bands[place] if place >= 0 and age in bands[place] else None


# 0, 1–4, 5–9 … 85+: abridged life tables and the WHO standard population.
FIVE_YEAR_BANDS = bands_from([0, 1, *range(5, 90, 5)])
# 0–14, 15–64, 65+: the dependency ratios; 60+ is the national definition of 老年人口.
BROAD_BANDS = bands_from([0, 15, 65])
CHILDREN, WORKING_AGE, AGED_65 = BROAD_BANDS
AGED_60 = AgeBand(60, None)
