"""``weijian snapshot publish|list|pin``: immutable states of the data that figures are computed from."""

from __future__ import annotations

import json
from typing import Annotated

import typer

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document / 输出一个JSON文档")]


def register(app: typer.Typer) -> None:
    """Add the commands; Django starts inside them."""
    snapshot = typer.Typer(no_args_is_help=True, help="数据快照 / Snapshots")
    snapshot.command("publish", help="Publish the committed data and its figures / 发布数据与指标")(_publish)
    snapshot.command("list", help="List snapshots, newest first / 列出快照")(_list)
    snapshot.command("pin", help="Keep a snapshot for ever / 固定快照")(_pin)
    app.add_typer(snapshot, name="snapshot")


def _publish(
    with_figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help="Compute figures too / 同时计算指标")
    ] = True,
    as_json: _Json = False,
) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from weijian.foundation.process import start

    start()
    from importlib import import_module

    from weijian.foundation.snapshots.services import publish_snapshot

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("snapshot", total=None)

        def progress(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name)

        snapshot = publish_snapshot(progress=progress)
        values = None
        if with_figures:
            # The figures' room stands above this one; the command joins them, the services do not know each other.
            values = import_module("weijian.foundation.figures.services").publish_figures(snapshot, progress).written
    found = {**_row(snapshot), "figures_written": values}
    typer.echo(
        json.dumps(found, ensure_ascii=False)
        if as_json
        else f"快照 {snapshot.pk}:{snapshot.rows} 行,{snapshot.files} 个文件"
    )


def _list(as_json: _Json = False) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.foundation.snapshots.models import Snapshot

    rows = [_row(one) for one in Snapshot.objects.order_by("-id")]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        pin = "*" if row["pinned"] else " "
        typer.echo(f"{row['id']:>6} {row['published_at']} {row['rows']:>12,} {pin} {row['pin_reason']}")


def _pin(
    snapshot_id: Annotated[int | None, typer.Argument(metavar="[ID]", help="Else the newest / 缺省为最新")] = None,
    reason: Annotated[str, typer.Option(help="Why it is kept / 原因")] = "由命令行固定",
    as_json: _Json = False,
) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.foundation.changes.services import change
    from weijian.foundation.snapshots.services import newest_snapshot, pin_snapshot

    wanted = newest_snapshot().pk if snapshot_id is None else snapshot_id
    with change(f"固定快照 {wanted}:{reason}", source="command", action="pin"):
        row = _row(pin_snapshot(wanted, reason))
    typer.echo(json.dumps(row, ensure_ascii=False) if as_json else f"快照 {row['id']} 已固定:{reason}")


def _row(snapshot) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {
        "id": snapshot.pk,
        "published_at": snapshot.published_at.isoformat(),
        "manifest": snapshot.manifest_sha256,
        "files": snapshot.files,
        "rows": snapshot.rows,
        "last_change": snapshot.last_change_id,
        "pinned": snapshot.pinned,
        "pin_reason": snapshot.pin_reason,
    }
