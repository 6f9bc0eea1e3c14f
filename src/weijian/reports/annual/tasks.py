"""The job that makes a year's report, or brings its draft to the newest snapshot."""

from __future__ import annotations

from typing import Any

from weijian.foundation.jobs.registry import Run, task


@task("report.make", "起草或更新工作报告", "Draft or refresh the work report")
def make(run: Run, year: int) -> dict[str, Any]:
    """Draft the year over the newest snapshot, or bring what is open to it; an approved or issued report refuses."""
    from weijian.foundation.figures.store import current_snapshot
    from weijian.reports.annual.models import Report
    from weijian.reports.annual.services import make_annual_report, refresh

    found = Report.objects.filter(year=year).first()
    if found is None:
        report = make_annual_report(year, current_snapshot(), run.progress)
    else:
        report = refresh(found, current_snapshot(), run.progress)
    return {"text": f"{year}年工作报告,快照 {report.snapshot_id}", "url": f"/reports/annual/{year}/"}
