"""Values behind the frame of a page: navigation, who is signed in, snapshot, breadcrumb, tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weijian.foundation.ui.components.text import Text


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of the navigation. ``icon`` is a Tabler icon name; ``count`` shows work that waits."""

    label: Text
    url: str
    icon: str = "point"
    active: bool = False
    count: int | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A titled group of links; a group without links is not drawn."""

    label: Text
    items: Sequence[NavItem]


@dataclass(frozen=True, slots=True)
class SnapshotBadge:
    """The snapshot that the figures of this page stand on. ``stale`` = records changed since it was published."""

    label: Text
    url: str = ""
    stale: bool = False
    title: Text = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the breadcrumb; the last one has no URL."""

    label: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a page; tabs are links, each with its own address."""

    label: Text
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything that ``web/base.html`` needs beside the page itself; a context processor provides it as ``shell``.

    ``district`` is the place served (番禺区); ``demo`` draws the banner of a demonstration; ``person_data`` pages
    take ``user_name`` for the watermark. ``logout_url`` is posted to.
    """

    district: Text = ""
    user_name: str = ""
    role: Text = ""
    organisation: Text = ""
    navigation: Sequence[NavGroup] = ()
    home_url: str = "/"
    inbox_url: str = ""
    inbox_count: int = 0
    inbox_overdue: int = 0
    search_url: str = ""
    search_hint: Text = ""
    snapshot: SnapshotBadge | None = None
    demo: bool = False
    demo_note: Text = ""
    account_links: Sequence[NavItem] = ()
    logout_url: str = ""
    help_url: str = ""
    version: str = ""
