"""The shell's own entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("首页"), "home", "home.view", Group.WORK, "home", 1)]
