"""The panel of open ad-hoc tables on the home of an institution's people."""

from __future__ import annotations

from typing import Any

from weijian.exchange.adhoc_tables.queries import late, owed_by
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.today import today as civil_today
from weijian.foundation.ui.panels import Panel


def _owed(user: User) -> dict[str, Any] | None:
    found = list(owed_by(user)[:8])
    if not found:
        return None
    today = civil_today()
    return {"replies": [(one, late(one, today)) for one in found]}


PANELS = [Panel(frozenset({Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE}), 30, "adhoc_tables/owed_panel.html", _owed)]
