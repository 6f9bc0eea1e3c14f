"""The period of a figure: what it covers in civil dates, what it is compared with, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from weijian.kernel.time.bounds import bounds_of
from weijian.kernel.time.errors import PeriodError
from weijian.kernel.time.instants import start_of_day
from weijian.kernel.time.kinds import PeriodKind
from weijian.kernel.time.labels import label_en, label_zh
from weijian.kernel.time.months import each_month
from weijian.kernel.time.period_codes import read_code, write_code
from weijian.kernel.time.shifting import day_a_year_before, shifted_day
from weijian.kernel.time.weeks import thursday_of

# Kinds that lie side by side without gap or overlap, so that a longer period can be divided into them.
TILING_KINDS = frozenset(
    {
        PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.XUN, PeriodKind.MONTH,
        PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR,
    }
)  # fmt: skip


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A reporting period in Beijing civil dates; ``start`` and ``end`` are both inside it.

    Make one by :meth:`parse`, :meth:`of` or :meth:`between`; other bounds than those of the kind are refused.
    Periods order by start, then end.
    """

    start: date
    end: date
    kind: PeriodKind

    def __post_init__(self) -> None:
        if bounds_of(self.kind, self.end) != (self.start, self.end):
            raise PeriodError("time.period_bounds", f"{self.start} to {self.end} is not one {self.kind.label_en}.")

    @classmethod
    def parse(cls, code: str) -> Self:
        """The period of a text code such as ``2017-Q3``. Raises :class:`PeriodError` ``time.period_code``."""
        kind, day = read_code(code)
        return cls.of(kind, day)

    @classmethod
    def of(cls, kind: PeriodKind | str, day: date) -> Self:
        """The period that holds ``day``; year to date and trailing 12 months end with its month."""
        kind = PeriodKind(kind)
        start, end = bounds_of(kind, day)
        return cls(start, end, kind)

    @classmethod
    def between(cls, kind: PeriodKind | str, first: date, last: date) -> list[Self]:
        """All periods of ``kind`` from the one that holds ``first`` to the one that holds ``last``."""
        period, stop = cls.of(kind, first), cls.of(kind, last)
        found = []
        while period.end <= stop.end:
            found.append(period)
            period = period.shift(1)
        return found

    @property
    def code(self) -> str:
        """Text code; ``Period.parse(p.code) == p``."""
        return write_code(self.kind, self.start, self.end)

    def __str__(self) -> str:
        return self.code

    @property
    def label_zh(self) -> str:
        """Chinese label, for example ``2017年第三季度``."""
        return label_zh(self.kind, self.start, self.end)

    @property
    def label_en(self) -> str:
        """English label, for example ``Q3 2017``."""
        return label_en(self.kind, self.start, self.end)

    def label(self, lang: str) -> str:
        """Label in the language ``zh…``, else English."""
        return self.label_zh if lang.startswith("zh") else self.label_en

    @property
    def days(self) -> int:
        """Number of civil days covered."""
        return (self.end - self.start).days + 1

    @property
    def is_stock(self) -> bool:
        """True for an as-of day: the figure is a state on that day, not a flow over it."""
        return self.kind is PeriodKind.AS_OF

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Half-open range of instants ``[start 00:00, day after end 00:00)`` in Beijing time."""
        return start_of_day(self.start), start_of_day(self.end + timedelta(days=1))

    def contains(self, day: date) -> bool:
        """True where the civil date lies inside; pass ``beijing_date(instant)`` for an instant."""
        if isinstance(day, datetime):
            raise TypeError("a period holds civil dates: pass beijing_date(instant)")
        return self.start <= day <= self.end

    def covers(self, other: Period) -> bool:
        """True where every day of ``other`` lies inside."""
        return self.start <= other.start and other.end <= self.end

    def months(self) -> tuple[date, ...]:
        """First days of the civil months that the period touches."""
        return each_month(self.start, self.end)

    def month_codes(self) -> tuple[str, ...]:
        """The same months as ``YYYY-MM``."""
        return tuple(f"{month.year:04d}-{month.month:02d}" for month in self.months())

    def shift(self, steps: int) -> Self:
        """The period of the same kind ``steps`` later (negative: earlier); as-of days move by months."""
        return type(self).of(self.kind, shifted_day(self.kind, self.start, self.end, steps))

    def previous(self) -> Self:
        """The period before (环比); see :attr:`chain_comparable` before comparing with it."""
        return self.shift(-1)

    @property
    def chain_comparable(self) -> bool:
        """False for year to date, whose predecessor is one month shorter or a whole year."""
        return self.kind is not PeriodKind.YEAR_TO_DATE

    def same_period_last_year(self) -> Self:
        """The same period one year earlier (同期); week 53 is held against 52 where last year had no 53rd."""
        return type(self).of(self.kind, day_a_year_before(self.kind, self.start, self.end))

    def children(self, kind: PeriodKind | str) -> list[Self]:
        """The periods of a shorter kind that make up this one, in order.

        Weeks are those whose Thursday lies inside (the ISO rule for years, applied to every kind), so each
        belongs to exactly one month. Raises :class:`PeriodError` ``time.not_divisible`` where nothing fits.
        """
        kind = PeriodKind(kind)
        if kind not in TILING_KINDS or self.is_stock:
            raise self._not_divisible(kind)
        if kind is PeriodKind.WEEK and self.kind is not PeriodKind.WEEK:
            weeks = self.between(kind, self.start, self.end)
            return [week for week in weeks if self.contains(thursday_of(week.start))]
        parts = self.between(kind, self.start, self.end)
        if parts[0].start != self.start or parts[-1].end != self.end:
            raise self._not_divisible(kind)
        return parts

    def _not_divisible(self, kind: PeriodKind) -> PeriodError:
        what = f"{self.code} is not made of whole periods of kind {kind.value}."
        return PeriodError("time.not_divisible", what)
