"""The installation's health, and the institutions that open, are renamed, merge and close."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.exchange.submissions.periods.validity.services import follow_validity
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.accounts.models import User
from weijian.foundation.changes.models import Change, History
from weijian.foundation.changes.services import change
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.organisations.services import (
    close_organisation,
    open_organisation,
    rename_organisation,
    reopen_organisation,
)
from weijian.foundation.today import today
from weijian.foundation.ui.components import Crumb, TimelineEntry
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import SystemClock
from weijian.web.admin_pages.forms import CloseForm, OpenForm, RenameForm
from weijian.web.admin_pages.health import checks
from weijian.web.admin_pages.tables import organisation_table


@page("system.health")
def health(request: HttpRequest) -> HttpResponse:
    """One line for each thing that an administrator must keep an eye on."""
    return render(request, "admin_pages/health.html", {"checks": checks(SystemClock().now())})


@page("organisations.manage")
def organisation_list(request: HttpRequest) -> HttpResponse:
    """All institutions, closed ones too."""
    wanted = request.GET.get("q", "").strip()
    found = Organisation.objects.select_related("area", "successor").order_by("code")
    if wanted:
        found = found.filter(zh__icontains=wanted) | found.filter(code__icontains=wanted)
    context = {"table": organisation_table(found, request), "wanted": wanted}
    return render(request, "admin_pages/organisations.html", context)


@page("organisations.manage")
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Open an institution."""
    form = OpenForm(request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            with change(f"启用机构 {values['code']}", action="organisation.open", **_who(request)) as row:
                made = open_organisation(**values)
                _dues(request, made, row)
            return HttpResponseRedirect(reverse("admin_organisation", args=[made.code]))
        except WeijianError as error:
            problem = error
    crumbs = [Crumb(_("机构管理"), reverse("admin_organisations")), Crumb(_("启用机构"))]
    context = {
        "form": form,
        "problem": problem,
        "title": _("启用机构"),
        "crumbs": crumbs,
        "back": reverse("admin_organisations"),
    }
    return render(request, "admin_pages/form.html", context)


@page("organisations.manage")
def organisation_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One institution with its history; rename it, close it, or merge it into another."""
    one = get_object_or_404(Organisation.objects.select_related("area", "successor", "parent"), code=code)
    act = request.POST.get("act")
    rename = RenameForm(request.POST if act == "rename" else None, initial={"zh": one.zh, "en": one.en})
    close = CloseForm(request.POST if act == "close" else None)
    problem = None
    if request.method == "POST":
        try:
            if _act(request, one, rename, close):
                return HttpResponseRedirect(reverse("admin_organisation", args=[one.code]))
        except WeijianError as error:
            problem = error
            one.refresh_from_db()
    context = {
        "one": one,
        "rename": rename,
        "close": close,
        "problem": problem,
        "may_accounts": may(current_user(request), "accounts.manage"),
        "accounts": User.objects.filter(organisation=one, left_on=None).count(),
        "history": _history(one),
        "crumbs": [Crumb(_("机构管理"), reverse("admin_organisations")), Crumb(one.name)],
    }
    return render(request, "admin_pages/organisation.html", context)


def _act(request: HttpRequest, one: Organisation, rename: RenameForm, close: CloseForm) -> bool:
    if rename.is_bound and rename.is_valid():
        values = rename.cleaned_data
        with change(f"机构更名 {one.code}", action="organisation.rename", **_who(request)):
            rename_organisation(one, zh=values["zh"], en=values["en"] or one.en, day=values["day"])
        return True
    if close.is_bound and close.is_valid():
        values = close.cleaned_data
        words = "机构合并" if values["successor"] else "机构停用"
        with change(f"{words} {one.code}", action="organisation.close", **_who(request)) as row:
            close_organisation(one, last_day=values["last_day"], successor=values["successor"])
            _dues(request, one, row)
        return True
    if request.POST.get("act") == "reopen":
        with change(f"取消停用 {one.code}", action="organisation.reopen", **_who(request)) as row:
            reopen_organisation(one)
            _dues(request, one, row)
        return True
    return False


def _dues(request: HttpRequest, one: Organisation, row: Change) -> None:
    """What it owes follows in the same change."""
    follow_validity([one], on=today(), by=str(current_user(request)), change_id=row.pk)


def _who(request: HttpRequest) -> dict[str, Any]:
    user = current_user(request)
    return {"source": "page", "actor_id": user.pk, "actor_name": user.username}


def _history(one: Organisation) -> list[TimelineEntry]:
    """Earlier states, newest first, with who changed them and why."""
    rows = list(History.objects.filter(table_name=Organisation._meta.db_table, row_id=one.pk).order_by("-id")[:50])
    changes = Change.objects.in_bulk([row.change_id for row in rows])
    entries = []
    for row in rows:
        by = changes[row.change_id]
        note = _("之前:%(name)s,%(start)s 至 %(end)s") % {
            "name": row.row["zh"], "start": row.row["valid_from"], "end": row.row["valid_to"] or "—",
        }  # fmt: skip
        entries.append(TimelineEntry(by.at, by.reason, by.actor_name, note))
    return entries
