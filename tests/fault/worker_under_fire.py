"""Worker, asker and counter of the worker's fault test, each run as a process of its own over one installation.

The task writes a line and then waits, as long as a file says so: a test kills the worker while it waits.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def _declare(folder: Path) -> None:
    from weijian.foundation.jobs.registry import Run, task

    @task("tests.patient", "耐心", "Patient")
    def patient(run: Run, name: str) -> dict[str, Any]:
        with (folder / name).open("a") as sink:
            sink.write("begun\n")
        while (folder / "wait").exists():
            time.sleep(0.05)
        return {"text": name}


def main() -> None:
    """``work|once FOLDER`` does jobs; ``desk`` reads ``ask NAME``, ``rollback NAME`` and ``state`` from standard input."""
    verb, folder = sys.argv[1], Path(sys.argv[2])
    from weijian.foundation.process import start

    start(migrate=verb == "desk")
    _declare(folder)
    if verb in ("work", "once"):
        from weijian.foundation.jobs.worker import work

        work(once=verb == "once")
        return
    for line in sys.stdin:
        order, _space, name = line.strip().partition(" ")
        if order != "state":
            _ask(name, keep=order == "ask")
        print(json.dumps(_state()), flush=True)


def _state() -> dict[str, list[object]]:
    from weijian.foundation.jobs.models import Job

    return {one.key: [one.state, one.attempts] for one in Job.objects.filter(task="tests.patient").order_by("id")}


def _ask(name: str, *, keep: bool) -> None:
    from django.db import transaction

    from weijian.foundation.jobs.services import ask

    with transaction.atomic():
        ask("tests.patient", key=name, arguments={"name": name})
        ask("tests.patient", key=name, arguments={"name": name})  # it waits already: nothing new
        if not keep:
            transaction.set_rollback(True)


if __name__ == "__main__":
    main()
