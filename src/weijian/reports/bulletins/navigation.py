"""The entry of the monthly documents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("统计月报"), "bulletins", "reports.view", Group.REPORTS, "calendar", 20)]
