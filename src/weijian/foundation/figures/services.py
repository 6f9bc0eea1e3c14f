"""Publishes figure values, locks months and gives trace codes: the only place where figures are written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pyarrow as pa
from django.db import connection

from weijian.definitions.measures import Measure
from weijian.engines.measures.evaluate import Figure, evaluate
from weijian.engines.measures.rollup import Scope
from weijian.foundation.bulk.copying import copy_in
from weijian.foundation.changes.services import change
from weijian.foundation.figures.catalogue import catalogue_fingerprint, fingerprint, measures, table_functions
from weijian.foundation.figures.grains import (
    DISTRICT,
    INSTITUTION,
    STREET,
    Grain,
    district_only,
    published_at,
    published_periods,
)
from weijian.foundation.figures.models import MonthLock, Publication, Trace
from weijian.foundation.figures.published import KEY, SCHEMA, stored_values
from weijian.foundation.figures.store import changed_tables, current_snapshot, months_of, store_of, tables_of
from weijian.foundation.outbox.services import Told, tell
from weijian.foundation.sign_off.owed import unsigned
from weijian.foundation.sign_off.services import refuse_unexplained, use_unsigned
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.snapshots.services import pin_snapshot
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, Period, SystemClock

Progress = Callable[[int, int, str], None]

#: Symbols of trace codes (Crockford): one case and no I, L, O, U, so that a code read out is not misheard.
CODE_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def publish_figures(
    snapshot: Snapshot | None = None, progress: Progress | None = None, *, clock: Clock | None = None
) -> Publication:
    """Compute every measure at every published grain and period and store what changed since the last publication.

    Only measures are computed anew whose records or definitions changed. One transaction: readers see the old
    values or the new ones. Publishing the same snapshot twice changes nothing.
    """
    snapshot = snapshot or current_snapshot()
    done = Publication.objects.filter(snapshot_id=snapshot.pk, catalogue=catalogue_fingerprint()).first()
    if done is not None:
        return done
    store = store_of(snapshot, progress)
    wanted = _touched(snapshot)
    computed = _computed(store, snapshot, wanted, progress)
    with change(f"发布指标 快照{snapshot.pk}", clock=clock):
        written, ended = _write(computed, [one.id for one in wanted], snapshot.pk)
        publication, _created = Publication.objects.update_or_create(
            snapshot_id=snapshot.pk,
            defaults={
                "published_at": (clock or SystemClock()).now(),
                "catalogue": catalogue_fingerprint(),
                "written": written,
                "ended": ended,
            },
        )
    return publication


def lock_month(
    month: str,
    *,
    snapshot: Snapshot | None = None,
    reasons: Mapping[int, str] | None = None,
    actor_id: int | None = None,
    actor_name: str = "",
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> MonthLock:
    """Close a month (``2017-03``) on a snapshot: its figures are published and its files pinned.

    ``reasons`` says for each institution (by id) whose data of the month are not signed why they are used all the same;
    they are kept with the lock. Raises as :func:`check_lockable`.
    """
    check_lockable(month, reasons)
    snapshot = snapshot or current_snapshot()
    publish_figures(snapshot, progress, clock=clock)
    with change(f"锁定 {month}", actor_id=actor_id, actor_name=actor_name, clock=clock) as row:
        use_unsigned(f"lock:{month}", unsigned([month]), reasons or {}, code="figures.unsigned_month", change_id=row.pk)
        pin_snapshot(snapshot.pk, f"锁定 {month}")
        tell([Told("month.locked", month, {"snapshot": snapshot.pk})], change_id=row.pk, clock=clock)
        return MonthLock.objects.create(
            month=month, snapshot_id=snapshot.pk, locked_at=(clock or SystemClock()).now(), change_id=row.pk
        )


def check_lockable(month: str, reasons: Mapping[int, str] | None = None) -> None:
    """Raise WeijianError ``figures.month`` for what is no month, ``figures.locked`` for one that is locked already, and
    ``figures.unsigned_month`` where an institution has data of the month that are not signed and no reason is given."""
    period = Period.parse(month)
    if len(month) != 7 or period.start.month != period.end.month:
        raise WeijianError("figures.month", f"{month}不是一个月。", month, "写成 2017-03")
    existing = MonthLock.objects.filter(month=month).first()
    if existing is not None:
        raise WeijianError(
            "figures.locked", f"{month}已锁定于快照{existing.snapshot_id}。", month, "锁定后的变化见锁定后变动"
        )
    refuse_unexplained(unsigned([month]), reasons or {}, code="figures.unsigned_month")


def trace_code(
    measure_id: str,
    period: Period | str,
    *,
    area_id: int | None = None,
    organisation_id: int | None = None,
    snapshot: Snapshot | None = None,
) -> str:
    """The ten characters printed beside a figure, kept so that they open; see :func:`code_of`."""
    snapshot = snapshot or current_snapshot()
    code = code_of(measure_id, str(period), area_id, organisation_id, snapshot.pk)
    Trace.objects.get_or_create(
        measure=measure_id,
        period=str(period),
        area_id=area_id,
        organisation_id=organisation_id,
        snapshot_id=snapshot.pk,
        defaults={"code": code, "fingerprint": fingerprint(measure_id)},
    )
    return code


def code_of(measure_id: str, period: str, area_id: int | None, organisation_id: int | None, snapshot_id: int) -> str:
    """The code of a figure, without keeping it; the same figure of the same snapshot always has the same code."""
    return _code("|".join(str(part) for part in (measure_id, period, area_id, organisation_id, snapshot_id)))


def _code(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    symbols = []
    for _place in range(10):
        number, rest = divmod(number, len(CODE_SYMBOLS))
        symbols.append(CODE_SYMBOLS[rest])
    return "".join(symbols)


def _touched(snapshot: Snapshot) -> list[Measure]:
    """Measures whose tables or definitions changed since the last publication; all of them the first time."""
    last = Publication.objects.order_by("-id").first()
    previous = Snapshot.objects.filter(pk=last.snapshot_id).first() if last else None
    if last is None or previous is None or months_of(previous) != months_of(snapshot):
        return list(measures().values())
    if last.catalogue != catalogue_fingerprint():
        return list(measures().values())
    changed = changed_tables(previous, snapshot)
    return [one for one in measures().values() if tables_of(one) & changed]


def _computed(
    store: duckdb.DuckDBPyConnection, snapshot: Snapshot, wanted: list[Measure], progress: Progress | None
) -> pa.Table:
    first, last = months_of(snapshot)
    periods = published_periods(first, last)
    recent = [one for one in periods if not district_only(one, last)]
    tables = []
    for step, (grain, asked) in enumerate(((DISTRICT, periods), (STREET, recent), (INSTITUTION, recent)), start=1):
        chosen = [one for one in wanted if published_at(one, grain)]
        found = evaluate(
            store, chosen, asked, catalogue=measures(), functions=table_functions(), by=grain.by, scope=Scope()
        )
        tables.append(_arrow(found, grain))
        if progress:
            progress(step, 3, grain.name)
    return pa.concat_tables(tables)


def _arrow(figures: list[Figure], grain: Grain) -> pa.Table:
    area, organisation = grain is STREET, grain is INSTITUTION
    kept = [one for one in figures if grain is DISTRICT or (one.key[0] is not None and one.value is not None)]
    prints = {measure_id: fingerprint(measure_id) for measure_id in {one.measure for one in kept}}
    none = [None] * len(kept)
    return pa.table(
        {
            "measure": [one.measure for one in kept],
            "fingerprint": [prints[one.measure] for one in kept],
            "period": [one.period for one in kept],
            "area_id": pa.array([one.key[0] for one in kept] if area else none, pa.int64()),
            "organisation_id": pa.array([one.key[0] for one in kept] if organisation else none, pa.int64()),
            "value": [_text(one.value) for one in kept],
            "numerator": [_text(one.numerator, 4) for one in kept],
            "denominator": [_text(one.denominator, 4) for one in kept],
            "reason": [one.reason for one in kept],
        },
        schema=SCHEMA,
    )


def _text(value: object, decimals: int = 10) -> str | None:
    """Decimals travel as text in one spelling and at the scale of their column, so that equal values compare equal."""
    if value is None:
        return None
    if isinstance(value, Decimal) and -int(value.as_tuple().exponent) > decimals:
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)  # as the column rounds it
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".")


def _write(computed: pa.Table, measure_ids: list[str], snapshot_id: int) -> tuple[int, int]:
    """End values that changed or vanished and write those that are new; gives (written, ended)."""
    work = duckdb.connect(config={"threads": 2})
    try:
        work.register("fresh", computed)
        work.register("held", stored_values(measure_ids))
        same = " AND ".join(f'f."{name}" IS NOT DISTINCT FROM h."{name}"' for name in SCHEMA.names)
        key = " AND ".join(f'f."{name}" IS NOT DISTINCT FROM h."{name}"' for name in KEY)
        written = work.execute(
            f"SELECT f.* FROM fresh f WHERE NOT EXISTS (FROM held h WHERE {key} AND {same})"
        ).to_arrow_table()
        ended = work.execute(
            f"SELECT h.id FROM held h WHERE NOT EXISTS (FROM fresh f WHERE {key} AND {same})"
        ).to_arrow_table()
    finally:
        work.close()
    if ended.num_rows:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE ended_value (id bigint) ON COMMIT DROP")
            copy_in("ended_value", ended, ["id"])
            cursor.execute(
                "UPDATE figures_figurevalue v SET until_snapshot_id = %s FROM ended_value e WHERE e.id = v.id",
                [snapshot_id],
            )
            cursor.execute("DROP TABLE ended_value")
    numbered = written.append_column("snapshot_id", pa.array([snapshot_id] * written.num_rows, pa.int64()))
    copy_in("figures_figurevalue", numbered, numbered.schema.names)
    return written.num_rows, ended.num_rows
