"""Loads and withdraws boundaries."""

from __future__ import annotations

from pathlib import PurePath

from weijian.foundation.accounts.models import User
from weijian.foundation.changes.services import change
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import SystemClock
from weijian.web.boundaries.geojson import Boundaries, read_boundaries
from weijian.web.boundaries.models import BoundarySet
from weijian.web.boundaries.queries import streets


def load_boundaries(*, name: str, content: bytes, source: str, by: User) -> tuple[BoundarySet, Boundaries]:
    """Check and keep a file; it is drawn from now on. Raises ``boundaries.file`` and ``boundaries.source``."""
    if not source.strip():
        raise WeijianError("boundaries.source", "没有写明边界的来源。", "", "写明由谁提供、依据什么使用")
    found = read_boundaries(content, streets())
    with change("导入地图边界", source="page", actor_id=by.pk, actor_name=str(by)) as row:
        kept = BoundarySet.objects.create(
            filename=PurePath(name).name[-120:],
            source=source.strip(),
            loaded_at=SystemClock().now(),
            loaded_by=str(by),
            features=found.features,
            matched=len(found.features),
            change_id=row.id,
        )
    return kept, found


def withdraw_boundaries(one: BoundarySet, *, by: User) -> None:
    """Draw them no longer; the set before, if any, is drawn again."""
    with change("撤下地图边界", source="page", actor_id=by.pk, actor_name=str(by)):
        one.withdrawn = True
        one.save(update_fields=["withdrawn"])
