"""The entry of the reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weijian.foundation.ui.navigation import Entry, Group

ENTRIES = [Entry(_("工作报告"), "reports", "reports.view", Group.REPORTS, "file-text", 10)]
