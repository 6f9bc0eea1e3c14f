"""Which institutions owe which dataset for which period, and until when: read from the declaration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from weijian.definitions.record_kinds import Frequency, RecordKind
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.time.months import last_of_month

#: Days on which a month's and a year's data are due, in the month after it and the January after it.
MONTHLY_DUE_DAY = 10
YEARLY_DUE_DAY = 31


def owes(kind: RecordKind, institution: Organisation) -> bool:
    """Whether an institution of this type owes the dataset; vaccination clinics are told by their own mark."""
    if "vaccination_clinic" in kind.institution_types and institution.vaccination_clinic:
        return True
    return institution.type in kind.institution_types


def periods_of_year(kind: RecordKind, year: int) -> list[str]:
    """Periods of a year for which the dataset is owed."""
    if kind.frequency is Frequency.YEARLY:
        return [f"{year}"]
    return [f"{year}-{month:02d}" for month in range(1, 13)]


def periods_covered(kind: RecordKind, period: str) -> list[str]:
    """Periods that a file said to be for ``period`` fills: a year's file of a monthly dataset fills its months."""
    if not period:
        return []
    if kind.frequency is Frequency.YEARLY:
        return [period[:4]]
    return periods_of_year(kind, int(period)) if len(period) == 4 else [period]


def due_on(period: str) -> date:
    """Last day on which a period's data are in time."""
    year = int(period[:4])
    if len(period) == 4:
        return date(year + 1, 1, YEARLY_DUE_DAY)
    month = int(period[5:7])
    return date(year + month // 12, month % 12 + 1, MONTHLY_DUE_DAY)


def is_over(period: str, day: date) -> bool:
    """Whether a month (``2017-03``) or year (``2017``) has ended before a day: only then can it be said to be zero."""
    return last_day(period) < day


def last_day(period: str) -> date:
    """Last day of a month or year."""
    year = int(period[:4])
    return date(year, 12, 31) if len(period) == 4 else last_of_month(date(year, int(period[5:7]), 1))


def open_in(institution: Organisation, period: str) -> bool:
    """Whether the institution existed at some time of the period."""
    first = date(int(period[:4]), int(period[5:7] or 1), 1)
    last = last_day(period)
    return institution.valid_from <= last and (institution.valid_to is None or institution.valid_to >= first)


def owed_in_year(
    kinds: list[RecordKind], institutions: list[Organisation], year: int
) -> Iterator[tuple[str, int, str]]:
    """(dataset, institution id, period) of everything owed for a year."""
    for kind in kinds:
        for institution in institutions:
            if owes(kind, institution):
                for period in periods_of_year(kind, year):
                    if open_in(institution, period):
                        yield kind.id, institution.pk, period
