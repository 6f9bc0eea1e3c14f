"""The command group ``weijian report``; each room of reports adds its documents to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

#: ``weijian report …``
report_commands = typer.Typer(no_args_is_help=True, help="Reports, bulletins and forms / 报告、通报与报表.")

Out = Annotated[Path, typer.Option("--out", help="File to write / 输出文件.")]
BaseUrl = Annotated[str, typer.Option("--base-url", help="Address of the installation, for links of trace codes.")]
