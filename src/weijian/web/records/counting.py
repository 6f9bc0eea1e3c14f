"""How many records a list has, from the cubes where they know it: thirteen million rows need not be read for one number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import duckdb
import pyarrow.parquet as pq

from weijian.definitions.measures import Component, When
from weijian.definitions.record_kinds import Partition, RecordKind
from weijian.engines.measures.cubes import component_text
from weijian.engines.measures.rollup import Scope, component_values
from weijian.foundation.access.scope import ReadScope
from weijian.foundation.figures.catalogue import components
from weijian.foundation.kinds.registry import kind_by_id
from weijian.kernel.time import Period, PeriodKind

#: Rows, and what they add up to, by partition.
Counts = dict[str, tuple[int, int]]


def counts_from_cubes(
    connection: duckdb.DuckDBPyConnection,
    component: Component,
    period: Period,
    scope: Scope,
    reader: ReadScope,
    files: Mapping[str, Sequence[str]],
) -> Counts | None:
    """Counts by month, or None where the cubes cannot tell: another partition, another date, rows too sensitive for the
    reader (cubes do not tell them apart), or sums of rows that nothing counts."""
    kind = kind_by_id(component.kind)
    rows = _counting(component)
    if rows is None or not _by_month(kind, component):
        return None
    if any(_most_sensitive(path) > reader.sensitivity for paths in files.values() for path in paths):
        return None
    months = Period.between(PeriodKind.MONTH, period.start, period.end)
    found: Counts = {}
    values = component_values(connection, {rows, component}, months, by=("institution",), scope=scope)
    for (month, institution), sums in values.items():
        if reader.organisation_ids is None or institution in reader.organisation_ids:
            known = found.get(str(month), (0, 0))
            found[str(month)] = (known[0] + sums.get(rows.id, 0), known[1] + sums.get(component.id, 0))
    return {month: counts for month, counts in found.items() if counts[0]}


def _by_month(kind: RecordKind, component: Component) -> bool:
    return (
        kind.partition is Partition.MONTH
        and component.when is When.DURING
        and component.sql is None
        and component.date in (None, "business_date", kind.business_date)
    )


def _counting(component: Component) -> Component | None:
    """The component that counts the rows which this one counts or adds up."""
    if component.value is None:
        return component
    return _counters().get(_condition(component))


@cache
def _counters() -> dict[str, Component]:
    return {_condition(one): one for one in components() if one.value is None and one.sql is None}


def _condition(component: Component) -> str:
    """Everything that decides which rows a component takes, whatever it makes of them."""
    return component_text(kind_by_id(component.kind), component, value=False)


@lru_cache(maxsize=4096)
def _most_sensitive(path: str) -> int:
    """The highest sensitivity of a file's rows, from its own statistics; files never change."""
    metadata = pq.read_metadata(path)
    column = metadata.schema.names.index("sensitivity")
    found = [metadata.row_group(number).column(column).statistics for number in range(metadata.num_row_groups)]
    return max((int(one.max) if one is not None and one.has_min_max else 99 for one in found), default=0)
