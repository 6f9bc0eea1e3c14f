"""The report on the home of those who write and sign it: how far it is, and what waits for this reader."""

from __future__ import annotations

from typing import Any

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.ui.panels import Panel
from weijian.foundation.ui.presentation import language
from weijian.reports.annual.models import Report
from weijian.reports.annual.pages import sign_off_steps
from weijian.reports.annual.queries import department_name
from weijian.reports.annual.signing import waiting


def _context(user: User) -> dict[str, Any] | None:
    report = Report.objects.exclude(state=Report.State.ISSUED).order_by("-year").first()
    if report is None:
        return None
    sections = list(report.sections.all())
    missing = waiting(report, sections)
    return {
        "report": report,
        "steps": sign_off_steps(report, sections),
        "missing": [department_name(one, language()) for one in missing],
        "mine": report.open and bool(user.department) and user.department in missing,
        "to_approve": report.state == Report.State.COSIGNED and Role(user.role) is Role.DIRECTOR,
        "to_issue": report.state == Report.State.APPROVED and Role(user.role) is Role.OFFICE,
    }


PANELS = [Panel(frozenset({Role.OFFICE, Role.DEPARTMENT, Role.DIRECTOR}), 40, "annual/home_panel.html", _context)]
