"""Which panels stand on the home of a role, from every room's ``home_panels``."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps

from weijian.foundation.accounts.models import Role, User
from weijian.foundation.ui.panels import Panel


@dataclass
class DrawnPanel:
    """A panel with its values."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


@cache
def _panels() -> tuple[Panel, ...]:
    found: list[Panel] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.home_panels"
        if config.name.startswith("weijian.") and importlib.util.find_spec(name) is not None:
            found += importlib.import_module(name).PANELS
    return tuple(sorted(found, key=lambda panel: panel.order))


def panels_for(user: User) -> list[DrawnPanel]:
    """The panels of an account's home in order."""
    drawn = []
    for panel in _panels():
        if Role(user.role) not in panel.roles:
            continue
        values = panel.context(user)
        if values is not None:
            drawn.append(DrawnPanel(panel.template, values))
    return drawn
