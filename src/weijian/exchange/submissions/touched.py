"""What a file does to months beside its own period, or to months that were signed or locked: told on the receipt."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from weijian.definitions.record_kinds import RecordKind
from weijian.exchange.submissions.models import DatasetPeriod, Submission
from weijian.exchange.submissions.periods.due import periods_covered
from weijian.foundation.figures.models import MonthLock

#: Months that one sentence names.
_NAMED = 6

#: Somebody answers for these with his name or with a stated zero: data that come later ask for it anew.
STATED = Q(state__in=(DatasetPeriod.State.SIGNED, DatasetPeriod.State.ZERO)) | Q(filler_at__isnull=False)


def tell_months(kind: RecordKind, submissions: Sequence[Submission]) -> None:
    """Add to the notes of accepted files: rows outside the period, months signed before, months locked.

    Called before the periods are marked as sent: it is their state until then that is told.
    """
    accepted = [one for one in submissions if one.state == Submission.State.ACCEPTED and one.months]
    if not accepted:
        return
    locked = set(MonthLock.objects.values_list("month", flat=True))
    signed = _signed(kind, accepted)
    for one in accepted:
        one.notes = [*one.notes, *_outside(kind, one)]
        for period, rows in sorted(rows_by_period(kind, one).items()):
            if (one.institution_id, period) in signed:
                one.notes.append(f"{period} 已有签核或零报告,本次新增或更正 {rows:,} 行,须重新签核")
        for month in sorted(locked & set(one.months)):
            one.notes.append(
                f"{month} 已锁定,本次新增或更正 {one.months[month]:,} 行已入库;锁定时的数字不变,差异列在“月份锁定”"
            )


def rows_by_period(kind: RecordKind, submission: Submission) -> dict[str, int]:
    """Rows that came new or corrected, by the period of the dataset in which their business date lies."""
    found: dict[str, int] = {}
    for month, rows in submission.months.items():
        (period,) = periods_covered(kind, month)
        found[period] = found.get(period, 0) + rows
    return found


def _outside(kind: RecordKind, submission: Submission) -> list[str]:
    if not submission.period:
        return ["没有指明报送期,不计入应报数据"]
    own = set(periods_covered(kind, submission.period))
    other = {period: rows for period, rows in rows_by_period(kind, submission).items() if period not in own}
    if not other:
        return []
    names = "、".join([*sorted(other)[:_NAMED], *(["…"] if len(other) > _NAMED else [])])
    return [f"{sum(other.values()):,} 行的日期不在报送期 {submission.period} 内({names}),仍按其日期计入"]


def _signed(kind: RecordKind, submissions: Sequence[Submission]) -> set[tuple[int, str]]:
    periods = {period for one in submissions for period in rows_by_period(kind, one)}
    found = DatasetPeriod.objects.filter(
        STATED,
        dataset=kind.id,
        institution_id__in={one.institution_id for one in submissions},
        period__in=periods,
    )
    return set(found.values_list("institution_id", "period"))
