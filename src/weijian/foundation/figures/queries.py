"""Figures for pages, reports, plans and the command line: one way to ask, one answer with everything beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from weijian.definitions.measures import Measure
from weijian.engines.measures.evaluate import Figure, evaluate
from weijian.engines.measures.records import record_list, unlinked_share
from weijian.engines.measures.rollup import Scope
from weijian.foundation.figures.catalogue import fingerprint, measure_by_id, measures, table_functions
from weijian.foundation.figures.store import current_snapshot, store_of
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.quantities import round_half_up
from weijian.kernel.time import Period


@dataclass(frozen=True)
class Answer:
    """One figure with what has to stand beside it."""

    measure: Measure
    figure: Figure
    snapshot_id: int
    fingerprint: str

    @property
    def value(self) -> Decimal | None:
        """The exact value (unrounded); print through :attr:`rounded`."""
        return self.figure.value

    @property
    def rounded(self) -> Decimal | None:
        """The value at the measure's printed decimals, half up."""
        return None if self.figure.value is None else round_half_up(self.figure.value, self.measure.decimals)


def figure(
    measure_id: str, period: Period | str, *, scope: Scope = Scope(), snapshot: Snapshot | None = None
) -> Answer:
    """One figure for one period and scope, from the current (or the named) snapshot."""
    return figures([measure_id], [period], scope=scope, snapshot=snapshot)[0]


def figures(
    measure_ids: Sequence[str],
    periods: Sequence[Period | str],
    *,
    by: Sequence[str] = (),
    scope: Scope = Scope(),
    snapshot: Snapshot | None = None,
) -> list[Answer]:
    """Figures of several measures over several periods at one grain, computed together."""
    snapshot = snapshot or current_snapshot()
    wanted = [measure_by_id(measure_id) for measure_id in measure_ids]
    asked = [period if isinstance(period, Period) else Period.parse(period) for period in periods]
    found = evaluate(
        store_of(snapshot), wanted, asked, catalogue=measures(), functions=table_functions(), by=by, scope=scope
    )
    by_id = {measure.id: measure for measure in wanted}
    order = {measure_id: index for index, measure_id in enumerate(measure_ids)}
    found.sort(key=lambda one: (order[one.measure], one.period, tuple(str(part) for part in one.key)))
    return [Answer(by_id[one.measure], one, snapshot.pk, fingerprint(one.measure)) for one in found]


def unlinked_of(
    measure: Measure, period: Period | str, scope: Scope = Scope(), *, snapshot: Snapshot | None = None
) -> float | None:
    """Share of the counted records that are linked to no known person; None where records have no person."""
    snapshot = snapshot or current_snapshot()
    period = period if isinstance(period, Period) else Period.parse(period)
    opened = measure_by_id(measure.of) if measure.of else measure
    connection = store_of(snapshot)
    lists = [
        record_list(connection, kinds()[one.kind], one, period, scope, limit=0)
        for one in opened.components()
        if kinds()[one.kind].person is not None
    ]
    return unlinked_share(lists)
