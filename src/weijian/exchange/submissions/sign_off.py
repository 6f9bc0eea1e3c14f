"""Tells figures what institutions owe and what of it is signed; found by name, because figures stand below this room."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Q

from weijian.exchange.submissions.models import DatasetPeriod
from weijian.foundation.sign_off.owed import Ledger, OwedCount, Unsigned


class _Periods:
    """The register of dataset periods."""

    def ledger(self, institutions: Collection[int] | None) -> Ledger:
        """Counts by dataset and period."""
        found = DatasetPeriod.objects.all()
        if institutions is not None:
            found = found.filter(institution_id__in=institutions)
        signed = Count("id", filter=Q(state=DatasetPeriod.State.SIGNED))
        rows = found.values_list("dataset", "period").annotate(owed=Count("id"), signed=signed).order_by()
        return {(dataset, period): OwedCount(owed, signed) for dataset, period, owed, signed in rows}

    def unsigned(self, periods: Collection[str]) -> list[Unsigned]:
        """What is owed for the periods and not signed."""
        rows = (
            DatasetPeriod.objects.filter(period__in=list(periods))
            .exclude(state=DatasetPeriod.State.SIGNED)
            .order_by("institution__code", "dataset", "period")
            .values_list("dataset", "institution_id", "period", "state")
        )
        return [Unsigned(*row) for row in rows]


REGISTER = _Periods()
