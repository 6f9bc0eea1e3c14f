"""Navigation entry of data quality."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("数据质量"), "quality", "quality.view", Group.DATA, "gauge", 20)]
