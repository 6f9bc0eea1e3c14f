"""Context processor: gives every page its frame — navigation by permission, inbox count, snapshot, demo banner."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from importlib.metadata import version

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from weijian.foundation.access.door import may
from weijian.foundation.accounts.models import User
from weijian.foundation.areas.models import Area
from weijian.foundation.obligations.queries import count_for
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.today import now
from weijian.foundation.ui.components import NavGroup, NavItem, Shell, SnapshotBadge
from weijian.foundation.ui.navigation import Entry, Group
from weijian.foundation.ui.presentation import language


def shell(request: HttpRequest) -> dict[str, Shell]:
    """``shell`` for ``web/base.html``; a bare one for whoever is not signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return {"shell": Shell(demo=settings.DEMO, district=_district_name())}
    owed = count_for(user, now())
    return {
        "shell": Shell(
            district=_district_name(),
            user_name=str(user),
            role=user.get_role_display(),
            organisation=user.organisation.name if user.organisation else "",
            navigation=_navigation(request, user),
            home_url=reverse("home"),
            inbox_url=reverse("inbox"),
            inbox_count=owed.open,
            inbox_overdue=owed.overdue,
            snapshot=_snapshot(),
            demo=settings.DEMO,
            demo_note=_("合成数据,不是真实居民"),
            logout_url=reverse("account_logout"),
            account_links=(
                NavItem(_("修改密码"), reverse("account_change_password"), "lock"),
                NavItem(_("两步验证"), reverse("mfa_index"), "shield-check"),
            ),
            version=version("weijian"),
        )
    }


@cache
def entries() -> tuple[Entry, ...]:
    """Entries of all rooms, by group and order."""
    found: list[Entry] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.navigation"
        ours = config.name.startswith("weijian.") and name != "weijian.foundation.ui.navigation"
        if ours and importlib.util.find_spec(name) is not None:
            found += importlib.import_module(name).ENTRIES
    return tuple(sorted(found, key=lambda entry: (entry.group, entry.order)))


def _navigation(request: HttpRequest, user: User) -> list[NavGroup]:
    titles = {
        Group.WORK: _("工作"),
        Group.DATA: _("数据"),
        Group.FIGURES: _("指标与计划"),
        Group.REPORTS: _("报告"),
        Group.MANAGE: _("管理"),
    }
    groups: dict[Group, list[NavItem]] = {group: [] for group in Group}
    best = ""
    drawn: list[tuple[Entry, str]] = []
    for entry in entries():
        if not may(user, entry.permission):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        drawn.append((entry, url))
        # The longest address that the current one begins with is where the reader is.
        if request.path.startswith(url) and len(url) > len(best) and (url != "/" or request.path == "/"):
            best = url
    for entry, url in drawn:
        groups[entry.group].append(NavItem(entry.label, url, entry.icon, active=url == best))
    return [NavGroup(titles[group], items) for group, items in groups.items() if items]


def _snapshot() -> SnapshotBadge | None:
    found = Snapshot.objects.order_by("-id").first()
    if found is None:
        return None
    label = _("快照 %(number)s") % {"number": found.pk}
    return SnapshotBadge(label, title=f"{found.published_at:%Y-%m-%d %H:%M}")


def _district_name() -> str:
    district = Area.objects.filter(level=Area.Level.DISTRICT).order_by("id").first()
    if district is None:
        return ""
    return district.en if language() == "en" else district.zh
