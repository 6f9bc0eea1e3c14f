"""What is behind a score: periods missing or late, rows held back, flawed or sent twice, and the points that each costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection

from weijian.definitions.record_kinds import Severity
from weijian.engines.intake.checks import checks_of
from weijian.exchange.submissions.models import QuarantinedRow
from weijian.exchange.submissions.quality.scores import Tallies, tally_in
from weijian.exchange.submissions.quality.shares import shares_of
from weijian.foundation.kinds.registry import kind_by_id

#: Points that so many rows or periods of a dimension cost.
Points = Callable[[str, int], Fraction]


@dataclass(frozen=True)
class Work:
    """One thing that raises an institution's score.

    ``dimension`` is the share that it lowers, ``count`` rows or periods, ``points`` what the score would gain at most (a
    row with two flaws counts for each). ``code`` is ``missing``, ``late``, ``duplicate`` or a check's code; ``receipt`` the
    public id of the receipt with the most such rows; ``open_rows`` how many of the dataset still wait in quarantine.
    """

    dimension: str
    dataset: str
    code: str
    count: int
    points: Fraction
    period: str = ""
    receipt: str = ""
    open_rows: int = 0
    days_late: int = 0


def work_list(tallies: Tallies, institution_id: int, period: str, *, as_of: date) -> list[Work]:
    """Work behind an institution's score in a period, what costs most first."""
    shares = shares_of(tally_in(tallies.get(institution_id, {}), period))
    judged = sum(1 for one in shares.values() if one.whole) or 1

    def points(dimension: str, count: int) -> Fraction:
        whole = shares[dimension].whole
        return Fraction(100 * count, whole * judged) if whole else Fraction(0)

    bound: dict[str, Any] = {"institution": institution_id, "period": period, "months": f"{period}-%", "as_of": as_of}
    found = [*_missing_and_late(bound, points), *_flawed(bound, points), *_twice(bound, points)]
    return sorted(found, key=lambda one: (-one.points, one.dimension, one.dataset, one.code, one.period))


def _missing_and_late(bound: dict[str, Any], points: Points) -> Iterator[Work]:
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, bound)
        for dataset, period in cursor.fetchall():
            yield Work("completeness", dataset, "missing", 1, points("completeness", 1), period)
        cursor.execute(_LATE, bound)
        for dataset, period, days, receipt in cursor.fetchall():
            yield Work(
                "timeliness", dataset, "late", 1, points("timeliness", 1), period, receipt or "", days_late=int(days)
            )


def _flawed(bound: dict[str, Any], points: Points) -> Iterator[Work]:
    waiting: dict[str, int] = {}
    rows = QuarantinedRow.objects.filter(institution_id=bound["institution"], state=QuarantinedRow.State.OPEN)
    for dataset in rows.values_list("dataset", flat=True):
        waiting[dataset] = waiting.get(dataset, 0) + 1
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, bound)
        for dataset, code, count, receipt in cursor.fetchall():
            check = next((one for one in checks_of(kind_by_id(dataset)) if one.code == code), None)
            if check is None:
                continue
            held = check.severity is Severity.ERROR
            dimension = "validity" if held else "consistency"
            yield Work(
                dimension, dataset, code, int(count), points(dimension, int(count)), receipt=receipt,
                open_rows=waiting.get(dataset, 0) if held else 0,
            )  # fmt: skip


def _twice(bound: dict[str, Any], points: Points) -> Iterator[Work]:
    with connection.cursor() as cursor:
        cursor.execute(_DUPLICATES, bound)
        for dataset, count, receipt in cursor.fetchall():
            yield Work(
                "uniqueness", dataset, "duplicate", int(count), points("uniqueness", int(count)), receipt=receipt
            )


_IN_PERIOD = "institution_id = %(institution)s AND (period = %(period)s OR period LIKE %(months)s)"

_MISSING = f"""
SELECT dataset, period FROM submissions_datasetperiod
WHERE {_IN_PERIOD} AND due_on <= %(as_of)s AND state IN ('not_sent', 'returned') ORDER BY period, dataset
"""

_LATE = f"""
SELECT p.dataset, p.period, p.first_sent_on - p.due_on, (SELECT s.public_id FROM submissions_submission s
    WHERE s.institution_id = p.institution_id AND s.dataset = p.dataset AND s.period IN (p.period, left(p.period, 4))
        AND s.state = 'accepted' ORDER BY s.received_on, s.id LIMIT 1)
FROM submissions_datasetperiod p
WHERE {_IN_PERIOD} AND first_sent_on > due_on AND first_sent_on <= %(as_of)s ORDER BY 3 DESC
"""

_FILES = f"""submissions_submission WHERE {_IN_PERIOD} AND state = 'accepted' AND received_on <= %(as_of)s"""

_REASONS = f"""
SELECT dataset, r.key, sum(r.value::bigint), (array_agg(public_id ORDER BY r.value::bigint DESC))[1]
FROM (SELECT * FROM {_FILES}) s, jsonb_each_text(s.reasons) r GROUP BY dataset, r.key
"""

_DUPLICATES = f"""
SELECT dataset, sum(duplicate), (array_agg(public_id ORDER BY duplicate DESC))[1]
FROM {_FILES} AND duplicate > 0 GROUP BY dataset
"""
