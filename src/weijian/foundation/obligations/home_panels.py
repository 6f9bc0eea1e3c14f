"""The inbox stands first on every home."""

from __future__ import annotations

from typing import Any

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.obligations.drawing import rows_of
from weijian.foundation.obligations.queries import count_for, owed_by
from weijian.foundation.today import now
from weijian.foundation.ui.panels import Panel

#: Rows on the home; the page has the rest.
SHOWN = 5


def _inbox(user: User) -> dict[str, Any] | None:
    count = count_for(user, now())
    return {"rows": rows_of(owed_by(user)[:SHOWN]), "count": count} if count.open else None


PANELS = [Panel(frozenset(Role), 1, "obligations/panel.html", _inbox)]
