"""``weijian audit``: verify the audit, seal what waits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    audit = typer.Typer(help="The tamper-evident audit / 审计", no_args_is_help=True)
    audit.command("verify", help="Read every leaf and head again. Exit 1 where something is broken.")(_verify)
    audit.command("seal", help="Seal what waits now, without waiting for the sealer.")(_seal)
    app.add_typer(audit, name="audit")


def _verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    heads: Annotated[
        Path | None,
        typer.Option(help="A copy of HOME/audit/heads.log kept elsewhere.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.foundation.audit.verification import verify

    found = verify(heads)
    if as_json:
        print(json.dumps(found.as_dict(), ensure_ascii=False))
    else:
        print(f"已封存 {found.sealed:,},未封存 {found.unsealed:,},树头 {found.heads:,}(库外 {found.exported:,})")
        for fault in found.broken:
            print(f"破坏 {fault.kind} {fault.where}: {fault.what}")
        print("完整" if found.whole else f"发现 {len(found.broken)} 处破坏")
    if not found.whole:
        raise typer.Exit(1)


def _seal() -> None:
    from weijian.foundation.process import start

    start()
    from weijian.foundation.audit.services import seal

    head = seal()
    print(f"树头 {head.number},共 {head.size:,} 条" if head else "没有待封存的记录")
