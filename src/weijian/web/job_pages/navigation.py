"""Navigation entry of the queue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("任务队列"), "jobs", "system.health", Group.MANAGE, "clock", 45)]
