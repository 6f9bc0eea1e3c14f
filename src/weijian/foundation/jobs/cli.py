"""``weijian worker``: does the jobs that pages and commands ask for."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker", help="Do the jobs that wait; `weijian serve` starts one beside itself / 执行后台任务")(
        _worker
    )


def _worker(
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits / 做完即止")] = False,
    beside: Annotated[bool, typer.Option("--beside", hidden=True, help="End when the parent process ends.")] = False,
) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.foundation.jobs.worker import work

    work(once=once, beside=beside)
