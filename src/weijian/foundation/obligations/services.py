"""Opens and closes obligations inside the transaction of what causes them; many at a time in one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from weijian.foundation.obligations.models import Obligation


@dataclass(frozen=True)
class Owed:
    """What is to be opened. ``subject`` names the thing among those of its kind; nothing personal in any field."""

    kind: Obligation.Kind
    subject: str
    title: str
    opened_on: date
    due_at: datetime | None = None
    organisation_id: int | None = None
    department: str = ""
    role: str = ""
    url: str = ""
    source: str = ""


def open_obligations(owed: Iterable[Owed], *, change_id: int) -> None:
    """Open what is not open yet, in the caller's change; what is open already stays as it is, with its first clock."""
    Obligation.objects.bulk_create(
        [
            Obligation(
                kind=one.kind,
                subject=one.subject,
                title=one.title,
                url=one.url,
                organisation_id=one.organisation_id,
                department=one.department,
                role=one.role,
                opened_on=one.opened_on,
                due_at=one.due_at,
                source=one.source,
                change_id=change_id,
            )
            for one in owed
        ],
        ignore_conflicts=True,
    )


def close_obligations(kind: Obligation.Kind, subjects: Sequence[str], *, on: date, by: str, change_id: int) -> int:
    """Close what is open of these subjects, in the caller's change; returns how many were."""
    if not subjects:
        return 0
    waiting = Obligation.objects.filter(kind=kind, subject__in=subjects, closed_on=None)
    return waiting.update(closed_on=on, closed_by=by, change_id=change_id)


def note_obligation(kind: Obligation.Kind, subject: str, *, source: str, change_id: int) -> int:
    """Say anew why an open one is owed (for example that it was reminded of), in the caller's change."""
    waiting = Obligation.objects.filter(kind=kind, subject=subject, closed_on=None)
    return waiting.update(source=source, change_id=change_id)


def move_obligations(kind: Obligation.Kind, subjects: Sequence[str], *, due_at: datetime, change_id: int) -> int:
    """Give open ones another clock (a deadline was moved), in the caller's change."""
    waiting = Obligation.objects.filter(kind=kind, subject__in=subjects, closed_on=None)
    return waiting.update(due_at=due_at, change_id=change_id)
