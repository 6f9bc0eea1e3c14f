"""Measures intake of visits, from CSV to committed, linked rows with receipts, in an installation of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

#: Rows of the measured files, and how many people they come from.
ROWS = 1_200_000
PERSONS = 250_000
FILES = 24

_HEADERS = "就诊流水号,证件类型,证件号码,姓名,性别,出生日期,就诊机构代码,就诊日期,就诊类型,科室代码,主要诊断编码,总费用,药品费,检查检验费,医疗服务费,付费方式"

#: What the time up to each step is spent on. Files are kept, read and checked in a thread of their own while rows are linked
#: and loaded; only what the load waits for shows here.
_STEPS = {
    "kept": "waiting for kept files",
    "opened": "opening receipts",
    "checked": "waiting for checked rows",
    "linked": "linking persons",
    "loaded": "loading rows and history",
    "quarantined": "quarantine",
    "receipted": "receipts, periods, obligations",
    "committed": "audit and commit",
}

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def bench_intake(print: Callable[[str], object]) -> None:
    """Run the measurement in a fresh process with a throw-away home, and print rows a second and the peak memory."""
    with tempfile.TemporaryDirectory(prefix="weijian-bench-") as home:
        environment = {**os.environ, "WEIJIAN_HOME": home}
        environment.pop("DATABASE_URL", None)
        found = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", __name__],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    result = json.loads(found.stdout.splitlines()[-1])
    for name, seconds in result["steps"].items():
        print(f"  {_STEPS.get(name, name):<32} {seconds:8.2f} s")
    print(f"  processor time of this process   {result['processor']:8.2f} s; load of the machine {result['load']:.1f}")
    print(
        f"intake of {result['rows']:,} visits in {FILES} files: {result['seconds']:.1f} s, {result['rate']:,.0f} rows/s"
    )
    print(f"peak memory of the process {result['memory_mib']:,.0f} MiB (goal: at least 80,000 rows/s, below 4 GiB)")


def write_visits(
    folder: Path, codes: list[str], *, rows: int = ROWS, persons: int = PERSONS, files: int = FILES
) -> list[Path]:
    """Visit files of one year, one each for institution and month in turn; every 200th row has a flaw of some kind."""
    import duckdb

    lake = duckdb.connect(config={"threads": 2})
    digits = " + ".join(f"{weight} * substr(base, {place}, 1)::INT" for place, weight in enumerate(_WEIGHTS, 1))
    lake.execute(
        f"CREATE TABLE person AS SELECT i, base || substr('10X98765432', ({digits}) % 11 + 1, 1) AS id_no FROM (SELECT i, "
        "'440113' || strftime(DATE '1930-01-01' + ((i * 37) % 31000)::INT, '%Y%m%d') || lpad((i % 1000)::VARCHAR, 3, '0') "
        f"AS base FROM range({persons}) t(i))"
    )
    paths = []
    for number in range(files):
        code, month = codes[number % len(codes)], number % 12 + 1
        path = folder / f"2017-{month:02d}" / f"{code}-{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        each = rows // files
        lake.execute(
            f"COPY (SELECT 'V{number}-' || v, '01', id_no, '张' || chr(19968 + (i % 5000)::INT), CASE substr(id_no, 17, 1)::INT % 2 "
            f"WHEN 1 THEN '1' ELSE '2' END, substr(id_no, 7, 4) || '-' || substr(id_no, 11, 2) || '-' || substr(id_no, 13, 2), "
            f"'{code}', '2017-{month:02d}-' || lpad((v % 28 + 1)::VARCHAR, 2, '0'), '1', '03', "
            f"CASE WHEN v % 200 = 0 THEN 'QQQ' ELSE 'J06.900' END, printf('%.2f', 100 + v % 900 + 0.5), '50.00', '20.00', "
            f"'30.00', '1' FROM (SELECT v, (v * 7919 + {number} * 104729) % {persons} AS k FROM range({each}) t(v)) "
            f"JOIN person ON i = k) TO '{path}' (FORMAT csv, HEADER false)"
        )
        path.write_bytes((_HEADERS + "\n").encode() + path.read_bytes())
        paths.append(path)
    lake.close()
    return paths


def _measure() -> None:
    import resource

    from weijian.foundation.process import start

    start(migrate=True)
    from weijian.exchange.submissions.recognition import Arrival, organisations_by_code
    from weijian.exchange.submissions.services import ingest_files
    from weijian.foundation.reference_data import load_reference_data

    load_reference_data("440113")
    institutions = organisations_by_code()
    hospitals = sorted(code for code, one in institutions.items() if one.type == "hospital")[:4]
    steps: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = write_visits(Path(folder), hospitals)
        arrivals = [
            Arrival(path, "encounters.outpatient_visit", institutions[path.name.split("-")[0]], path.parent.name)
            for path in paths
        ]
        last = begun = time.perf_counter()
        processor = time.process_time()

        def step(name: str) -> None:
            nonlocal last
            now = time.perf_counter()
            steps[name] = steps.get(name, 0.0) + now - last
            last = now

        receipts = ingest_files(arrivals, step=step)
    seconds = time.perf_counter() - begun
    processor = time.process_time() - processor
    rows = sum(one.received for one in receipts)
    _stop()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"rows": rows, "seconds": seconds, "rate": rows / seconds, "steps": steps, "memory_mib": memory}
    print(json.dumps(found | {"processor": processor, "load": os.getloadavg()[0]}))


def _stop() -> None:
    from weijian.foundation import embedded_pg
    from weijian.foundation.process import home

    embedded_pg.stop(home())


if __name__ == "__main__":
    _measure()
