"""Quality of what institutions send: five shares, one score, a rank, and the work list that raises it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection

from weijian.engines.intake.checks import checks_of
from weijian.foundation.kinds.registry import kind_by_id

#: Equal weights: no national rule ranks the five, and a bureau reads the parts beside the score.
DIMENSIONS = ("completeness", "validity", "timeliness", "consistency", "uniqueness")


@dataclass(frozen=True)
class Quality:
    """Shares between 0 and 1, None where nothing could be judged.

    ``completeness``: periods owed and due that were sent or said to be zero. ``validity``: received rows not quarantined.
    ``timeliness``: sent periods that came by the due day. ``consistency``: accepted rows without a warning.
    ``uniqueness``: received rows that were no duplicates of earlier ones, resent files left out.
    """

    institution_id: int
    completeness: float | None
    validity: float | None
    timeliness: float | None
    consistency: float | None
    uniqueness: float | None
    rank: int = 0

    @property
    def score(self) -> float | None:
        """Mean of the shares that could be judged, in points of 100."""
        shares = [share for share in (getattr(self, name) for name in DIMENSIONS) if share is not None]
        return 100 * sum(shares) / len(shares) if shares else None


@dataclass(frozen=True)
class Work:
    """One thing that raises an institution's score: so many rows of a dataset with one reason, or a period missing."""

    dataset: str
    what: str
    remedy: str
    count: int


def quality_by_institution(year: int, *, as_of: date, institutions: Sequence[int] | None = None) -> list[Quality]:
    """Quality of a year's periods and files as of a day, best first; equal scores share their rank."""
    with connection.cursor() as cursor:
        cursor.execute(_PERIODS, {"year": f"{year}%", "as_of": as_of})
        periods = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_ROWS, {"year": f"{year}%", "as_of": as_of})
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    chosen = set(periods) | set(rows)
    if institutions is not None:
        chosen &= set(institutions)
    found = [_quality(one, periods.get(one, (0, 0, 0, 0)), rows.get(one, (0, 0, 0, 0, 0))) for one in chosen]
    return _ranked([one for one in found if one.score is not None])


def work_list(institution_id: int, year: int, *, as_of: date) -> list[Work]:
    """What is behind a score, most rows first: missing periods, rows to mend, warnings."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, {"year": f"{year}%", "as_of": as_of, "institution": institution_id})
        missing = [Work(dataset, f"未报 {period}", "报送或作零报告", 1) for dataset, period in cursor.fetchall()]
        cursor.execute(_REASONS, {"year": f"{year}%", "as_of": as_of, "institution": institution_id})
        reasons = cursor.fetchall()
    works = []
    for dataset, code, count in reasons:
        check = next((one for one in checks_of(kind_by_id(dataset)) if one.code == code), None)
        if check is not None:
            works.append(Work(dataset, check.zh, check.fix_zh, int(count)))
    return missing + sorted(works, key=lambda one: (-one.count, one.dataset, one.what))


def _quality(institution_id: int, periods: tuple[int, ...], rows: tuple[int, ...]) -> Quality:
    due, sent, first_sent, in_time = periods
    received, quarantined, accepted, warned, duplicate = rows
    return Quality(
        institution_id,
        completeness=_share(sent, due),
        validity=_share(received - quarantined, received),
        timeliness=_share(in_time, first_sent),
        consistency=_share(accepted - warned, accepted),
        uniqueness=_share(received - duplicate, received),
    )


def _share(part: int, whole: int) -> float | None:
    return float(part) / float(whole) if whole else None


def _ranked(found: list[Quality]) -> list[Quality]:
    ordered = sorted(found, key=lambda one: (-(one.score or 0.0), one.institution_id))
    ranked: list[Quality] = []
    for place, one in enumerate(ordered, start=1):
        same = bool(ranked) and ranked[-1].score == one.score
        ranked.append(replace(one, rank=ranked[-1].rank if same else place))
    return ranked


_PERIODS = """
SELECT institution_id, count(*) FILTER (WHERE due_on <= %(as_of)s),
    count(*) FILTER (WHERE due_on <= %(as_of)s AND state NOT IN ('not_sent', 'returned')),
    count(*) FILTER (WHERE first_sent_on <= %(as_of)s), count(*) FILTER (WHERE first_sent_on <= least(due_on, %(as_of)s))
FROM submissions_datasetperiod WHERE period LIKE %(year)s GROUP BY institution_id
"""

_ROWS = """
SELECT institution_id, sum(received), sum(quarantined), sum(accepted), sum(warned), sum(duplicate)
FROM submissions_submission
WHERE state = 'accepted' AND period LIKE %(year)s AND received_on <= %(as_of)s GROUP BY institution_id
"""

_MISSING = """
SELECT dataset, period FROM submissions_datasetperiod
WHERE institution_id = %(institution)s AND period LIKE %(year)s AND due_on <= %(as_of)s AND state IN ('not_sent', 'returned')
ORDER BY period, dataset
"""

_REASONS = """
SELECT s.dataset, r.key, sum(r.value::bigint) FROM submissions_submission s, jsonb_each_text(s.reasons) r
WHERE s.institution_id = %(institution)s AND s.period LIKE %(year)s AND s.received_on <= %(as_of)s
    AND s.state = 'accepted' GROUP BY s.dataset, r.key
"""
