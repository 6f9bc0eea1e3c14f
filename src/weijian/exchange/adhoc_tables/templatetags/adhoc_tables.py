"""The columns of ad-hoc tables that stand beside an indicator: ``{% adhoc_beside measure.id %}``."""

from __future__ import annotations

from django import template

from weijian.exchange.adhoc_tables.queries import bound_columns

register = template.Library()


@register.inclusion_tag("adhoc_tables/beside.html")
def adhoc_beside(measure_id: str) -> dict[str, object]:
    """Bound columns of a measure with their sums; nothing is drawn where there are none."""
    return {"bound": bound_columns(measure_id)}
