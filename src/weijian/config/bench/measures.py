"""Measures of the installation: the cube store, all figures, published values, record lists; then the peers."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period, PeriodKind

Say = Callable[[str], object]

_ROUNDS = 200


def bench_measures(say: Say) -> None:
    """All indicators × institutions × 12 months from the snapshot, cold; p95 of a published value and of the first page of
    a record list; then the same components as plain SQL and in pandas, with the ratios."""
    from weijian.foundation.process import start

    start()
    from weijian.config.bench.peers import run_peers
    from weijian.foundation.figures.store import current_snapshot, latest_year, months_of

    snapshot = current_snapshot()
    year = months_of(snapshot)[1].year
    say(f"{'rows of the snapshot':48} {snapshot.rows:>11,}")
    cold_store(say)
    all_figures(say)
    published_values(say, year)
    record_lists(say, latest_year(snapshot))
    run_peers(say, year)


def cold_store(say: Say) -> None:
    """Say how long it takes to count the cubes of all components of the current snapshot from nothing."""
    from weijian.engines.measures.store import build_store
    from weijian.foundation.figures.catalogue import components
    from weijian.foundation.figures.store import current_snapshot, files_of, months_of
    from weijian.foundation.kinds.registry import kinds
    from weijian.foundation.snapshots import lake

    snapshot = current_snapshot()
    target, cache = lake.root() / "stores" / "bench.duckdb", lake.root() / "bench-cubes"
    begun = time.perf_counter()
    build_store(files_of(snapshot), kinds(), components(), months=months_of(snapshot), cache=cache, target=target)
    seconds = time.perf_counter() - begun
    target.unlink()
    for file in cache.iterdir():
        file.unlink()
    cache.rmdir()
    say(f"{f'cubes of all {len(components())} components, cold':48} {seconds:9.2f} s")


def all_figures(say: Say) -> None:
    """Say how long it takes to form all indicators × institutions × 12 months from the store that stands."""
    from weijian.engines.measures.evaluate import evaluate
    from weijian.foundation.figures.catalogue import measures, table_functions
    from weijian.foundation.figures.store import current_snapshot, months_of, store_of

    snapshot = current_snapshot()
    store = store_of(snapshot)
    year = months_of(snapshot)[1].year
    months = Period.between(PeriodKind.MONTH, date(year, 1, 1), date(year, 12, 1))
    chosen = [one for one in measures().values() if one.form != "table"]
    begun = time.perf_counter()
    found = evaluate(store, chosen, months, catalogue=measures(), functions=table_functions(), by=("institution",))
    seconds = time.perf_counter() - begun
    say(f"{f'{len(chosen)} indicators × institutions × 12 months':48} {seconds:9.2f} s {len(found):>10,} figures")


def published_values(say: Say, year: int) -> None:
    """Median and p95 of one published value from the database."""
    from weijian.foundation.figures.catalogue import measures
    from weijian.foundation.figures.published import published_value
    from weijian.foundation.figures.services import publish_figures

    publish_figures()
    names = [one.id for one in measures().values() if one.form != "table"]
    times = []
    for number in range(_ROUNDS):
        begun = time.perf_counter()
        published_value(names[number * 7 % len(names)], f"{year}-{number % 12 + 1:02d}")
        times.append(time.perf_counter() - begun)
    say(f"{'one published value, p50 / p95':48} {_spread(times)}")


def record_lists(say: Say, year: int) -> None:
    """Median and p95 of the first page of a list of visits, its count not remembered and remembered."""
    from weijian.engines.measures.rollup import Scope
    from weijian.foundation.access.scope import ReadScope
    from weijian.foundation.figures.catalogue import measures
    from weijian.foundation.figures.store import current_snapshot, store_of
    from weijian.web.records.queries import Question, forget_counts, parts_of, record_page

    snapshot, reader = current_snapshot(), ReadScope(None, 5)
    busiest = (
        store_of(snapshot)
        .execute("SELECT organisation_id FROM cube_place GROUP BY 1 ORDER BY sum(value) DESC LIMIT 3")
        .fetchall()
    )
    scopes = [Scope(), *(Scope(organisation_id=row[0]) for row in busiest), Scope(sex="2"), Scope(age_from=65)]
    parts = {
        part.component.id: part
        for measure in measures().values()
        for part in parts_of(measure)
        if part.component.kind == "encounters.outpatient_visit" and part.component.sql is None
    }
    if not parts:
        raise WeijianError("bench.no_visits", "没有门急诊指标。", "", "先运行 weijian demo")
    periods = [Period.parse(str(year)), *(Period.parse(f"{year}-{month:02d}") for month in (1, 6, 12))]
    asked = [
        Question(part, period, scope, reader, snapshot)
        for part in parts.values()
        for period in periods
        for scope in scopes
    ]
    first, again = [], []
    rows = 0
    for question in asked:
        forget_counts()
        for times in (first, again):
            begun = time.perf_counter()
            rows = max(rows, record_page(question, offset=0, size=50).total)
            times.append(time.perf_counter() - begun)
    name = f"first page of {len(asked)} lists of visits, up to {rows:,} rows"
    say(f"{name}: p50 / p95 {_spread(first)}; count remembered {_spread(again)}")


def _spread(times: list[float]) -> str:
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2] * 1000:.1f} / {ordered[int(len(ordered) * 0.95)] * 1000:.1f} ms"
