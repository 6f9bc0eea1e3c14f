"""Navigation entries of the indicators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("指标"), "indicators", "indicators.view", Group.FIGURES, "chart-bar", 10)]
