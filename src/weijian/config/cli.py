"""The command line: each room registers its commands; engines' commands import no Django and need no database."""

from __future__ import annotations

import sys

import typer

from weijian.kernel.errors import WeijianError

app = typer.Typer(
    name="weijian",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="卫健 Weijian: 区县卫生健康运行系统 / a district's health system, from plan to records to the published report.",
)


def build() -> typer.Typer:
    """Register every command; modules are imported here, Django only inside the commands that need it."""
    from weijian.config import commands
    from weijian.engines.lifetable import cli as lifetable

    for module in (commands, lifetable):
        module.register(app)
    return app


def main() -> None:
    """Entry point: expected failures print one line to standard error and exit with their code."""
    try:
        build()()
    except WeijianError as problem:
        print(str(problem), file=sys.stderr)
        raise SystemExit(problem.exit_code) from None


if __name__ == "__main__":
    main()
