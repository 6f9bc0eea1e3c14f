"""Navigation entry of the desk for persons."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("身份判定"), "desk", "persons.desk", Group.DATA, "id", 30)]
