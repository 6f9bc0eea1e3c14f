"""Commands of a clerk or an institution's system: take files in, write templates, export the quarantine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

quarantine = typer.Typer(no_args_is_help=True, help="Rows that could not be understood / 隔离行")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("ingest")(ingest)
    app.command("template")(template)
    app.add_typer(quarantine, name="quarantine")


def ingest(
    files: Annotated[list[Path], typer.Argument(exists=True, help="Files or folders / 文件或文件夹")],
    dataset: Annotated[str | None, typer.Option(help="Dataset id, else the folder's name / 数据集")] = None,
    institution: Annotated[str | None, typer.Option(help="Institution code, else the file's name / 机构代码")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document / 输出JSON")] = False,
) -> None:
    """Take files in and print the receipt / 报送文件并打印回执."""
    from weijian.foundation.process import start

    start(migrate=True)
    from weijian.exchange.submissions.recognition import organisations_by_code, recognise
    from weijian.exchange.submissions.services import ingest_files

    by_code = organisations_by_code()
    paths = [path for given in files for path in _files_below(given)]
    arrivals = [recognise(path, dataset=dataset, institution=institution, by_code=by_code) for path in paths]
    taken = ingest_files(arrivals)
    numbers = ("received", "accepted", "warned", "duplicate", "superseded", "quarantined")
    reasons: dict[str, int] = {}
    for one in taken:
        for code, count in one.reasons.items():
            reasons[code] = reasons.get(code, 0) + count
    receipt: dict[str, object] = {name: sum(getattr(one, name) for one in taken) for name in numbers}
    receipt["reasons"] = reasons
    receipt["files"] = [
        {"file": one.filename, "dataset": one.dataset, "state": one.state, "error": one.error, "notes": one.notes}
        | {name: getattr(one, name) for name in numbers}
        for one in taken
    ]
    print(json.dumps(receipt, ensure_ascii=False) if as_json else _in_words(receipt))


def _files_below(given: Path) -> list[Path]:
    if given.is_file():
        return [given]
    endings = {".csv", ".txt", ".xlsx", ".xls", ".ndjson", ".jsonl", ".parquet"}
    return sorted(
        path
        for path in given.rglob("*")
        if path.suffix.lower() in endings and "truth" not in path.relative_to(given).parts[:-1]
    )


def _in_words(receipt: dict[str, object]) -> str:
    words = {
        "received": "收到",
        "accepted": "接受",
        "warned": "其中有警告",
        "duplicate": "重复",
        "superseded": "被更新版本取代",
        "quarantined": "隔离",
    }
    lines = [f"{zh}\t{receipt[name]}" for name, zh in words.items()]
    reasons = receipt["reasons"]
    assert isinstance(reasons, dict)
    lines += [f"  {code}\t{count}" for code, count in sorted(reasons.items())]
    files = receipt["files"]
    assert isinstance(files, list)
    lines += [f"{one['file']}\t{one['error']['what']}{one['error']['fix']}" for one in files if one["error"]]
    return "\n".join(lines)


def template(
    dataset: Annotated[str, typer.Argument(help="Dataset id / 数据集")],
    out: Annotated[Path, typer.Option(help="File to write, .xlsx or .csv / 输出文件")],
) -> None:
    """Write the template of a dataset / 下载报送模板."""
    from weijian.foundation.process import start

    start()
    from weijian.exchange.submissions.template_files import write_template
    from weijian.foundation.kinds.registry import kind_by_id

    write_template(kind_by_id(dataset), out)
    print(out)


@quarantine.command("export")
def export(
    dataset: Annotated[str, typer.Option(help="Dataset id / 数据集")],
    out: Annotated[Path, typer.Option(help="File to write, .xlsx or .csv / 输出文件")],
    institution: Annotated[str | None, typer.Option(help="Only this institution / 只导出该机构")] = None,
) -> None:
    """Write the rows to be mended as the template with a reason column / 导出待修改的行."""
    from weijian.foundation.process import start

    start()
    from weijian.exchange.submissions.queries import rows_to_mend
    from weijian.exchange.submissions.template_files import write_quarantine
    from weijian.foundation.kinds.registry import kind_by_id

    kind = kind_by_id(dataset)
    count = write_quarantine(kind, out, rows_to_mend(kind.id, institution_code=institution))
    print(f"{out}\t{count}")
