"""``weijian world``: write the files of the synthetic district from the command line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from weijian.world.write import PreviousYear, WorldSummary, write_world


def register(app: typer.Typer) -> None:
    """Add the command ``world``."""
    app.command("world", help="Write what the institutions of the synthetic district would submit in one year.")(_world)


def _world(
    out: Annotated[Path, typer.Option(help="New or empty folder for the files.")],
    scale: Annotated[float, typer.Option(help="Share of persons and their events; 1 is the whole district.")] = 0.01,
    year: Annotated[int, typer.Option(help="Calibrated year.")] = 2017,
    district: Annotated[str, typer.Option(help="Area code of the district.")] = "440113",
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 2017,
    dirt: Annotated[float, typer.Option(help="Multiplies every rate of dirt; 0 writes clean files.")] = 1.0,
    previous_year: Annotated[
        PreviousYear | None, typer.Option(help="How much of the year before; full up to scale 0.1, else operations.")
    ] = None,
    monthly_from_rows: Annotated[
        int, typer.Option(help="A monthly dataset with fewer rows a year is sent by the year.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write the world and say what was written."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("world", total=None)
        summary = write_world(
            scale,
            year,
            out,
            district,
            seed,
            lambda step, done, total: bar.update(task, description=step, completed=done, total=total),
            dirt=dirt,
            previous_year=previous_year,
            monthly_from_rows=monthly_from_rows,
        )
    typer.echo(json.dumps(asdict(summary), ensure_ascii=False) if as_json else _told(summary))


def _told(summary: WorldSummary) -> str:
    lines = [f"{name:36}{rows:>12,}" for name, rows in sorted(summary.rows_by_dataset.items())]
    rate = summary.rows / max(summary.seconds, 1e-9)
    speed = f"{summary.seconds:.1f} s ({rate:,.0f} rows/s)"
    lines.append(f"{summary.rows:,} rows in {summary.files:,} files, {speed}: {summary.folder}")
    return "\n".join(lines)
