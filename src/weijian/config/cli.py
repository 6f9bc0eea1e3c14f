"""The command line: each room registers its commands; engines' commands import no Django and need no database."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from weijian.config.discovery import modules
from weijian.content.told import in_language, terminal_language
from weijian.kernel.errors import WeijianError

app = typer.Typer(
    name="weijian",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="卫健 Weijian:区县卫生健康运行系统 / a district's health system, from plan to records to the published report.",
)

#: Command modules below the rooms: engines and the world, which import no Django.
ENGINE_COMMANDS = (
    "weijian.engines.lifetable.cli",
    "weijian.engines.detection.cli",
    "weijian.engines.detection.delay.cli",
    "weijian.engines.detection.linelist.cli",
    "weijian.world.cli",
)


@app.callback()
def options(
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", help="Home of the installation / 安装目录 (else WEIJIAN_HOME, else ./.weijian)"),
    ] = None,
) -> None:
    """Options of every command; :func:`home_first` brings them here from behind it."""
    if data_dir is not None:
        os.environ["WEIJIAN_HOME"] = str(data_dir.absolute())


def build() -> typer.Typer:
    """Register every command; Django is imported only inside the commands that need it."""
    present = [name for name in ENGINE_COMMANDS if find_spec(name)]
    for name in (
        *present,
        "weijian.config.commands",
        "weijian.config.installation_cli",
        "weijian.config.bench",
        *modules("cli"),
    ):
        import_module(name).register(app)
    return app


def home_first(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--data-dir HOME`` in front of the command, wherever it was written.

    Every command takes the option, but none of them declares it: it belongs to the program. What stands after ``--``
    is left alone.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    taken: list[str] = []
    rest: list[str] = []
    before = iter(arguments[:end])
    for one in before:
        if one == "--data-dir":
            taken += [one, *islice(before, 1)]
        elif one.startswith("--data-dir="):
            taken.append(one)
        else:
            rest.append(one)
    return [*taken, *rest, *arguments[end:]]


def main() -> None:
    """Entry point: expected failures print one line to standard error and exit with their code."""
    try:
        build()(args=home_first(sys.argv[1:]))
    except WeijianError as problem:
        language = terminal_language()
        print(problem.told(lambda text: in_language(text, language)), file=sys.stderr)
        raise SystemExit(problem.exit_code) from None
    finally:
        audit = sys.modules.get("weijian.foundation.audit.services")
        if audit is not None:
            audit.seal_what_was_written()


if __name__ == "__main__":
    main()
