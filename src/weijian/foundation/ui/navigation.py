"""What a room adds into the navigation: its ``navigation.py`` lists entries, the shell draws those readers may open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from weijian.foundation.ui.components.text import Text


class Group(IntEnum):
    """Groups of the navigation in their order."""

    WORK = 1
    DATA = 2
    FIGURES = 3
    REPORTS = 4
    MANAGE = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: ``url_name`` is reversed without arguments; ``permission`` stands in the policy table."""

    label: Text
    url_name: str
    permission: str
    group: Group
    icon: str = "point"
    order: int = 100
