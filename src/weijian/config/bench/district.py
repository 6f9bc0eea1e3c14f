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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Say = Callable[[str], object]

#: How many datasets are named with the time that their intake took.
_NAMED = 5


def bench_district(say: Say, *, scale: float, world: Path | None = None) -> None:
    """Write the world first, outside the clock; then intake, snapshot, figures, plan and report, a day later, and the peers.

    ``world`` names a folder that ``weijian world`` has written already.
    """
    with tempfile.TemporaryDirectory(prefix="weijian-bench-") as home:
        environment = {**os.environ, "WEIJIAN_HOME": home}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-W", "ignore", "-m", __name__, str(scale), str(world or "")]
        subprocess.run(command, env=environment, check=True)


@dataclass
class _Clock:
    """Measures steps: seconds, processor time of this process and of the session's server process, memory."""

    server: Any
    say: Say

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[int], None]]:
        """One step; what it is given is the number of rows that it handled."""
        rows: list[int] = []
        begun, own, served = time.perf_counter(), time.process_time(), self._served()
        yield rows.append
        seconds, own, served = time.perf_counter() - begun, time.process_time() - own, self._served() - served
        rate = f"{rows[0]:>12,} rows {rows[0] / seconds:>9,.0f} rows/s" if rows else f"{'':34}"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        self.say(
            f"{name:28} {seconds:7.1f} s  processor {own:6.1f} s here, {served:6.1f} s server  {rate}  "
            f"peak {peak:.1f} GiB  load {os.getloadavg()[0]:.1f}"
        )

    def _served(self) -> float:
        times = self.server.cpu_times()
        return float(times.user + times.system)


@dataclass
class _Datasets:
    """What the intake of each dataset took, from the progress that it reports."""

    last: float
    seconds: dict[str, float] = field(default_factory=dict)

    def progress(self, _done: int, _total: int, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self.last
        self.last = now

    def tell(self, say: Say, rows: dict[str, int]) -> None:
        for name, seconds in sorted(self.seconds.items(), key=lambda one: -one[1])[:_NAMED]:
            count = rows.get(name, 0)
            say(f"    {name}: {seconds:.1f} s, {count:,} rows, {count / seconds:,.0f} rows/s")


def _measure(say: Say, scale: float, world: Path | None) -> None:
    from weijian.foundation.process import home, start

    start(migrate=True)
    from django.db import connection

    from weijian.config.bench.measures import all_figures, bench_measures
    from weijian.config.bench.snapshot import one_day
    from weijian.foundation import embedded_pg
    from weijian.foundation.figures.services import publish_figures
    from weijian.foundation.figures.store import latest_year, store_of
    from weijian.foundation.reference_data import load_reference_data
    from weijian.foundation.snapshots.services import publish_snapshot
    from weijian.world.write import write_world

    load_reference_data("440113")
    clock = _Clock(_session_process(), say)
    if world is None:
        world = Path(home()) / "world"
        with clock.step("world written"):
            write_world(scale, 2017, world, "440113")
    snapshot = _files_to_report(clock, world)
    with clock.step("all figures published"):
        publish_figures()
    all_figures(say)
    say(f"a day, and 1% late rows over all months: {one_day(latest_year(snapshot)):,} visits")
    with clock.step("snapshot after that day"):
        snapshot = publish_snapshot()
    with clock.step("cube store after that day"):
        store_of(snapshot)
    all_figures(say)
    bench_measures(say)
    connection.close()
    embedded_pg.stop(home())


def _files_to_report(clock: _Clock, world: Path) -> Any:
    """What a bureau waits for: everything from the files to the written report; gives the snapshot."""
    from weijian.config.demonstration import ingest_world
    from weijian.domains.governance.services import load_plan
    from weijian.foundation.figures.store import store_of
    from weijian.foundation.kinds.registry import kind_by_id
    from weijian.foundation.process import home
    from weijian.foundation.snapshots.services import publish_snapshot
    from weijian.reports.annual.resolving import resolve_report
    from weijian.reports.annual.services import make_annual_report
    from weijian.reports.citing.printing import print_document

    begun = time.perf_counter()
    datasets = _Datasets(begun)
    rows: dict[str, int] = {}
    with clock.step("intake of all files") as told:
        for one in ingest_world(world, datasets.progress):
            name = kind_by_id(one.dataset).zh
            rows[name] = rows.get(name, 0) + one.received
        told(sum(rows.values()))
    datasets.tell(clock.say, rows)
    with clock.step("full snapshot") as told:
        snapshot = publish_snapshot()
        told(snapshot.rows)
    with clock.step("cube store, cold"):
        store_of(snapshot)
    with clock.step("plan and report"):
        load_plan("panyu_2018")
        report = make_annual_report(2017, snapshot)
        (Path(home()) / "report.docx").write_bytes(print_document(resolve_report(report), "docx", ""))
    clock.say(f"files → report: {time.perf_counter() - begun:.1f} s (goal at scale 1: 300 s, 8 GiB)")
    return snapshot


def _session_process() -> Any:
    """The server's process of this session, of the embedded server."""
    import psutil
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0])


if __name__ == "__main__":
    _measure(lambda line: print(line, flush=True), float(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None)
