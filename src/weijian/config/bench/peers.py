"""The same measures two other ways: plain SQL one by one on the database of record, and pandas one by one over the files.

Both answer a component by institution and month from its own declaration, and both must come to the same sum as the cubes:
a peer that counts something else would be no comparison.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis.expr.operations as ops
import pandas
from django.db import connection
from ibis.common.exceptions import IbisError

from weijian.definitions.expressions import snapshot_schema
from weijian.definitions.measures import Component, Measure, When
from weijian.engines.measures.cubes import filter_table
from weijian.engines.measures.evaluate import evaluate
from weijian.engines.measures.rollup import component_values
from weijian.engines.measures.selecting import selection_sql
from weijian.engines.measures.store import build_store, open_store
from weijian.foundation.figures.catalogue import components, measures, table_functions
from weijian.foundation.figures.store import current_snapshot, files_of, months_of, store_of
from weijian.foundation.kinds.registry import kinds
from weijian.kernel.time import Period, PeriodKind

Say = Callable[[str], object]


@dataclass(frozen=True)
class Peer:
    """Seconds that the other way took for so many measures, and what they took here: cubes from nothing, then figures."""

    name: str
    measures: int
    seconds: float
    here: float


def run_peers(say: Say, year: int) -> list[Peer]:
    """Both peers over every measure whose terms they can answer; AssertionError where one counts otherwise than the cubes.

    A term that several measures share is timed once and counted for each: one by one is how a report writer asks.
    """
    sums = component_values(store_of(current_snapshot()), components(), [Period.parse(str(year))])[(str(year),)]
    found = []
    for name, answer, able in (("plain SQL on PostgreSQL", _on_postgres, _plain), ("pandas", _in_pandas, _in_memory)):
        chosen = {one: _terms(one) for one in measures().values() if _terms(one) and all(map(able, _terms(one)))}
        seconds: dict[str, float] = {}
        for component in {term.id: term for terms in chosen.values() for term in terms}.values():
            begun = time.perf_counter()
            counted = answer(component, year)
            seconds[component.id] = time.perf_counter() - begun
            assert counted == sums.get(component.id, 0), (name, component.id, counted, sums.get(component.id, 0))
        asked = [term for terms in chosen.values() for term in terms]
        peer = Peer(name, len(chosen), sum(seconds[term.id] for term in asked), _here(list(chosen), asked, year))
        say(
            f"{peer.measures} measures by institution and month: {name}, {len(asked)} statements {peer.seconds:.2f} s; here, cubes "
            f"cold and figures {peer.here:.2f} s: {peer.seconds / peer.here:.1f} ×"
        )
        found.append(peer)
    return found


def _terms(measure: Measure) -> list[Component]:
    """The components of a plain measure; none for a table, for a growth, and where a population stands below the line."""
    terms = [*measure.numerator, *measure.numerator_minus, *measure.denominator]
    if measure.form == "table" or measure.of is not None or not all(isinstance(one, Component) for one in terms):
        return []
    return [one for one in terms if isinstance(one, Component)]


def _here(chosen: Sequence[Measure], asked: Sequence[Component], year: int) -> float:
    """Seconds for the same measures from the same snapshot, counted from nothing."""
    snapshot = current_snapshot()
    months = Period.between(PeriodKind.MONTH, date(year, 1, 1), date(year, 12, 1))
    with tempfile.TemporaryDirectory(prefix="weijian-bench-") as folder:
        target = Path(folder) / "store.duckdb"
        begun = time.perf_counter()
        build_store(
            files_of(snapshot),
            kinds(),
            list({one.id: one for one in asked}.values()),
            months=months_of(snapshot),
            cache=Path(folder) / "cubes",
            target=target,
        )
        store = open_store(target, files_of(snapshot), kinds())
        evaluate(store, chosen, months, catalogue=measures(), functions=table_functions(), by=("institution",))
        seconds = time.perf_counter() - begun
        store.close()
    return seconds


def _plain(component: Component) -> bool:
    """Flows that one plain statement can answer."""
    kind = kinds()[component.kind]
    own_date = component.date in (None, "business_date", kind.business_date)
    return component.sql is None and component.when is When.DURING and own_date


def _on_postgres(component: Component, year: int) -> int:
    """The component's rows from the tables of record, as a report writer would select them."""
    kind = kinds()[component.kind]
    day = kind.field(kind.business_date).column
    rows = selection_sql(kind, component, Period.parse(str(year)), (), dialect="postgres")
    sources = {
        f'"{kind.table}" AS': f'(SELECT *, "{day}" AS business_date FROM "{kind.table}" WHERE NOT voided) AS',
        '"person" AS': f"{_PERSON} AS",
        '"organisation" AS': "(SELECT *, id AS organisation_id FROM organisations_organisation) AS",
    }
    for name, source in sources.items():
        rows = rows.replace(name, source)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, extract(month FROM business_date), sum(counted) "
            f"FROM ({rows.replace('%', '%%')}) c GROUP BY 1, 2"
        )
        return sum(int(row[2]) for row in cursor.fetchall())


_PERSON = (
    "(SELECT p.id AS identity_id, l.subject_id, p.sex, p.birth_date FROM persons_person p "
    "LEFT JOIN persons_personlink l ON l.person_id = p.id AND l.end_change_id IS NULL)"
)


def _in_memory(component: Component) -> bool:
    """Plain flows whose expressions pandas understands as they stand, and that ask nothing of the person."""
    if not _plain(component) or component.organisations is not None:
        return False
    kind = kinds()[component.kind]
    if not set(_columns(component)) <= set(snapshot_schema(kind).names):
        return False
    empty = pandas.DataFrame({name: pandas.Series([], dtype="object") for name in _columns(component)})
    try:
        _pandas_value(component, empty)
    except (AttributeError, TypeError, ValueError, IbisError):  # the expression needs what only Ibis has
        return False
    return True


def _columns(component: Component) -> Sequence[str]:
    table = filter_table(kinds()[component.kind])
    names = {"organisation_id", kinds()[component.kind].field(kinds()[component.kind].business_date).column}
    for made in (component.where, component.value):
        if made is not None:
            names |= {one.name for one in made(table).op().find(ops.Field)}
    return sorted(names)


def _pandas_value(component: Component, frame: pandas.DataFrame) -> pandas.Series:
    if component.where is not None:
        frame = frame[component.where(frame).fillna(False).astype(bool)]
    return component.value(frame) if component.value is not None else pandas.Series(1, index=frame.index)


def _in_pandas(component: Component, year: int) -> int:
    """The idiom of an analyst: read the columns of the table, filter, group, one measure after the other."""
    kind = kinds()[component.kind]
    day = kind.field(kind.business_date).column
    paths = files_of(current_snapshot()).paths().get(kind.table, [])
    frame = pandas.concat([pandas.read_parquet(path, columns=list(_columns(component))) for path in paths])
    on = pandas.to_datetime(frame[day])
    frame, on = frame[on.dt.year == year].reset_index(drop=True), on[on.dt.year == year].reset_index(drop=True)
    value = _pandas_value(component, frame)
    return int(value.groupby([frame["organisation_id"], on.dt.month]).sum().sum())
