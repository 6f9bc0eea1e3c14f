"""A panel of a role's home: a room lists them as ``PANELS`` of its ``home_panels.py``; the shell draws them."""

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
