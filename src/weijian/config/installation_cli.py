"""Commands of a real installation: init, backup, restore, upgrade, check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("init", help="Make a real installation: reference data and one administrator by a one-time link.")(
        _init
    )
    app.command("backup", help="Back up database, submitted files, snapshots and keys while work goes on.")(_backup)
    app.command("restore", help="Restore a backup into an empty home.")(_restore)
    app.command("upgrade", help="Back up, then bring server and schema to this version.")(_upgrade)
    app.command("check", help="Check references, receipts, files, snapshots and audit. Exit 1 on a finding.")(_check)


def _init(
    district: Annotated[str, typer.Option(help="Area code of the district.")] = "440113",
    administrator: Annotated[str, typer.Option(help="User name of the first system administrator.")] = "admin",
    site: Annotated[
        str, typer.Option(help="Address at which people reach this installation.")
    ] = "http://127.0.0.1:8000",
) -> None:
    from weijian.config.initialising import initialise

    link = initialise(district, administrator)
    typer.echo(f"{administrator}\t{site.rstrip('/')}{link}")


def _backup(
    out: Annotated[Path, typer.Option(help="Folder that receives the backup, on another disk.", file_okay=False)],
    as_json: Json = False,
) -> None:
    from weijian.config.backup import back_up

    done = back_up(out, _say(as_json))
    if as_json:
        values = {"folder": str(done.folder), "files": done.files, "bytes": done.size, "shared": done.shared}
        typer.echo(json.dumps(values, ensure_ascii=False))
        return
    typer.echo(f"{done.folder}  {done.files:,} 个文件,{done.size:,} 字节,其中 {done.shared:,} 个与上次共用")
    typer.echo("keys/ 中是密钥,请与数据分开保管;请把整个目录复制到另一台机器。")


def _restore(
    source: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder that weijian backup made.")],
) -> None:
    from weijian.config.backup import restore_into_empty_home

    files = restore_into_empty_home(source, _say(False))
    typer.echo(f"已恢复 {files:,} 个文件。请运行 weijian check。")


def _upgrade(
    out: Annotated[Path | None, typer.Option(help="Folder for the backup; else HOME/backups.", file_okay=False)] = None,
) -> None:
    from weijian.config.upgrading import upgrade_installation
    from weijian.foundation.process import home

    backup, applied = upgrade_installation(out or home() / "backups", _say(False))
    typer.echo(f"备份 {backup.folder}")
    typer.echo(f"已应用 {len(applied)} 项结构变更" if applied else "结构已是最新")


def _check(
    as_json: Json = False,
    deep: Annotated[bool, typer.Option("--deep", help="Hash every submitted file again.")] = False,
) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.config.checking import check_installation

    report = check_installation(deep=deep)
    if as_json:
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        for one in report.findings:
            typer.echo(f"{one.check}  {one.where}  {one.count:,}  {one.what}")
        typer.echo(f"发现 {len(report.findings)} 处" if report.findings else "一切完好")
    if report.findings:
        raise typer.Exit(1)


def _say(quiet: bool):  # type: ignore[no-untyped-def]
    return (lambda step: None) if quiet else (lambda step: typer.echo(f"… {step}", err=True))
