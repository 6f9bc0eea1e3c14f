"""Finds the rooms: every package below foundation, records, domains, exchange, reports and web that holds models or pages.

Adding a domain is adding one folder; nothing central is edited.
"""

from __future__ import annotations

import importlib.util
import pkgutil
from functools import cache

#: Layers in import order; rooms of a lower layer are installed first.
LAYERS = ("foundation", "records", "domains", "exchange", "reports", "web")

#: A package with one of these modules is a room.
_MARKS = ("models", "views", "urls", "api", "apps")


@cache
def rooms() -> tuple[str, ...]:
    """Dotted names of all rooms, lower layers first, alphabetical inside a layer."""
    found: list[str] = []
    for layer in LAYERS:
        package = f"weijian.{layer}"
        spec = importlib.util.find_spec(package)
        if spec is None or spec.submodule_search_locations is None:
            continue
        if _is_room(list(spec.submodule_search_locations)):
            found.append(package)
        for info in sorted(pkgutil.iter_modules(spec.submodule_search_locations), key=lambda item: item.name):
            if not info.ispkg:
                continue
            name = f"{package}.{info.name}"
            inner = importlib.util.find_spec(name)
            if inner and inner.submodule_search_locations and _is_room(list(inner.submodule_search_locations)):
                found.append(name)
    return tuple(found)


def _is_room(locations: list[str]) -> bool:
    names = {info.name for info in pkgutil.iter_modules(locations)}
    return any(mark in names for mark in _MARKS)


def modules(name: str) -> tuple[str, ...]:
    """Dotted names of every room's module of that name, for example ``urls`` or ``measures``."""
    found = []
    for room in rooms():
        if importlib.util.find_spec(f"{room}.{name}") is not None:
            found.append(f"{room}.{name}")
    return tuple(found)


def app_label(room: str) -> str:
    """Django's label of a room: its folder name."""
    return room.rsplit(".", 1)[1]
