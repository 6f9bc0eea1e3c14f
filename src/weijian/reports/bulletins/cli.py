"""``weijian report bulletin`` and ``weijian report form``: the month as a document and as the statutory Excel form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weijian.reports.commands import BaseUrl, Out, report_commands

_Month = Annotated[str, typer.Option(help="Month, for example 2017-06.")]


def register(app: typer.Typer) -> None:
    """Add this room's commands to the group that the annual report registers."""
    report_commands.command("bulletin", help="The monthly bulletin / 统计月报.")(_bulletin)
    report_commands.command("form", help="The statutory monthly form as Excel / 法定月报表.")(_form)


def _bulletin(
    month: _Month,
    out: Out,
    form: Annotated[str, typer.Option("--format", help="docx, pdf or html.")] = "docx",
    base_url: BaseUrl = "",
) -> None:
    """Write the bulletin of a month over the newest snapshot."""
    from weijian.foundation.process import start

    start()
    from weijian.foundation.figures.store import current_snapshot
    from weijian.reports.bulletins.making import month_of
    from weijian.reports.bulletins.services import publish_bulletin
    from weijian.reports.citing.printing import print_document, write_whole

    resolved = publish_bulletin(month_of(month), current_snapshot())
    write_whole(out, print_document(resolved, form, base_url))
    typer.echo(f"{out}  {len(resolved.traced())} 个数字可追溯,{sum(1 for _ in resolved.gaps())} 处缺数")


def _form(
    month: _Month,
    out: Out,
    template: Annotated[Path | None, typer.Option(help="An authority's own workbook with the cells named.")] = None,
) -> None:
    """Write the filled form of a month over the newest snapshot."""
    from weijian.foundation.process import start

    start()
    from weijian.foundation.figures.store import current_snapshot
    from weijian.reports.bulletins.making import month_of
    from weijian.reports.bulletins.services import publish_form
    from weijian.reports.citing.printing import write_whole

    filled = publish_form(month_of(month), current_snapshot(), template)
    write_whole(out, filled.content)
    typer.echo(f"{out}  {len(filled.resolved.traced())} 个数字可追溯,{sum(1 for _ in filled.resolved.gaps())} 处缺数")
