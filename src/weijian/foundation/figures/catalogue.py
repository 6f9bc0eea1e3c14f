"""The catalogue of measures: every installed room's ``measures`` module, validated against kinds and content."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Mapping
from functools import cache
from types import ModuleType

import duckdb
from django.apps import apps

from weijian.definitions.measures import Component, Measure
from weijian.engines.measures.cubes import component_text
from weijian.engines.measures.evaluate import Figure, TableFunction
from weijian.engines.measures.rollup import Scope
from weijian.foundation.kinds.registry import kinds
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period


@cache
def measures() -> Mapping[str, Measure]:
    """All measures by id, in the order of rooms and declarations."""
    found: dict[str, Measure] = {}
    for module in _modules():
        for measure in getattr(module, "MEASURES", ()):
            if measure.id in found:
                raise WeijianError("definition.duplicate_measure", f"{measure.id} is declared twice.", module.__name__)
            found[measure.id] = measure
    for measure in found.values():
        if measure.of is not None and measure.of not in found:
            raise WeijianError("definition.measure_growth", f"There is no measure {measure.of}.", measure.id)
    return found


@cache
def table_functions() -> Mapping[str, TableFunction]:
    """Functions of table measures by name, from the rooms' ``TABLE_FUNCTIONS``; of those that stand in ``TABLE_BY_SEX`` one
    sex may be asked, of none an age."""
    found: dict[str, TableFunction] = {}
    for module in _modules():
        by_sex = getattr(module, "TABLE_BY_SEX", ())
        for name, function in getattr(module, "TABLE_FUNCTIONS", {}).items():
            found[name] = _for_everybody(function, by_sex=name in by_sex)
    return found


def _for_everybody(function: TableFunction, *, by_sex: bool) -> TableFunction:
    """The function, with a gap where a sex or an age is asked that it does not tell apart."""

    def answered(measure: Measure, connection: duckdb.DuckDBPyConnection, period: Period, scope: Scope) -> Figure:
        if scope.age_from is not None or scope.age_to is not None or (scope.sex is not None and not by_sex):
            return Figure(measure.id, str(period), (), None, None, None, "not_by_person")
        return function(measure, connection, period, scope)

    return answered


@cache
def table_inputs() -> Mapping[str, frozenset[str]]:
    """Snapshot tables that the functions of table measures read, from the rooms' ``TABLE_INPUTS``; areas and
    institutions need not be named. A function that names none is computed anew after any change."""
    return {
        name: frozenset(tables) for module in _modules() for name, tables in getattr(module, "TABLE_INPUTS", {}).items()
    }


@cache
def components() -> tuple[Component, ...]:
    """Every component that any measure or table function needs, each once."""
    found: dict[str, Component] = {}
    declared = [one for measure in measures().values() for one in measure.components()]
    declared += [one for module in _modules() for one in getattr(module, "COMPONENTS", ())]
    for component in declared:
        known = found.setdefault(component.id, component)
        if known is not component and known != component:
            raise WeijianError("definition.component", f"Component {component.id} is declared twice.", component.kind)
    return tuple(found.values())


def measure_by_id(measure_id: str) -> Measure:
    """The measure of that id; an error naming near matches where there is none."""
    try:
        return measures()[measure_id]
    except KeyError:
        import difflib

        near = difflib.get_close_matches(measure_id, measures(), n=3, cutoff=0.4)
        raise WeijianError(
            "measure.unknown", f"没有指标 {measure_id}。", measure_id, f"相近的指标:{'、'.join(near)}" if near else ""
        ) from None


@cache
def fingerprint(measure_id: str) -> str:
    """Fingerprint of a definition, the expressions of all its components included."""
    measure = measure_by_id(measure_id)
    texts = {one.id: component_text(kinds()[one.kind], one) for one in measure.components()}
    if measure.of is not None:
        texts[measure.of] = fingerprint(measure.of)
    return measure.fingerprint(texts)


@cache
def catalogue_fingerprint() -> str:
    """One hash over the expressions of every component: another catalogue needs another cube store."""
    texts = [f"{one.id}\n{component_text(kinds()[one.kind], one)}" for one in components()]
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()


@cache
def _modules() -> tuple[ModuleType, ...]:
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith("weijian.") and importlib.util.find_spec(f"{config.name}.measures") is not None:
            found.append(importlib.import_module(f"{config.name}.measures"))
    return tuple(found)
