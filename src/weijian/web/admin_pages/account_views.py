"""Accounts, for the system administrator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation.access.door import current_user, page
from weijian.foundation.accounts import services
from weijian.foundation.accounts.importing import COLUMNS, WantedAccount, read_accounts
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.queries import state_of
from weijian.foundation.audit.models import AuditLeaf
from weijian.foundation.ui.components import Crumb
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import SystemClock
from weijian.web.admin_pages.forms import ImportForm, JoinForm, PlaceForm
from weijian.web.admin_pages.tables import account_table, leaf_table, link_table


@page("accounts.manage")
def account_list(request: HttpRequest) -> HttpResponse:
    """All accounts with their state."""
    wanted = request.GET.get("q", "").strip()
    found = User.objects.select_related("organisation").order_by("username")
    if wanted:
        found = found.filter(
            Q(username__icontains=wanted) | Q(full_name__icontains=wanted) | Q(organisation__zh__icontains=wanted)
            | Q(organisation__code=wanted)
        )  # fmt: skip
    table = account_table(found, request, SystemClock().now())
    return render(request, "admin_pages/accounts.html", {"table": table, "wanted": wanted})


@page("accounts.manage")
def account_new(request: HttpRequest) -> HttpResponse:
    """Make an account and show its one-time link once."""
    form = JoinForm(request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        wanted = WantedAccount(
            values["username"],
            values["full_name"],
            Role(values["role"]),
            values["organisation"],
            values["department"],
            values["sensitivity"],
        )
        try:
            made = services.join([wanted], reason=f"新建账号 {wanted.username}", **_who(request))
            return _link_page(request, *made[0])
        except WeijianError as error:
            problem = error
    crumbs = [Crumb(_("账号管理"), reverse("admin_accounts")), Crumb(_("新建账号"))]
    context = {
        "form": form,
        "problem": problem,
        "title": _("新建账号"),
        "crumbs": crumbs,
        "back": reverse("admin_accounts"),
    }
    return render(request, "admin_pages/form.html", context)


@page("accounts.manage")
def account_import(request: HttpRequest) -> HttpResponse:
    """Make accounts from a list (Excel or CSV), all or none, and show their one-time links once."""
    form = ImportForm(request.POST or None, request.FILES or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            wanted = read_accounts(file.read(), file.name)
            made = services.join(wanted, reason=f"导入账号 {Path(file.name).name}", **_who(request))
            crumbs = [Crumb(_("账号管理"), reverse("admin_accounts")), Crumb(_("导入账号"))]
            table = link_table([(one, request.build_absolute_uri(link)) for one, link in made])
            return render(request, "admin_pages/links.html", {"table": table, "crumbs": crumbs})
        except WeijianError as error:
            problem = error
    crumbs = [Crumb(_("账号管理"), reverse("admin_accounts")), Crumb(_("导入账号"))]
    context = {"form": form, "problem": problem, "crumbs": crumbs, "columns": tuple(COLUMNS), "roles": Role.choices}
    return render(request, "admin_pages/import.html", context)


@page("accounts.manage")
def account_list_template(request: HttpRequest) -> HttpResponse:
    """An empty list of accounts with the headings that the import understands."""
    response = HttpResponse("\ufeff" + ",".join(COLUMNS) + "\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="accounts.csv"'
    return response


@page("accounts.manage")
def account_detail(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: what it may, its state, what was done to it, and what can be done."""
    account = get_object_or_404(User.objects.select_related("organisation"), pk=account_id)
    initial = {
        "role": account.role,
        "organisation": account.organisation.code if account.organisation else "",
        "department": account.department,
        "sensitivity": account.sensitivity,
    }
    form = PlaceForm(request.POST if request.POST.get("act") == "move" else None, initial=initial)
    problem = None
    if request.method == "POST":
        try:
            answer = _act(request, account, form)
            if answer is not None:
                return answer
        except WeijianError as error:
            problem = error
            account.refresh_from_db()
    done = AuditLeaf.objects.filter(action__startswith="account.", detail__account=account.pk).order_by("-id")
    context = {
        "account": account,
        "state": state_of(account, SystemClock().now()),
        "form": form,
        "problem": problem,
        "own": account.pk == current_user(request).pk,
        "history": leaf_table(done, request, _("账号记录")),
        "crumbs": [Crumb(_("账号管理"), reverse("admin_accounts")), Crumb(account.username)],
    }
    return render(request, "admin_pages/account.html", context)


def _act(request: HttpRequest, account: User, form: PlaceForm) -> HttpResponse | None:
    who = _who(request)
    act = request.POST.get("act")
    if act == "reset":
        return _link_page(request, account, services.reset_link(account, **who))
    if act == "lock":
        services.lock(account, reason=request.POST.get("reason", ""), **who)
    elif act == "unlock":
        services.unlock(account, **who)
    elif act == "leave":
        services.leave(account, **who)
    elif act == "move":
        if not form.is_valid():
            return None
        values = form.cleaned_data
        services.move_account(
            account,
            role=Role(values["role"]),
            organisation=values["organisation"],
            department=values["department"],
            sensitivity=values["sensitivity"],
            **who,
        )
    return HttpResponseRedirect(reverse("admin_account", args=[account.pk]))


def _who(request: HttpRequest) -> dict[str, Any]:
    user = current_user(request)
    return {"source": "page", "actor_id": user.pk, "actor_name": user.username}


def _link_page(request: HttpRequest, account: User, link: str) -> HttpResponse:
    """The link is shown once and stored nowhere."""
    crumbs = [Crumb(_("账号管理"), reverse("admin_accounts")), Crumb(account.username)]
    context = {"account": account, "link": request.build_absolute_uri(link), "crumbs": crumbs}
    return render(request, "admin_pages/link.html", context)
