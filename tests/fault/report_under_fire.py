"""What the fault test of reports runs as processes of their own: set up, make and be killed, count."""

from __future__ import annotations

import json
import os
import signal
import sys

YEAR = 2017


def main(step: str) -> None:
    """``setup``, ``count``, ``file PATH``, or the step of ``make_annual_report`` at which this process kills itself."""
    from weijian.foundation.process import start

    start(migrate=step == "setup")
    from weijian.foundation.figures.models import Trace
    from weijian.foundation.figures.store import current_snapshot
    from weijian.foundation.reference_data import load_reference_data
    from weijian.foundation.snapshots.services import publish_snapshot
    from weijian.reports.annual.models import Report, ReportSection
    from weijian.reports.annual.services import make_annual_report

    if step == "setup":
        load_reference_data("440113")
        publish_snapshot()
    elif step == "count":
        found = (Report.objects.count(), ReportSection.objects.count(), Trace.objects.count())
        print(json.dumps(found))
    else:
        make_annual_report(YEAR, current_snapshot(), step=lambda name: _die() if name == step else None)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
