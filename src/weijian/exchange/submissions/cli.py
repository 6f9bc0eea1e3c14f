"""Commands of a clerk or an institution's system: take files in, write templates, export the quarantine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

quarantine = typer.Typer(no_args_is_help=True, help="Rows that could not be understood / 隔离行")


submissions = typer.Typer(no_args_is_help=True, help="What institutions owe / 报送任务")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("ingest")(ingest)
    app.command("template")(template)
    app.add_typer(quarantine, name="quarantine")
    app.add_typer(submissions, name="submissions")


def ingest(
    files: Annotated[list[Path], typer.Argument(exists=True, help="Files or folders / 文件或文件夹")],
    dataset: Annotated[str | None, typer.Option(help="Dataset id, else the folder's name / 数据集")] = None,
    institution: Annotated[str | None, typer.Option(help="Institution code, else the file's name / 机构代码")] = None,
    period: Annotated[str | None, typer.Option(help="2017-03 or 2017, else a folder's name / 报送期")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document / 输出JSON")] = False,
) -> None:
    """Take files in and print the receipt / 报送文件并打印回执."""
    from weijian.foundation.process import start

    start(migrate=True)
    from weijian.content.told import in_both, terminal_language
    from weijian.exchange.submissions.queries import bad_rows_of, reasons_of, texts_of
    from weijian.exchange.submissions.recognition import organisations_by_code, recognise
    from weijian.exchange.submissions.services import ingest_files

    by_code = organisations_by_code()
    paths = [path for given in files for path in _files_below(given)]
    arrivals = [
        recognise(path, dataset=dataset, institution=institution, period=period, by_code=by_code) for path in paths
    ]
    taken = ingest_files(arrivals)
    numbers = ("received", "accepted", "warned", "duplicate", "superseded", "quarantined")
    reasons: dict[str, int] = {}
    texts: dict[str, dict[str, str]] = {}
    for one in taken:
        for code, count in one.reasons.items():
            reasons[code] = reasons.get(code, 0) + count
        for reason in reasons_of(one):
            texts.setdefault(reason.code, texts_of(reason))
    receipt: dict[str, Any] = {name: sum(getattr(one, name) for one in taken) for name in numbers}
    receipt["reasons"] = reasons
    receipt["reason_texts"] = texts
    receipt["files"] = [
        {"file": one.filename, "dataset": one.dataset, "state": one.state, "notes": one.notes}
        | {"error": in_both(one.error) if one.error else None}
        | {name: getattr(one, name) for name in numbers}
        | {"rows": bad_rows_of(one)}
        for one in taken
    ]
    print(json.dumps(receipt, ensure_ascii=False) if as_json else _in_words(receipt, terminal_language()))


def _files_below(given: Path) -> list[Path]:
    if given.is_file():
        return [given]
    endings = {".csv", ".txt", ".xlsx", ".xls", ".ndjson", ".jsonl", ".parquet"}
    return sorted(
        path
        for path in given.rglob("*")
        if path.suffix.lower() in endings and "truth" not in path.relative_to(given).parts[:-1]
    )


def _in_words(receipt: dict[str, Any], language: str) -> str:
    from weijian.content.told import in_language

    english = language == "en"
    lines = [f"{en if english else zh}\t{receipt[name]}" for name, (zh, en) in _NUMBERS.items()]
    for code, count in sorted(receipt["reasons"].items()):
        text = receipt["reason_texts"][code]
        words = f"{text['en']}. {text['fix_en']}" if english else f"{text['zh']},{text['fix_zh']}"
        lines.append(f"  {code}\t{count}\t{words}")
    for one in receipt["files"]:
        lines += [f"{one['file']}\t{in_language(note, language)}" for note in one["notes"]]
        for row in one["rows"]:
            where = f"line {row['line']}" if english else f"第{row['line']}行"
            told = (row["column_en"], row["value"], row["rule_en"], row["fix_en"]) if english else (
                row["column"], row["value"], row["rule"], row["fix"])  # fmt: skip
            lines.append("\t".join((one["file"], where, *told)))
    what, fix = ("what_en", "fix_en") if english else ("what", "fix")
    lines += [f"{one['file']}\t{one['error'][what]}{one['error'][fix]}" for one in receipt["files"] if one["error"]]
    return "\n".join(lines)


_NUMBERS = {
    "received": ("收到", "received"),
    "accepted": ("接受", "accepted"),
    "warned": ("其中有警告", "of these with a warning"),
    "duplicate": ("重复", "duplicate"),
    "superseded": ("被更新版本取代", "superseded by a newer version"),
    "quarantined": ("隔离", "quarantined"),
}


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


@submissions.command("expect")
def expect(year: Annotated[int, typer.Option(min=2000, max=2100, help="Year / 年度")]) -> None:
    """Open what every institution owes for a year; what is there stays / 生成年度报送任务."""
    from weijian.foundation.process import start

    start(migrate=True)
    from weijian.exchange.submissions.periods.services import expect_year

    print(f"{year}\t{expect_year(year)}")


@submissions.command("day")
def day(
    on: Annotated[str, typer.Option(help="2018-04-03; else today / 日期")] = "",
) -> None:
    """What the worker does each day: open the year in time, overdue into the inbox, remind / 每日报送任务."""
    from datetime import date

    from weijian.foundation.process import start

    start(migrate=True)
    from weijian.exchange.submissions.periods.daily import begin_day
    from weijian.foundation.today import today

    found = begin_day(date.fromisoformat(on) if on else today())
    print(f"{found.opened}\t{found.overdue}\t{found.reminded}")


@quarantine.command("export")
def export(
    dataset: Annotated[str, typer.Option(help="Dataset id / 数据集")],
    out: Annotated[Path, typer.Option(help="File to write, .xlsx or .csv / 输出文件")],
    institution: Annotated[str | None, typer.Option(help="Only this institution / 只导出该机构")] = None,
) -> None:
    """Write the rows to be mended as the template with a reason column / 导出待修改的行."""
    from weijian.foundation.process import start

    start()
    from weijian.content.told import terminal_language
    from weijian.exchange.submissions.queries import rows_to_mend
    from weijian.exchange.submissions.template_files import write_quarantine
    from weijian.foundation.kinds.registry import kind_by_id

    kind = kind_by_id(dataset)
    count = write_quarantine(kind, out, rows_to_mend(kind.id, institution_code=institution), terminal_language())
    print(f"{out}\t{count}")
