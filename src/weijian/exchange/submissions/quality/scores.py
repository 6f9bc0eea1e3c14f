"""Scores and ranks by institution and month, from the counts that submissions keep; no record is ever counted for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Max

from weijian.exchange.submissions.models import DatasetPeriod
from weijian.exchange.submissions.quality.shares import Share, Tally, score_of, shares_of, total

#: Tallies by institution and period (a month, or a year for what is owed or sent by the year).
Tallies = Mapping[int, Mapping[str, Tally]]


@dataclass(frozen=True)
class Quality:
    """Five shares of one institution in one period, and its place among ``among`` institutions that could be judged."""

    institution_id: int
    shares: Mapping[str, Share]
    score: Fraction
    rank: int = 0
    among: int = 0


def tallies_of(year: int, *, as_of: date) -> Tallies:
    """What a year's periods and files come to as of a day; two queries over counts, whatever the number of rows."""
    found: dict[int, dict[str, Tally]] = {}
    bound: dict[str, Any] = {"first": f"{year}", "last": f"{year}-99", "as_of": as_of}
    with connection.cursor() as cursor:
        for statement, names in ((_PERIODS, _PERIOD_NAMES), (_ROWS, _ROW_NAMES)):
            cursor.execute(statement, bound)
            for institution, period, *counts in cursor.fetchall():
                months = found.setdefault(institution, {})
                named = dict(zip(names, map(int, counts), strict=True))
                months[period] = months.get(period, Tally()) + Tally(**named)
    return found


def ranked(tallies: Tallies, period: str, *, institutions: Iterable[int] | None = None) -> list[Quality]:
    """Quality in a period (``2017-03`` or ``2017``), best first; equal scores share their rank. Ranks are places among
    ``institutions``, all where None. Whoever owed and sent nothing has no place."""
    wanted = set(tallies) if institutions is None else set(institutions)
    judged = []
    for institution in wanted:
        shares = shares_of(tally_in(tallies.get(institution, {}), period))
        score = score_of(shares)
        if score is not None:
            judged.append(Quality(institution, shares, score))
    ordered = sorted(judged, key=lambda one: (-one.score, one.institution_id))
    placed: list[Quality] = []
    for place, one in enumerate(ordered, start=1):
        same = bool(placed) and placed[-1].score == one.score
        placed.append(replace(one, rank=placed[-1].rank if same else place, among=len(ordered)))
    return placed


def tally_in(months: Mapping[str, Tally], period: str) -> Tally:
    """An institution's tally of a month, or of a year with all its months and what is owed by the year."""
    return total(tally for one, tally in months.items() if one == period or one.startswith(f"{period}-"))


def trend(tallies: Tallies, year: int, institution_id: int | None = None) -> list[tuple[str, Fraction | None]]:
    """Score of each month of a year, of one institution or of the whole district."""
    chosen = tallies.values() if institution_id is None else [tallies.get(institution_id, {})]
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    return [(month, score_of(shares_of(total(one.get(month, Tally()) for one in chosen)))) for month in months]


def years() -> list[int]:
    """Years for which something is owed, the latest first."""
    periods = DatasetPeriod.objects.order_by().values_list("period", flat=True).distinct()
    return sorted({int(one[:4]) for one in periods}, reverse=True)


def latest_year() -> int | None:
    """The latest year of which something has been sent, else the latest that is owed; None where nothing is."""
    sent = DatasetPeriod.objects.filter(first_sent_on__isnull=False).aggregate(last=Max("period"))["last"]
    owed = years()
    return int(sent[:4]) if sent else owed[0] if owed else None


_PERIOD_NAMES = ("due", "sent", "first_sent", "in_time")
_PERIODS = """
SELECT institution_id, period, count(*) FILTER (WHERE due_on <= %(as_of)s),
    count(*) FILTER (WHERE due_on <= %(as_of)s AND state NOT IN ('not_sent', 'returned')),
    count(*) FILTER (WHERE first_sent_on <= %(as_of)s), count(*) FILTER (WHERE first_sent_on <= least(due_on, %(as_of)s))
FROM submissions_datasetperiod WHERE period >= %(first)s AND period <= %(last)s GROUP BY institution_id, period
"""

_ROW_NAMES = ("received", "quarantined", "accepted", "warned", "duplicate")
_ROWS = """
SELECT institution_id, period, sum(received), sum(quarantined), sum(accepted), sum(warned), sum(duplicate)
FROM submissions_submission
WHERE state = 'accepted' AND period >= %(first)s AND period <= %(last)s AND received_on <= %(as_of)s
GROUP BY institution_id, period
"""
