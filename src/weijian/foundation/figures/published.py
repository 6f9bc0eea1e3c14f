"""Reads published values: of one figure in a millisecond, of a table with small numbers withheld, or all for
comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import Q

from weijian.engines.measures.suppression import withheld
from weijian.foundation.content_editing.queries import number_on
from weijian.foundation.figures.catalogue import measure_by_id
from weijian.foundation.figures.models import FigureValue

#: What tells published values apart, and all that is compared when a new snapshot is published.
KEY = ("measure", "period", "area_id", "organisation_id")
SCHEMA = pa.schema(
    [
        ("measure", pa.string()),
        ("fingerprint", pa.string()),
        ("period", pa.string()),
        ("area_id", pa.int64()),
        ("organisation_id", pa.int64()),
        ("value", pa.string()),
        ("numerator", pa.string()),
        ("denominator", pa.string()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class PublishedValue:
    """One published value; ``withheld`` where the small-number rule keeps it back (then no number is given)."""

    measure: str
    period: str
    area_id: int | None
    organisation_id: int | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reason: str
    fingerprint: str
    snapshot_id: int
    withheld: bool = False


def published_value(
    measure_id: str,
    period: str,
    *,
    area_id: int | None = None,
    organisation_id: int | None = None,
    snapshot_id: int | None = None,
) -> PublishedValue | None:
    """The value that holds now, or held at a snapshot; None where none was published. Not withheld: for the
    district."""
    rows = _at(snapshot_id).filter(measure=measure_id, period=period, area_id=area_id, organisation_id=organisation_id)
    row = rows.order_by("-snapshot_id").first()
    return _value(row) if row is not None else None


def published_table(
    measure_ids: Sequence[str], periods: Sequence[str], *, grain: str, snapshot_id: int | None = None
) -> list[PublishedValue]:
    """Values of measures over places: ``grain`` is ``district``, ``street`` or ``institution``.

    In tables below the district, counts of persons under the threshold are withheld, and what would give them away.
    """
    rows = _at(snapshot_id).filter(measure__in=measure_ids, period__in=periods)
    rows = rows.filter(area_id__isnull=grain != "street", organisation_id__isnull=grain != "institution")
    values = [_value(row) for row in rows.order_by("measure", "period", "area_id", "organisation_id")]
    return values if grain == "district" else _suppressed(values)


def suppression_threshold(day: date | None = None) -> int:
    """Counts of persons below this are withheld; dated content that a bureau may change by an approved edit."""
    return int(number_on("figures/suppression.csv:persons", day))


def stored_values(measure_ids: Sequence[str]) -> pa.Table:
    """All values of some measures that hold now, with their ids, as Arrow."""
    columns = ["id", *SCHEMA.names]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM figures_figurevalue "
            "WHERE until_snapshot_id IS NULL AND measure = ANY(%s)",
            [list(measure_ids)],
        )
        rows = cursor.fetchall()
    data: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    arrays = [pa.array(data[0], pa.int64())]
    for field, column in zip(SCHEMA, data[1:], strict=True):
        plain = [_plain(one) for one in column] if field.name in ("value", "numerator", "denominator") else column
        arrays.append(pa.array(plain, field.type))
    return pa.table(arrays, names=columns)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.10f}".rstrip("0").rstrip(".")


def _at(snapshot_id: int | None):  # type: ignore[no-untyped-def]
    if snapshot_id is None:
        return FigureValue.objects.filter(until_snapshot_id__isnull=True)
    return FigureValue.objects.filter(
        Q(until_snapshot_id__isnull=True) | Q(until_snapshot_id__gt=snapshot_id), snapshot_id__lte=snapshot_id
    )


def _value(row: FigureValue) -> PublishedValue:
    return PublishedValue(
        row.measure,
        row.period,
        row.area_id,
        row.organisation_id,
        row.value,
        row.numerator,
        row.denominator,
        row.reason,
        row.fingerprint,
        row.snapshot_id,
    )


def _suppressed(values: list[PublishedValue]) -> list[PublishedValue]:
    threshold = suppression_threshold()
    lines: dict[tuple[str, str], dict[int, PublishedValue]] = {}
    for index, one in enumerate(values):
        if measure_by_id(one.measure).suppress:
            lines.setdefault((one.measure, one.period), {})[index] = one
    found = list(values)
    for line in lines.values():
        counts = {index: None if one.numerator is None else int(one.numerator) for index, one in line.items()}
        for index in withheld(counts, threshold):
            found[index] = replace(found[index], value=None, numerator=None, reason="withheld", withheld=True)
    return found
