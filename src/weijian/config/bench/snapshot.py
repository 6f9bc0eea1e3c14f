"""Measures snapshots of the installation: everything read anew, then one day's records with late ones over all months.

The day is taken in through the ordinary intake, so it stays in the installation: only a demonstration may be measured.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from weijian.kernel.errors import WeijianError

Say = Callable[[str], object]

_HEADERS = (
    "就诊流水号,证件类型,证件号码,姓名,性别,出生日期,就诊机构代码,就诊日期,就诊类型,科室代码,主要诊断编码,总费用,药品费,检查检验费,"
    "医疗服务费,付费方式"
)
#: Share of all visits that one day brings, and of those that arrive late over all months.
_DAY, _LATE = 1 / 365, 0.01
_SENDERS = 12

#: Visits of the largest senders drawn again under numbers of their own: for one day, and late ones for any.
_DRAWN = """
SELECT o.code, to_char(v.visit_on, 'YYYY-MM'), 'B' || %(run)s || '-' || v.id, p.id_type, p.id_no, p.name, p.sex,
    p.birth_date::text, v.visit_on::text, v.visit_type, v.department, v.diagnosis, v.total_fee, v.drug_fee,
    v.examination_fee, v.service_fee, v.payment
FROM encounters_outpatient_visit v JOIN persons_person p ON p.id = v.patient_id
JOIN organisations_organisation o ON o.id = v.institution_id
WHERE NOT v.voided AND v.institution_id = ANY(%(senders)s) AND v.visit_on >= %(first)s AND v.visit_on <= %(last)s
    AND random() < %(share)s ORDER BY 1, 2
"""


def bench_snapshot(say: Say) -> None:
    """Full snapshot, then the snapshot after one day; prints rows, seconds, rows a second, bytes written and memory."""
    from weijian.foundation.process import start

    start()
    from django.conf import settings

    from weijian.foundation.figures.store import latest_year
    from weijian.foundation.snapshots.models import Snapshot
    from weijian.foundation.snapshots.services import publish_snapshot

    if not settings.DEMO:
        raise WeijianError(
            "bench.demo_only",
            "这项测试会写入一天的记录,只能在演示环境运行。",
            "snapshot",
            "先运行 weijian demo --scale 1",
        )
    with _measured(say, "full snapshot") as told:
        whole = publish_snapshot(whole=True)
        told(whole.rows)
    received = one_day(latest_year(whole))
    say(f"taken in: one day and {_LATE:.0%} late over all months, {received:,} visits")
    with _measured(say, "snapshot after that day") as told:
        told(publish_snapshot().rows)
    say(f"snapshots kept: {Snapshot.objects.count()}")


@contextmanager
def _measured(say: Say, name: str) -> Iterator[Callable[[int], None]]:
    import resource

    rows: list[int] = []
    before, begun, busy = _written(), time.perf_counter(), time.process_time()
    yield rows.append
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(
        f"{name:28} {rows[0]:>12,} rows {seconds:8.2f} s ({busy:.1f} s of this process's CPU) "
        f"{rows[0] / seconds:>12,.0f} rows/s {(_written() - before) / 2**20:8.1f} MiB written, peak {memory:,.0f} MiB"
    )


def _written() -> int:
    from weijian.foundation.snapshots import lake

    return sum(path.stat().st_size for path in (lake.root() / "data").rglob("*.parquet"))


def one_day(year: int) -> int:
    """Take in one day's visits and late ones over all months, drawn again from those on record; gives how many."""
    from weijian.exchange.submissions.recognition import Arrival, organisations_by_code
    from weijian.exchange.submissions.services import ingest_files

    institutions = organisations_by_code()
    with tempfile.TemporaryDirectory(prefix="weijian-bench-") as folder:
        paths = _files(Path(folder), year)
        receipts = ingest_files(
            [Arrival(path, "encounters.outpatient_visit", institutions[path.stem], path.parent.name) for path in paths],
            actor_name="bench snapshot",
        )
    return sum(one.received for one in receipts)


def _files(folder: Path, year: int) -> list[Path]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT institution_id, count(*) FROM encounters_outpatient_visit WHERE visit_on >= %s AND visit_on <= %s "
            "GROUP BY 1 ORDER BY 2 DESC LIMIT %s",
            [f"{year}-12-01", f"{year}-12-31", _SENDERS],
        )
        senders = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE institution_id = ANY(%s)) FROM encounters_outpatient_visit "
            "WHERE visit_on >= %s AND visit_on <= %s",
            [senders, f"{year}-01-01", f"{year}-12-31"],
        )
        total, of_senders = cursor.fetchone()
        weight = total / of_senders if of_senders else 1
        rows: dict[tuple[str, str], list[tuple[object, ...]]] = {}
        run = int(time.time())
        for part, (first, share) in enumerate(
            ((f"{year}-01-01", _LATE * weight), (f"{year}-12-01", 12 * _DAY * weight))
        ):
            asked = {"run": f"{run}{part}", "senders": senders, "first": first, "last": f"{year}-12-31", "share": share}
            cursor.execute(_DRAWN, asked)
            for code, month, *row in cursor.fetchall():
                rows.setdefault((month, code), []).append(_line(code, row))
    return [_write(folder / month / f"{code}.csv", found) for (month, code), found in sorted(rows.items())]


def _line(code: str, row: list[object]) -> tuple[object, ...]:
    source, id_type, id_no, name, sex, birth, day, *rest, payment = row
    visit, fees = rest[:3], [f"{int(str(fee or 0)) / 100:.2f}" for fee in rest[3:]]
    return source, id_type, id_no, name, sex, birth or "", code, day, *visit, *fees, payment


def _write(path: Path, rows: list[tuple[object, ...]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(_HEADERS + "\n")
        csv.writer(stream).writerows(rows)
    return path
