"""What is overdue becomes somebody's: one inbox row for an institution and period, closed when the last dataset has come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import Count, Q

from weijian.exchange.submissions.models import DatasetPeriod
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.services import Owed, close_obligations, open_obligations
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.time import start_of_day

#: States in which the institution still has to send.
MISSING = (DatasetPeriod.State.NOT_SENT, DatasetPeriod.State.RETURNED)

#: (institution id, period)
Place = tuple[int, str]


def owe_overdue(day: date, *, change_id: int) -> int:
    """Open a row for every institution and period with datasets overdue on a day; returns how many there are."""
    rows = (
        DatasetPeriod.objects.filter(state__in=MISSING, due_on__lt=day)
        .values_list("institution_id", "period", "due_on")
        .annotate(missing=Count("id"))
        .order_by("institution_id", "period")
    )
    found = list(rows)
    names = dict(Organisation.objects.values_list("id", "zh"))
    open_obligations(
        (
            _owed(institution, period, due, missing, names[institution], day)
            for institution, period, due, missing in found
        ),
        change_id=change_id,
    )
    return len(found)


def owe_returned(owed: DatasetPeriod, day: date, *, change_id: int) -> None:
    """A returned dataset is owed again at once, whether it is overdue or not."""
    one = _owed(owed.institution_id, owed.period, owed.due_on, 1, owed.institution.zh, day)
    open_obligations([one], change_id=change_id)


def settle(places: Collection[Place], *, on: date, by: str, change_id: int) -> int:
    """Close the rows of institutions and periods of which nothing is missing or returned any more, in the caller's change."""
    waiting = Obligation.objects.filter(kind=Obligation.Kind.SEND, closed_on=None)
    if not places or not waiting.exists():
        return 0
    still = _still_missing(places)
    done = [subject_of(*place) for place in places if place not in still]
    return close_obligations(Obligation.Kind.SEND, done, on=on, by=by, change_id=change_id)


def subject_of(institution_id: int, period: str) -> str:
    """Name of the row among those of its kind."""
    return f"{institution_id}:{period}"


def _still_missing(places: Iterable[Place]) -> set[Place]:
    wanted = list(places)
    found = DatasetPeriod.objects.filter(
        Q(state=DatasetPeriod.State.RETURNED) | Q(state=DatasetPeriod.State.NOT_SENT),
        institution_id__in={institution for institution, _period in wanted},
        period__in={period for _institution, period in wanted},
    )
    return set(found.values_list("institution_id", "period"))


def _owed(institution: int, period: str, due: date, missing: int, name: str, day: date) -> Owed:
    return Owed(
        kind=Obligation.Kind.SEND,
        subject=subject_of(institution, period),
        title=f"{period} 有数据集未报或被退回({name},{missing}项)",
        opened_on=day,
        due_at=start_of_day(due + timedelta(days=1)),
        organisation_id=institution,
        role="clerk",
        url=f"/submissions/?period={period}",
        source=f"报送期截止 {due}",
    )
