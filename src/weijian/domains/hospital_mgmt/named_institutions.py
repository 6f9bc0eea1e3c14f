"""Institutions that a published document names one by one: which they are is content, by the measure that counts them."""

from __future__ import annotations

from functools import cache
from typing import Any

from weijian import content
from weijian.definitions.measures import OrganisationFilter


def named(measure_id: str) -> OrganisationFilter:
    """Filter for the institutions whose codes ``institutions/named_in_documents.csv`` gives for a measure.

    A district in which none of them stands has no value for the measure.
    """
    codes = _codes(measure_id)

    def chosen(organisation: Any) -> Any:
        return organisation.code.isin(codes)

    return chosen


@cache
def _codes(measure_id: str) -> tuple[str, ...]:
    rows = content.read_csv("institutions/named_in_documents.csv")
    return tuple(row["institution"] for row in rows if row["measure"] == measure_id)
