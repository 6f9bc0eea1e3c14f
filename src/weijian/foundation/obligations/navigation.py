"""Navigation entry of the inbox."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("待办"), "inbox", "home.view", Group.WORK, "inbox", 2)]
