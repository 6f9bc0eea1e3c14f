"""A district's whole year from its files to the report, in a throw-away installation: seconds, processor time, memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Say = Callable[[str], object]


def bench_district(say: Say, *, scale: float) -> None:
    """Write the world first, outside the clock; then intake, snapshot, figures, plan and report, a day later, and the peers."""
    with tempfile.TemporaryDirectory(prefix="weijian-bench-") as home:
        environment = {**os.environ, "WEIJIAN_HOME": home}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-W", "ignore", "-m", __name__, str(scale)]
        subprocess.run(command, env=environment, check=True)


def _measure(scale: float) -> None:
    import psutil

    from weijian.foundation.process import home, start

    start(migrate=True)
    from django.db import connection

    from weijian.config.bench.measures import all_figures, bench_measures
    from weijian.config.demonstration import ingest_world
    from weijian.domains.governance.services import load_plan
    from weijian.exchange.submissions.models import Submission
    from weijian.foundation import embedded_pg
    from weijian.foundation.figures.services import publish_figures
    from weijian.foundation.figures.store import store_of
    from weijian.foundation.reference_data import load_reference_data
    from weijian.foundation.snapshots.services import publish_snapshot
    from weijian.reports.annual.resolving import resolve_report
    from weijian.reports.annual.services import make_annual_report
    from weijian.reports.citing.printing import print_document
    from weijian.world.write import write_world

    load_reference_data("440113")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0])

    def served() -> float:
        times = server.cpu_times()
        return float(times.user + times.system)

    @contextmanager
    def step(name: str) -> Iterator[Callable[[int], None]]:
        rows: list[int] = []
        begun, own, others = time.perf_counter(), time.process_time(), served()
        yield rows.append
        seconds, own, others = time.perf_counter() - begun, time.process_time() - own, served() - others
        f"{rows[0]:>12,} rows {rows[0] / seconds:>10,.0f} rows/s" if rows else ""
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

    folder = Path(home()) / "world"
    with step("world written (not counted)"):
        write_world(scale, 2017, folder, "440113")
    begun = time.perf_counter()
    by_dataset: dict[str, tuple[float, int]] = {}
    last = [begun, 0.0]

    def progress(done: int, total: int, name: str) -> None:
        now = time.perf_counter()
        seconds, files = by_dataset.get(name, (0.0, 0))
        by_dataset[name] = (seconds + now - last[0], files + done - int(last[1]))
        last[:] = [now, done]

    with step("intake of all files") as told:
        receipts = ingest_world(folder, progress)
        told(sum(one.received for one in receipts))
    received: dict[str, int] = {}
    for one in Submission.objects.only("dataset", "received").iterator():
        received[one.dataset] = received.get(one.dataset, 0) + one.received
    for _name, (_seconds, _files) in sorted(by_dataset.items(), key=lambda one: -one[1][0])[:4]:
        pass
    with step("full snapshot") as told:
        snapshot = publish_snapshot()
        told(snapshot.rows)
    with step("cube store, cold"):
        store_of(snapshot)
    with step("plan and report"):
        load_plan("panyu_2018")
        report = make_annual_report(2017, snapshot)
        (Path(home()) / "report.docx").write_bytes(print_document(resolve_report(report), "docx", ""))
    with step("all figures published"):
        publish_figures()
    all_figures(print)
    with step("snapshot after that day"):
        snapshot = publish_snapshot()
    with step("cube store after that day"):
        store_of(snapshot)
    all_figures(print)
    bench_measures(print)
    connection.close()
    embedded_pg.stop(home())


if __name__ == "__main__":
    _measure(float(sys.argv[1]))
