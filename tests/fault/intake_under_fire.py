"""Kills intakes and counts: run as a process of its own, given trials as JSON lines, it prints one JSON line for each.

A trial names a step (``{"step": "loaded"}``) or an instant as a share of the time that an intake takes on this machine
(``{"at": 0.4}``), and what is killed there (``{"at": 0.4, "victim": "server"}``, else the process). A forked child takes one
file in and says so on a pipe, if it lives that long; the parent counts what is there, sends the file again, and counts once
more.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

from weijian.foundation import embedded_pg
from weijian.foundation.process import home

ROWS = 400
INSTITUTION = "PY0000014"
DATASET = "encounters.outpatient_visit"
_HEADERS = (
    "就诊流水号,证件类型,证件号码,姓名,性别,出生日期,就诊机构代码,就诊日期,就诊类型,总费用,药品费,检查检验费,医疗服务费"
)


def main() -> None:
    """Read trials from standard input until it ends."""
    from weijian.foundation.process import start

    start(migrate=True)
    from weijian.foundation.reference_data import load_reference_data

    load_reference_data("440113")
    _warm_up()
    with tempfile.TemporaryDirectory() as folder:
        duration = _undisturbed(Path(folder))
        for number, line in enumerate(sys.stdin):
            print(json.dumps(_trial(Path(folder), number, json.loads(line), duration)), flush=True)


def _undisturbed(folder: Path) -> float:
    """Seconds that an intake takes here when nobody is killed; the second of two, when all is warm."""
    seconds = 0.0
    for number in (20_000, 20_001):
        path = folder / f"{INSTITUTION}-{number}.csv"
        path.write_text(_visits(number), encoding="utf-8")
        begun = time.monotonic()
        assert _ingest_in_child(path, {}, 0.0)
        seconds = time.monotonic() - begun
    return seconds


def _warm_up() -> None:
    """What every child would compute anew is computed once before the forks; nothing here starts a thread."""
    from weijian.engines.intake.check_sql import judgement
    from weijian.foundation.kinds.registry import kind_by_id
    from weijian.foundation.terminology.references import code_table

    code_table()
    judgement(kind_by_id(DATASET))


def _trial(folder: Path, number: int, trial: dict[str, object], duration: float) -> dict[str, object]:
    path = folder / f"{INSTITUTION}-{number}.csv"
    path.write_text(_visits(number), encoding="utf-8")
    acknowledged = _ingest_in_child(path, trial, duration)
    embedded_pg.ensure_running(home())
    first = _counts(number, path)
    _ingest_in_child(path, {}, duration)
    return {"acknowledged": acknowledged, "first": first, "second": _counts(number, path)}


def _visits(number: int) -> str:
    """Good visits of persons never seen before, and one row that is quarantined."""
    lines = [_HEADERS]
    for row in range(ROWS):
        name = chr(0x4E00 + number) + chr(0x4E00 + row)
        fee = "-1" if row == 0 else "10"
        lines.append(f"T{number}-{row},00,,{name},1,1980-01-01,{INSTITUTION},2017-03-05,1,{fee},0,0,0")
    return "\n".join(lines)


def _ingest_in_child(path: Path, trial: dict[str, object], duration: float) -> bool:
    """Take the file in in a child that dies as the trial says; whether it acknowledged before."""
    from django.db import connections

    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            _ingest(path, str(trial.get("step", "")))
            os.write(writing, b"1")
        except Exception:  # the server was killed: what the child acknowledged is all that counts
            os._exit(1)
        finally:
            os._exit(0)
    os.close(writing)
    if "at" in trial:
        time.sleep(float(str(trial["at"])) * duration)
        if trial.get("victim") == "server":
            _kill_server()
        else:
            os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        return pipe.read() == b"1"


def _kill_server() -> None:
    """Every process of the database server at once, as when the power fails."""
    pid = embedded_pg.status(home()).pid
    assert pid is not None
    main = psutil.Process(pid)
    for process in [main, *main.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _ingest(path: Path, step: str) -> None:
    from weijian.exchange.submissions.recognition import recognise
    from weijian.exchange.submissions.services import KILL_AT, ingest_files

    os.environ[KILL_AT] = step
    ingest_files([recognise(path, dataset=DATASET, institution=INSTITUTION)])


def _counts(number: int, path: Path) -> dict[str, int]:
    """Everything that belongs to the trial's file, counted."""
    from django.db import connection

    from weijian.exchange.submissions.models import QuarantinedRow, Submission
    from weijian.records.encounters.models import OutpatientVisit
    from weijian.records.persons.models import Person, PersonLink

    with connection.cursor() as cursor:  # wait until the killed session has ended on the server
        cursor.execute("SELECT pg_advisory_lock(7310003, hashtext(%s))", [OutpatientVisit._meta.db_table])
        cursor.execute("SELECT pg_advisory_unlock(7310003, hashtext(%s))", [OutpatientVisit._meta.db_table])
    visits = OutpatientVisit.objects.filter(visit_no__startswith=f"T{number}-")
    submissions = Submission.objects.filter(filename=path.name)
    persons = Person.objects.filter(name__startswith=chr(0x4E00 + number))
    return {
        "visits": visits.count(),
        "different": visits.values("visit_no").distinct().count(),
        "submissions": submissions.count(),
        "accepted": sum(one.accepted for one in submissions),
        "quarantined": QuarantinedRow.objects.filter(submission__in=submissions).count(),
        "persons": persons.count(),
        "links": PersonLink.objects.filter(person_id__in=persons.values("id")).count(),
    }


if __name__ == "__main__":
    main()
