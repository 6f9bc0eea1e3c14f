"""A component narrowed to one sex or age band: the same condition that the cubes apply, row by row."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from weijian.definitions.measures import Component
from weijian.engines.measures.rollup import Scope


def narrowed(component: Component, scope: Scope) -> Component:
    """The component with the condition on sex and age; itself where neither is asked for, or where it joins tables."""
    if not scope.personal or component.sql is not None:
        return component
    return _narrowed(component, scope.sex, scope.age_from, scope.age_to)


@lru_cache(maxsize=512)
def _narrowed(component: Component, sex: str | None, age_from: int | None, age_to: int | None) -> Component:
    """One value for one question, so that what is compiled and counted for it is remembered."""

    def where(table: Any) -> Any:
        # Asking for the person's sex even where only the age is asked makes the person be joined, as the cubes do.
        inside = table.sex == sex if sex is not None else table.sex.notnull()
        if age_from is not None:
            inside &= table.age >= age_from
        if age_to is not None:
            inside &= table.age.between(0, age_to)
        return inside if component.where is None else component.where(table).fill_null(False) & inside

    return replace(component, where=where)
