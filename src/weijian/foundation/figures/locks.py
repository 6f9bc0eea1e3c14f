"""What changed in a locked month since it was locked, and why: late records, corrections, withdrawals, definitions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from weijian.definitions.measures import Component
from weijian.foundation.figures.catalogue import components, measures
from weijian.foundation.figures.models import MonthLock
from weijian.foundation.figures.published import PublishedValue, published_table
from weijian.foundation.figures.store import current_snapshot, files_of
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError


@dataclass(frozen=True)
class RecordChanges:
    """Records of one kind in the month: arrived late, corrected, or withdrawn since the lock."""

    kind: str
    late: int
    corrected: int
    withdrawn: int


@dataclass(frozen=True)
class FigureChange:
    """One figure of the month that reads otherwise now."""

    measure: str
    area_id: int | None
    organisation_id: int | None
    locked: Decimal | None
    now: Decimal | None
    definition_changed: bool
    records: tuple[RecordChanges, ...]


def changes_since_lock(month: str, *, grain: str = "district") -> list[FigureChange]:
    """Figures of a locked month whose published value changed, with what became of the records behind them.

    Raises :class:`WeijianError` ``figures.not_locked`` for a month that is not locked.
    """
    lock = MonthLock.objects.filter(month=month).first()
    if lock is None:
        raise WeijianError("figures.not_locked", f"{month}没有锁定。", month, "先锁定该月")
    then = _by_key(published_table(list(measures()), [month], grain=grain, snapshot_id=lock.snapshot_id))
    now = _by_key(published_table(list(measures()), [month], grain=grain))
    records = {
        one.kind: one for one in record_changes(Snapshot.objects.get(pk=lock.snapshot_id), current_snapshot(), month)
    }
    found = []
    for key in sorted({*then, *now}, key=str):
        before, after = then.get(key), now.get(key)
        old, new = before.value if before else None, after.value if after else None
        changed = before is not None and after is not None and before.fingerprint != after.fingerprint
        if old == new and not changed:
            continue
        measure_id, area, organisation = key
        touched = tuple(records[kind] for kind in _kinds_of(measure_id) if kind in records)
        found.append(FigureChange(measure_id, area, organisation, old, new, changed, touched))
    return found


def record_changes(before: Snapshot, after: Snapshot, month: str) -> list[RecordChanges]:
    """Record kinds whose partition of the month (or of its year) differs between two snapshots, counted by what
    happened."""
    old, new = files_of(before).files, files_of(after).files
    used = {one.kind for one in components()}
    found = []
    for kind in kinds().values():
        if kind.id not in used:
            continue
        was = [path for path, _digest in old.get(kind.table, ()) if _holds(path, month)]
        is_now = [path for path, _digest in new.get(kind.table, ()) if _holds(path, month)]
        if was != is_now:
            found.append(_compared(kind.id, was, is_now))
    return found


def _compared(kind: str, was: list[Path], is_now: list[Path]) -> RecordChanges:
    with duckdb.connect(config={"threads": 2}) as work:
        for name, paths in (("was", was), ("now", is_now)):
            if paths:
                work.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM read_parquet({[str(one) for one in paths]})")
            else:
                work.execute(f"CREATE TEMP TABLE {name} AS SELECT NULL::BIGINT AS id WHERE false")
        late = work.execute("SELECT count(*) FROM now WHERE id NOT IN (SELECT id FROM was)").fetchone()
        gone = work.execute("SELECT count(*) FROM was WHERE id NOT IN (SELECT id FROM now)").fetchone()
        differ = work.execute("SELECT count(*) FROM was JOIN now USING (id) WHERE hash(was) <> hash(now)").fetchone()
    return RecordChanges(kind, *(int(row[0]) if row else 0 for row in (late, differ, gone)))


def _holds(path: Path, month: str) -> bool:
    """Whether a partition file may hold rows of the month; files are named by partition and hash."""
    return path.stem.rsplit("-", 1)[0] in (month, month[:4], "all")


def _kinds_of(measure_id: str) -> list[str]:
    measure = measures()[measure_id]
    base = measures()[measure.of] if measure.of else measure
    terms = (*base.numerator, *base.numerator_minus, *base.denominator)
    return list(dict.fromkeys(term.kind for term in terms if isinstance(term, Component)))


def _by_key(values: list[PublishedValue]) -> dict[tuple[str, int | None, int | None], PublishedValue]:
    return {(one.measure, one.area_id, one.organisation_id): one for one in values}


def locked_months() -> list[MonthLock]:
    """Locked months, newest first."""
    return list(MonthLock.objects.order_by("-month"))
