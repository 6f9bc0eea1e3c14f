"""Brings dues into line with the time in which institutions exist: opened, closed, merged, opened again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from weijian.exchange.submissions.models import DatasetPeriod, Reminder
from weijian.exchange.submissions.periods.due import due_on, owed_in_year
from weijian.exchange.submissions.periods.overdue import settle
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.organisations.models import Organisation


def follow_validity(institutions: Sequence[Organisation], *, on: date, by: str, change_id: int) -> tuple[int, int]:
    """Open what institutions owe in the years that are open already, and withdraw what they owe outside of their time.

    Only what nobody has sent, returned or stated is withdrawn: what was reported stays, whenever it was. In the caller's
    change. Returns how many dues were opened and withdrawn.
    """
    years = {int(period[:4]) for period in DatasetPeriod.objects.values_list("period", flat=True).distinct()}
    declared = list(kinds().values())
    wanted = {due for year in years for due in owed_in_year(declared, list(institutions), year)}
    there = DatasetPeriod.objects.filter(institution__in=institutions)
    known = {(one.dataset, one.institution_id, one.period): one for one in there}
    DatasetPeriod.objects.bulk_create(
        DatasetPeriod(dataset=dataset, institution_id=institution, period=period, due_on=due_on(period))
        for dataset, institution, period in sorted(wanted - known.keys())
    )
    gone = [
        one
        for due, one in known.items()
        if due not in wanted and one.state == DatasetPeriod.State.NOT_SENT and one.first_sent_on is None
    ]
    Reminder.objects.filter(owed__in=gone).delete()  # history keeps both
    DatasetPeriod.objects.filter(pk__in=[one.pk for one in gone]).delete()
    settle({(one.institution_id, one.period) for one in gone}, on=on, by=by, change_id=change_id)
    return len(wanted - known.keys()), len(gone)
