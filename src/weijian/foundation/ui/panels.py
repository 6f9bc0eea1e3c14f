"""A panel of a role's home: a room's ``home_panels.py`` lists them as ``PANELS``; the shell draws those of the reader's role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from weijian.foundation.accounts.models import Role, User


@dataclass(frozen=True)
class Panel:
    """One panel: the roles whose home it stands on, its order, the template, and what fills it."""

    roles: frozenset[Role]
    order: int
    template: str
    context: Callable[[User], dict[str, Any] | None]  # None: nothing to show for this reader
