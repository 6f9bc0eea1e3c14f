"""Values that the page components draw. Views build them, templates in ``web/components/`` show them.

Frozen and free of Django, so that a view's output can be asserted in a test without rendering.
See ``README.md`` in this folder for every component with its parameters.
"""

from weijian.foundation.ui.components.charts import Band, Chart, Series, Target
from weijian.foundation.ui.components.figures import Caption, Change, Figure, Light, StatCard
from weijian.foundation.ui.components.shell import Crumb, NavGroup, NavItem, Shell, SnapshotBadge, Tab
from weijian.foundation.ui.components.tables import (
    Cell,
    Column,
    ExportLink,
    FilterChip,
    Row,
    RowAction,
    TableQuery,
    TableState,
)
from weijian.foundation.ui.components.tile_grid import Tile, TileGrid
from weijian.foundation.ui.components.work import (
    FieldChange,
    JobProgress,
    ObligationRow,
    ReceiptReason,
    ReceiptSummary,
    Step,
    TimelineEntry,
)

__all__ = [
    "Band", "Caption", "Cell", "Change", "Chart", "Column", "Crumb", "ExportLink", "FieldChange", "Figure",
    "FilterChip", "JobProgress", "Light", "NavGroup", "NavItem", "ObligationRow", "ReceiptReason", "ReceiptSummary",
    "Row", "RowAction", "Series", "Shell", "SnapshotBadge", "StatCard", "Step", "Tab", "TableQuery", "TableState",
    "Target", "Tile", "TileGrid", "TimelineEntry",
]  # fmt: skip
