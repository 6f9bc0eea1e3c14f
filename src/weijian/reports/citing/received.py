"""Whether anything was received at all: a count of zero over a dataset that nobody sent is a gap, not a zero."""

from __future__ import annotations

from collections.abc import Mapping

from weijian.definitions.measures import Component, Measure, When
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots import lake
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.time import Period


class Received:
    """The partitions of one snapshot, asked once for all figures of a document."""

    def __init__(self, snapshot: Snapshot) -> None:
        partitions: dict[str, set[str]] = {}
        for file in lake.read_manifest(snapshot.manifest_sha256)[0]:
            if file.rows:
                partitions.setdefault(file.table, set()).add(file.partition)
        self._partitions: Mapping[str, set[str]] = partitions

    def missing(self, measure: Measure, period: Period) -> str:
        """Chinese names of the datasets that the numerator counts, where none of them has a row in the period.

        Empty where one of several was received: what the others lack is the business of the datasets' sign-off.
        """
        counted = [term for term in measure.numerator if isinstance(term, Component)]
        if not counted or any(self._has(component, period) for component in counted):
            return ""
        known = (kinds()[component.kind].zh for component in counted if component.kind in kinds())
        return "、".join(dict.fromkeys(known))

    def _has(self, component: Component, period: Period) -> bool:
        known = kinds().get(component.kind)
        tables = component.tables or ((known.table,) if known else ())
        found = {partition for table in tables for partition in self._partitions.get(table, ())}
        if component.when in (When.DURING, When.MCH_YEAR):
            months = set(period.month_codes())
            return bool(found & (months | {month[:4] for month in months} | {"all"}))
        return any(partition == "all" or partition <= period.end.isoformat() for partition in found)
