"""``weijian report annual``: the report of a year as docx, PDF or HTML, and its second computation."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from weijian.reports.commands import BaseUrl, Out, report_commands


def register(app: typer.Typer) -> None:
    """Add the group and this room's commands."""
    report_commands.command("annual", help="The annual work report / 年度工作报告.")(_annual)
    report_commands.command("rerun", help="An issued report computed again / 复算已印发的报告.")(_rerun)
    app.add_typer(report_commands, name="report")


def _annual(
    year: Annotated[int, typer.Option(help="Year of the report.")],
    out: Out,
    form: Annotated[str, typer.Option("--format", help="docx, pdf or html.")] = "docx",
    newest: Annotated[bool, typer.Option("--refresh", help="Bring a draft to the newest snapshot first.")] = False,
    base_url: BaseUrl = "",
) -> None:
    """Write the report as it stands; a year without one gets its draft from content over the newest snapshot."""
    from weijian.foundation.process import start

    start()
    from rich.console import Console

    from weijian.foundation.figures.store import current_snapshot
    from weijian.reports.annual.models import Report
    from weijian.reports.annual.resolving import resolve_report
    from weijian.reports.annual.services import make_annual_report
    from weijian.reports.citing.printing import print_document, write_whole

    console = Console(stderr=True)
    with console.status(f"{year}"):
        report = Report.objects.select_related("snapshot").filter(year=year).first()
        if report is None or newest:
            report = make_annual_report(year, current_snapshot())
        resolved = resolve_report(report)
        write_whole(out, print_document(resolved, form, base_url))
    gaps = sum(1 for _ in resolved.gaps())
    traced = len(resolved.traced())
    typer.echo(f"{out}  {report.get_state_display()},快照 {report.snapshot_id},{traced} 个数字可追溯,{gaps} 处缺数")


def _rerun(
    year: Annotated[int, typer.Option(help="Year of the report.")],
    newest: Annotated[bool, typer.Option("--newest", help="Over the newest snapshot, not the report's own.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Print the differences; none for a report over its own snapshot. Exit code 1 where that is not so."""
    from weijian.foundation.process import start

    start()
    from weijian.foundation.figures.store import current_snapshot
    from weijian.reports.annual.queries import report_of, rerun

    differences = rerun(report_of(year), current_snapshot() if newest else None)
    if as_json:
        rows = [
            {
                "figure": str(one.key or one.measure),
                "was": one.was.text if one.was else None,
                "now": one.now.text if one.now else None,
                "causes": [cause.value for cause in one.causes],
                "late": one.records.late,
                "corrected": one.records.corrected,
                "voided": one.records.voided,
            }
            for one in differences
        ]
        typer.echo(json.dumps({"year": year, "differences": rows}, ensure_ascii=False))
    else:
        for one in differences:
            typer.echo(str(one))
        typer.echo(f"{len(differences)} 处不同")
    if differences and not newest:
        raise typer.Exit(1)
