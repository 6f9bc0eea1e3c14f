"""Commands of the installation itself: demonstration and serving."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from weijian.kernel.errors import WeijianError

Report = Callable[[int, int, str], None]


def register(app: typer.Typer) -> None:
    """Add ``demo`` and ``serve``."""
    app.command(
        "demo", help="A marked demonstration: synthetic district → intake → snapshot → figures → report → pages."
    )(_demo)
    app.command("serve", help="Serve this installation / 启动服务.")(_serve)


def _serve(
    port: Annotated[int, typer.Option(help="Port.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Do jobs in a process beside.")] = True,
) -> None:
    from weijian.config.serving import serve
    from weijian.config.upgrading import refuse_outdated
    from weijian.foundation.process import start

    start()
    refuse_outdated()
    print(f"http://{host}:{port}")
    serve(port, host, worker=worker)


def _demo(
    scale: Annotated[float, typer.Option(help="Share of persons and their events; 1 is the whole district.")] = 0.01,
    year: Annotated[int, typer.Option(help="Calibrated year of the district.")] = 2017,
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop after the headline figures.")] = False,
    district: Annotated[str, typer.Option(help="Area code of the district.")] = "440113",
) -> None:
    """Make the demonstration; run again, it goes on from what is already there."""
    from weijian.foundation.process import home, start

    began = time.monotonic()
    console = Console()
    home().mkdir(parents=True, exist_ok=True)
    mark = home() / "demo"
    if (home() / "pg").exists() and not mark.exists():
        raise WeijianError(
            "demo.real_installation", "这里是正式安装,不能变成演示。", str(home()), "用 --data-dir 指定另一个目录"
        )
    wanted = {"scale": scale, "year": year, "district": district}
    if mark.exists() and json.loads(mark.read_text()) != wanted:
        raise WeijianError("demo.other", "已有另一份演示数据。", str(home()), "换一个 --data-dir,或删除该目录后重来")
    mark.write_text(json.dumps(wanted))
    with _bars(console) as bars:
        with _step(bars, "启动数据库"):
            start(migrate=True)
        from weijian.config import demonstration_run

        summary = demonstration_run.run(scale, year, district, lambda name: _step(bars, name))
    console.print(summary.headline())
    console.print(f"[dim]{time.monotonic() - began:.0f} s[/dim]")
    if not no_serve:
        from weijian.config.serving import serve

        console.print(f"[bold]http://127.0.0.1:{port}[/bold]  (Ctrl-C 停止)")
        serve(port)


def _bars(console: Console) -> Progress:
    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


class _step:
    """One line of progress: a context manager that gives a callback (done, total, detail)."""

    def __init__(self, bars: Progress, name: str) -> None:
        self.bars = bars
        self.task = bars.add_task(name, total=1)

    def __enter__(self) -> Report:
        return lambda done, total, _detail: self.bars.update(self.task, completed=done, total=total)

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        if kind is None:
            task = next(one for one in self.bars.tasks if one.id == self.task)
            self.bars.update(self.task, completed=task.total or 1)


def remove_world(folder: Path) -> None:
    """Remove the files of the synthetic district once they have been taken in; the submissions keep every byte."""
    shutil.rmtree(folder, ignore_errors=True)
