"""Registers ``weijian lifetable``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "lifetable",
        help="Life table of a CSV age,population,deaths (single or five-year ages, open end). Example: weijian lifetable ages.csv --json",
    )(_lifetable)


def _lifetable(
    file: Annotated[Path, typer.Argument(help="CSV with columns age, population, deaths.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    from weijian.engines.lifetable.command import lifetable_command

    raise typer.Exit(lifetable_command(file, as_json))
