"""Documents as JSON values and back: what is stored, frozen and sent."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import Any

from weijian.definitions.documents import (
    Align,
    BulletList,
    Chart,
    ChartKind,
    Column,
    Document,
    FigureRef,
    FigureScope,
    Gap,
    Note,
    PageBreak,
    Paragraph,
    Section,
    Series,
    Strong,
    Table,
    Text,
)
from weijian.kernel.errors import WeijianError

_TYPES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        Align,
        BulletList,
        Chart,
        ChartKind,
        Column,
        Document,
        FigureRef,
        FigureScope,
        Gap,
        Note,
        PageBreak,
        Paragraph,
        Section,
        Series,
        Strong,
        Table,
        Text,
    )
}


def as_data(value: Any) -> Any:
    """A document, or any part of it, as JSON values; :func:`from_data` gives it back equal."""
    if isinstance(value, enum.Enum):
        return {"type": type(value).__name__, "value": value.value}
    if isinstance(value, datetime.date):
        return {"type": "date", "value": value.isoformat()}
    if dataclasses.is_dataclass(value):
        fields = {field.name: as_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"type": type(value).__name__, **fields}
    if isinstance(value, tuple):
        return [as_data(item) for item in value]
    return value


def from_data(data: Any) -> Any:
    """The inverse of :func:`as_data`; refuses what it does not know, and every value checks itself again."""
    if isinstance(data, list):
        return tuple(from_data(item) for item in data)
    if not isinstance(data, dict):
        return data
    name = data.get("type")
    if name == "date":
        return datetime.date.fromisoformat(data["value"])
    if name not in _TYPES:
        raise WeijianError(
            "document.unknown_type",
            f"“{name}” is no part of a document.",
            "from_data",
            "Read it with the version that wrote it.",
        )
    kind = _TYPES[name]
    if issubclass(kind, enum.Enum):
        return kind(data["value"])
    return kind(**{key: from_data(item) for key, item in data.items() if key != "type"})
