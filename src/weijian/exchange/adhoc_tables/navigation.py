"""Navigation entries of ad-hoc tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [
    Entry(_("临时报表"), "adhoc_list", "adhoc.manage", Group.DATA, "table", 60),
    Entry(_("填报临时报表"), "adhoc_owed", "adhoc.fill", Group.DATA, "table", 60),
]
