"""Navigation entry of the month lock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("月份锁定"), "month_locks", "indicators.lock", Group.FIGURES, "lock", 30)]
