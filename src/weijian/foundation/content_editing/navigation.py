"""Navigation entry of content editing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("内容维护"), "content_list", "content.edit", Group.MANAGE, "adjustments", 40)]
