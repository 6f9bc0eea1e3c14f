"""Loads areas from content and keeps their validity; the only place where areas change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from weijian.foundation.areas.models import Area
from weijian.kernel.errors import WeijianError


def load_areas(rows: Iterable[Mapping[str, str]]) -> int:
    """Create or update areas by (code, valid_from), parents before children; the caller opens the change context.

    Rows have ``code, parent, level, zh, en, valid_from, valid_to``. Returns the number of areas written.
    """
    levels = [level.value for level in Area.Level]
    ordered = sorted(rows, key=lambda row: levels.index(row["level"]))
    parents: dict[str, Area] = {area.code: area for area in Area.objects.order_by("valid_from")}
    written = 0
    for row in ordered:
        parent = parents.get(row["parent"])
        if row["parent"] and parent is None:
            raise WeijianError("area.parent", f"区划 {row['code']} 的上级 {row['parent']} 不存在。", row["code"])
        parents[row["code"]], _created = Area.objects.update_or_create(
            code=row["code"],
            valid_from=date.fromisoformat(row["valid_from"]),
            defaults={
                "zh": row["zh"],
                "en": row["en"],
                "level": row["level"],
                "parent": parent,
                "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            },
        )
        written += 1
    return written
