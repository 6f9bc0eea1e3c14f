"""Takes one file in, in a process and an installation of its own, and prints what came of it as one JSON line.

``python -m tests.fault.intake_once prepare`` makes the installation; with a file it prints the receipt or the error, the
stored visits, and the peak memory of the process.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from tests.fault.intake_under_fire import DATASET, INSTITUTION


def main(argument: str) -> None:
    """Prepare, or take the file in."""
    from weijian.foundation.process import start

    start(migrate=argument == "prepare")
    if argument == "prepare":
        from weijian.foundation.reference_data import load_reference_data

        load_reference_data("440113")
        return
    print(json.dumps(taken_in(Path(argument))))


def taken_in(path: Path) -> dict[str, object]:
    """Receipt, error and counts of one file."""
    from weijian.exchange.submissions.recognition import recognise
    from weijian.exchange.submissions.services import ingest_files
    from weijian.kernel.errors import WeijianError

    before = _peak_mib()
    begun = time.monotonic()
    found: dict[str, object] = {"error": None}
    try:
        (receipt,) = ingest_files([recognise(path, dataset=DATASET, institution=INSTITUTION)])
        names = ("state", "received", "accepted", "duplicate", "superseded", "quarantined", "reasons", "error")
        found |= {name: getattr(receipt, name) for name in names}
    except WeijianError as problem:
        found["error"] = problem.as_dict()
    found["seconds"] = round(time.monotonic() - begun, 1)
    return found | {"before_mib": before, "peak_mib": _peak_mib(), "visits": _stored(found)}


def _stored(found: dict[str, object]) -> int | None:
    """Rows in the table; None where the server is down because its disk is full."""
    from django.db import OperationalError, connection

    from weijian.records.encounters.models import OutpatientVisit

    try:
        connection.close()
        return OutpatientVisit.objects.count()
    except OperationalError:
        return None


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(sys.argv[1])
