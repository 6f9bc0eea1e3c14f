"""Navigation entry of the boundaries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("地图边界"), "boundaries", "content.edit", Group.MANAGE, "map-2", 42)]
