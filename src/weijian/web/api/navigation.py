"""Navigation entry of the machine tokens."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [
    Entry(_("接口令牌"), "tokens", "accounts.manage", Group.MANAGE, "key", 15),
]
