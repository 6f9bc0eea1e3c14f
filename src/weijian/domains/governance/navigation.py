"""Navigation entries of the plan."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [
    Entry(_("驾驶舱"), "cockpit", "plan.view", Group.WORK, "gauge", 5),
    Entry(_("年度计划"), "plan_list", "plan.view", Group.FIGURES, "target-arrow", 20),
    Entry(_("督办事项"), "plan_supervisions", "plan.view", Group.WORK, "flag", 8),
]
