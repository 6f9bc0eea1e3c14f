"""Takes the drawn year through the product's own doors in a home of its own and prints what came of it as JSON.

Run by ``test_drawn_year.py`` in a process of its own: snapshots read committed rows through their own connection.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from weijian.foundation import embedded_pg

YEAR = 2018


def main(home: Path) -> None:
    """The whole year; every step is what a clerk, the desk, the office would do."""
    os.environ |= {"WEIJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "weijian.config.settings"}
    os.environ.pop("DATABASE_URL", None)
    embedded_pg.ensure_running(home, durability="off")
    try:
        print(json.dumps(_live(home), ensure_ascii=False))
    finally:
        embedded_pg.stop(home)


def _live(home: Path) -> dict[str, Any]:
    from weijian.foundation.process import start

    start(migrate=True)
    from tests.acceptance import files
    from weijian.domains.governance.models import Target
    from weijian.domains.governance.services import load_plan
    from weijian.foundation.changes.services import change
    from weijian.foundation.reference_data import load_reference_data

    load_reference_data("440113")
    load_plan("panyu_2018")
    # The requirements for 2017 are held over the drawn year: a target is judged over its own period.
    with change("画的一年"):
        Target.objects.filter(period="2017").update(period=str(YEAR))
    found: dict[str, Any] = {}
    first = files.write(home / "sent" / "first", files.first_sendings())
    later = files.write(home / "sent" / "later", files.later_sendings())
    found["first"] = _send(first, date(2019, 1, 10)) | {"figures": _figures(), "quarantine": _quarantine()}
    found["again"] = _send(first[-3:], date(2019, 1, 11)) | {"same_snapshot": _publish() == found["first"]["snapshot"]}
    found["reasons"] = _mend_in_excel(later[0].parents[1])
    found["later"] = _send_by_command(later[0].parents[1]) | {
        "figures": _figures(), "tables": _tables(), "lights": _lights(), "quarantine": _quarantine(),
        "history": _earlier_fees(), "trace": _trace(),
    }  # fmt: skip
    change = _merge()
    found["merged"] = {"figures": _figures(), "lights": _lights()}
    _unmerge(change)
    found["unmerged"] = {"figures": _figures(), "lights": _lights()}
    found["report"] = _report(home)
    found["audit"] = _command("audit", "verify")
    return found


def _send(paths: list[Path], received_on: date) -> dict[str, Any]:
    from dataclasses import replace

    from weijian.exchange.submissions.recognition import recognise
    from weijian.exchange.submissions.services import ingest_files

    arrivals = [replace(recognise(path), received_on=received_on) for path in paths]
    receipts = {}
    for one in ingest_files(arrivals, received_on=received_on):
        receipts[f"{one.dataset} {one.institution.code}"] = {
            name: getattr(one, name)
            for name in (
                "state", "received", "accepted", "warned", "duplicate", "superseded", "quarantined", "reasons", "error"
            )
        }  # fmt: skip
    return {"receipts": receipts, "snapshot": _publish()}


def _mend_in_excel(folder: Path) -> list[str]:
    """The clerk opens the exported quarantine of discharges, corrects the admission, saves it; returns the reasons."""
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    from tests.acceptance import district as drawn

    path = folder / "encounters.discharge" / f"{drawn.SECONDARY}.xlsx"
    path.parent.mkdir(parents=True)
    _command("quarantine", "export", "--dataset", "encounters.discharge", "--out", str(path))
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    for row in rows:
        row[head.index("入院日期*")] = drawn.ADMITTED_IN_FACT[row[head.index("住院号*")]]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("填报")
        for number, cells in enumerate([head, *rows]):
            sheet.write_row(number, 0, cells)
    return [str(row[head.index("隔离原因")]) for row in rows]


def _send_by_command(folder: Path) -> dict[str, Any]:
    receipt = json.loads(_command("ingest", str(folder), "--json"))
    receipts = {f"{one['dataset']} {Path(one['file']).stem}": one for one in receipt["files"]}
    return {"receipts": receipts, "whole": receipt, "snapshot": _publish()}


def _publish() -> int:
    from weijian.foundation.snapshots.services import publish_snapshot

    return publish_snapshot().pk


def _figures() -> dict[str, str | None]:
    from tests.acceptance.answers import FIGURES
    from weijian.foundation.figures.queries import figures

    _publish()
    return {one.measure.id: _text(one.rounded) for one in figures(list(FIGURES), [str(YEAR)])}


def _tables() -> dict[str, dict[str, str | None]]:
    """Through the command, as a statistician asks for them."""
    from tests.acceptance.answers import TABLES
    from weijian.foundation.figures.tables import breakdown

    return {
        f"{measure} {by}": {row.key: _text(row.value) for row in breakdown(measure, str(YEAR), by)}
        for measure, by in TABLES
    }


def _trace() -> dict[str, Any]:
    """Records behind the number of disputes, and what the command says beside a figure."""
    trace = json.loads(_command("trace", "disputes.total", "--period", str(YEAR), "--json"))
    shown = json.loads(
        _command("indicator", "show", "contract.coverage", "--period", str(YEAR), "--by", "area", "--json")
    )
    return {"disputes": trace, "coverage": shown}


def _lights() -> dict[str, str]:
    plan = json.loads(_command("plan", "status", "--year", str(YEAR), "--json"))
    return {row["id"]: row["light"] for row in plan["targets"]}


def _quarantine() -> list[list[Any]]:
    from weijian.exchange.submissions.models import QuarantinedRow

    return [
        [one.dataset, one.source_id, one.state, one.reasons] for one in QuarantinedRow.objects.order_by("source_id")
    ]


def _earlier_fees() -> list[int]:
    """What the history keeps of V04, in 分."""
    from weijian.foundation.changes.models import History

    rows = History.objects.filter(table_name="encounters_outpatient_visit", row__visit_no="V04")
    return sorted({row.row["total_fee"] for row in rows})


def _merge() -> int:
    from weijian.records.persons.desk.services import merge_subjects
    from weijian.records.persons.models import Person, PersonLink

    def subject(name: str) -> int:
        person = Person.objects.get(name=name)
        return PersonLink.objects.get(person_id=person.pk, end_change_id__isnull=True).subject_id

    return merge_subjects(subject("李玛丽"), subject("MARY"), "护照与身份证为同一人")


def _unmerge(change: int) -> None:
    from weijian.records.persons.desk.services import unmerge

    unmerge(change, "判定有误")


def _report(home: Path) -> dict[str, Any]:
    out = home / "report.html"
    said = _command("report", "annual", "--year", str(YEAR), "--format", "html", "--out", str(out))
    return {"said": said, "html": out.read_text(encoding="utf-8")}


def _command(*arguments: str) -> str:
    """A command of the product, in this process: what it prints."""
    from typer.testing import CliRunner

    from weijian.config.cli import build

    result = CliRunner().invoke(build(), list(arguments))
    if result.exit_code != 0:
        raise RuntimeError(f"{arguments}: {result.output}") from result.exception
    return result.stdout


def _text(value: object) -> str | None:
    return None if value is None else f"{value:f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
