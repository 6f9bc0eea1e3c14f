"""Benchmark of measures: the store and all figures, against plain SQL one by one on PostgreSQL, and against pandas."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb
import ibis
from django.db import connection

from weijian.definitions.measures import Component, When
from weijian.engines.measures.cubes import chosen_rows
from weijian.engines.measures.evaluate import evaluate
from weijian.engines.measures.store import build_store
from weijian.foundation.figures.catalogue import components, measures, table_functions
from weijian.foundation.figures.published import published_value
from weijian.foundation.figures.store import current_snapshot, files_of, months_of, store_of
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots import lake
from weijian.kernel.time import Period, PeriodKind

Print = Callable[[str], None]


@dataclass(frozen=True)
class Sample:
    """One measured step: its name, seconds and figures."""

    name: str
    seconds: float
    figures: int


def bench_measures(say: Print, *, peers: int = 12) -> list[Sample]:
    """All indicators × institutions × 12 months from the snapshot; then ``peers`` of the same the two other ways.

    Peers answer the same components by institution and month, one statement each, on the same database and in
    pandas over the same Parquet files; their time is extrapolated to all components and printed as a ratio.
    """
    snapshot = current_snapshot()
    year = months_of(snapshot)[1].year
    months = Period.between(PeriodKind.MONTH, date(year, 1, 1), date(year, 12, 1))
    target = lake.root() / "stores" / "bench.duckdb"
    target.unlink(missing_ok=True)
    cold = lake.root() / "bench-cubes"
    samples = []

    def timed(name: str, run: Callable[[], int]) -> Sample:
        start = time.perf_counter()
        count = run()
        sample = Sample(name, time.perf_counter() - start, count)
        samples.append(sample)
        say(f"{name:48} {sample.seconds:9.2f} s {count:>10,}")
        return sample

    def build() -> int:
        build_store(files_of(snapshot), kinds(), components(), months=months_of(snapshot), cache=cold, target=target)
        return len(components())

    store = store_of(snapshot)
    chosen = [one for one in measures().values() if one.form != "table"]

    def all_figures() -> int:
        return len(
            evaluate(store, chosen, months, catalogue=measures(), functions=table_functions(), by=("institution",))
        )

    first = timed("cubes of all components, cold", build)
    second = timed("all indicators × institutions × 12 months", all_figures)
    _clean(cold, target)
    _published(say, samples)
    ours = (first.seconds + second.seconds) / len(components())
    for name, peer in (("plain SQL on PostgreSQL", _on_postgres), ("pandas", _in_pandas)):
        picked = _peer_components()[:peers]
        _MASKS.update({one.id: _mask(one, files_of(snapshot).paths()[kinds()[one.kind].table]) for one in picked})
        sample = timed(f"{name}, {len(picked)} components", lambda peer=peer, picked=picked: peer(picked, year))  # type: ignore[misc]
        say(f"{name}: {sample.seconds / max(len(picked), 1) / ours:.1f} × our time per component")
    return samples


def _clean(folder, target) -> None:  # type: ignore[no-untyped-def]
    target.unlink(missing_ok=True)
    for file in folder.glob("*.parquet"):
        file.unlink()


def _published(say: Print, samples: list[Sample], rounds: int = 200) -> None:
    times = []
    for number in range(rounds):
        month = f"{months_of(current_snapshot())[1].year}-{number % 12 + 1:02d}"
        start = time.perf_counter()
        published_value("visits.total", month)
        times.append(time.perf_counter() - start)
    times.sort()
    samples.append(Sample("published value, p95", times[int(rounds * 0.95)], rounds))
    say(f"{'published value, p95':48} {samples[-1].seconds * 1000:9.2f} ms")


def _peer_components() -> list[Component]:
    """Flow components that one plain statement can answer; the largest kinds first."""
    found = [one for one in components() if one.sql is None and one.when is When.DURING]
    order = {"encounters.outpatient_visit": 0, "encounters.discharge": 1}
    return sorted(found, key=lambda one: order.get(one.kind, 2))


def _on_postgres(picked: list[Component], year: int) -> int:
    rows = 0
    for component in picked:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT organisation_id, extract(month FROM counted_day), sum(counted_value) "
                f"FROM ({_plain_sql(component)}) c WHERE extract(year FROM counted_day) = {year} GROUP BY 1, 2"
            )
            rows += len(cursor.fetchall())
    return rows


def _plain_sql(component: Component) -> str:
    """The component's rows from the tables of record, as a report writer would select them."""
    kind = kinds()[component.kind]
    day = kind.field(kind.business_date).column
    source = f'(SELECT *, "{day}" AS business_date FROM "{kind.table}" WHERE NOT voided) AS'
    statement = str(ibis.to_sql(chosen_rows(kind, component), dialect="postgres"))
    return statement.replace(f'"{kind.table}" AS', source).replace('"person" AS', f"{_PERSON} AS")


_PERSON = (
    "(SELECT p.id AS identity_id, l.subject_id, p.sex, p.birth_date FROM persons_person p "
    "LEFT JOIN persons_personlink l ON l.person_id = p.id AND l.end_change_id IS NULL)"
)


def _in_pandas(picked: list[Component], year: int) -> int:
    """The idiom of an analyst: read the table, filter, group, one measure after the other."""
    import pandas

    files = files_of(current_snapshot()).paths()
    rows = 0
    for component in picked:
        kind = kinds()[component.kind]
        day = kind.field(kind.business_date).column
        frame = pandas.concat([pandas.read_parquet(path) for path in files.get(kind.table, [])])
        frame = frame[frame["id"].isin(_MASKS[component.id])]
        on = pandas.to_datetime(frame[day])
        frame = frame[on.dt.year == year]
        rows += len(frame.groupby(["organisation_id", on[on.dt.year == year].dt.month]).size())
    return rows


#: Ids that each component counts, found before the clock starts: the peer is spared the filter, not charged for it.
_MASKS: dict[str, list[int]] = {}


def _mask(component: Component, files) -> list[int]:  # type: ignore[no-untyped-def]
    with duckdb.connect() as work:
        kind = kinds()[component.kind]
        day = kind.field(kind.business_date).column
        names = [str(path) for path in files]
        work.execute(f'CREATE VIEW "{kind.table}" AS SELECT *, "{day}" AS business_date FROM read_parquet({names})')
        person = [str(path) for path in files_of(current_snapshot()).paths()["person"]]
        work.execute(f"CREATE VIEW person AS SELECT * FROM read_parquet({person})")
        sql = ibis.to_sql(chosen_rows(kind, component), dialect="duckdb")
        return [row[0] for row in work.execute(f"SELECT id FROM ({sql})").fetchall()]
