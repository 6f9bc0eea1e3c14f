"""Which institutions a table is sent to: by type, level and street, or chosen one by one; closed ones are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from weijian.foundation.organisations.models import Organisation


@dataclass(frozen=True)
class Addressees:
    """A choice of institutions. Types, levels and streets narrow each other; ``codes`` are added whatever they are."""

    types: Sequence[str] = field(default_factory=tuple)
    levels: Sequence[str] = field(default_factory=tuple)
    streets: Sequence[int] = field(default_factory=tuple)
    codes: Sequence[str] = field(default_factory=tuple)

    def organisations(self, day: date) -> QuerySet[Organisation]:
        """The institutions that exist on ``day``."""
        condition = Q(pk__in=[])
        if self.types or self.levels or self.streets:
            condition = Q()
            if self.types:
                condition &= Q(type__in=self.types)
            if self.levels:
                condition &= Q(level__in=self.levels)
            if self.streets:
                condition &= Q(area_id__in=self.streets) | Q(area__parent_id__in=self.streets)
        if self.codes:
            condition |= Q(code__in=self.codes)
        existing = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        return Organisation.objects.filter(condition & existing).order_by("code")
