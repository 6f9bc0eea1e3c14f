"""When the last dataset of a month is signed, locking it is owed by the statistician; done when it is locked."""

from __future__ import annotations

from weijian.foundation.changes.services import change
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.foundation.outbox.models import Event
from weijian.foundation.outbox.receivers import Receiver
from weijian.foundation.sign_off.owed import unsigned
from weijian.kernel.time import beijing_date


def month_is_signed(event: Event) -> None:
    """Owe the lock where nothing of the month is unsigned any more; a lock, or a dataset sent back, closes it."""
    from weijian.foundation.figures.models import MonthLock

    month, day = event.subject, beijing_date(event.at)
    if len(month) != 7 or month < f"{day.year - 1}-{day.month:02d}":
        return  # a year's dataset, or a month so long ago that signing it is filing, not a step towards a lock
    locked = MonthLock.objects.filter(month=month).exists()
    if locked:
        with change(f"月份已锁定 {month}") as row:
            close_obligations(Obligation.Kind.LOCK, [month], on=day, by="锁定", change_id=row.pk)
    elif not unsigned([month]):
        with change(f"月份可以锁定 {month}") as row:
            owed = Owed(
                kind=Obligation.Kind.LOCK,
                subject=month,
                title=f"{month} 全部数据已签核,可以锁定",
                opened_on=day,
                role="statistician",
                url=f"/months/{month}/lock",
                source="应报数据全部签核",
            )
            open_obligations([owed], change_id=row.pk)
    elif Obligation.objects.filter(kind=Obligation.Kind.LOCK, subject=month, closed_on=None).exists():
        with change(f"月份有数据退回 {month}") as row:
            close_obligations(Obligation.Kind.LOCK, [month], on=day, by="有数据退回", change_id=row.pk)


RECEIVERS = (
    Receiver("sign_off.month", month_is_signed, frozenset({"period.signed", "period.returned", "month.locked"})),
)
