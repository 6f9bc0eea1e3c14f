"""Pages of the month lock: the months, locking one, and what changed since."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.changes.services import change
from weijian.foundation.figures.locks import changes_since_lock
from weijian.foundation.figures.models import MonthLock
from weijian.foundation.figures.services import check_lockable
from weijian.foundation.figures.store import current_snapshot, months_of
from weijian.foundation.jobs.services import ask
from weijian.foundation.sign_off.owed import unsigned
from weijian.foundation.sign_off.queries import uses_without_signature
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.snapshots.services import unpublished_changes
from weijian.foundation.ui.components import Crumb, Tab, TableQuery
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period
from weijian.kernel.time.months import add_months
from weijian.web.indicators.export import export_rows
from weijian.web.month_lock.pages import (
    GRAINS,
    changes_table,
    grain_label,
    months_table,
    used_table,
    waiting_institutions,
)


@page("indicators.view")
def month_list(request: HttpRequest) -> HttpResponse:
    """The months that have data, and which are locked."""
    snapshot = current_snapshot()
    locks = {one.month: one for one in MonthLock.objects.all()}
    table = months_table(_months(snapshot), locks, request, may(request.user, "indicators.lock"))
    context = {"table": table, "waiting": unpublished_changes(), "may_publish": may(request.user, "indicators.lock")}
    return render(request, "month_lock/list.html", context)


@page("indicators.lock")
def confirm(request: HttpRequest, month: str) -> HttpResponse:
    """Lock a month after saying what that means; a lock is not taken back. Who has not signed is named, with a reason."""
    snapshot = current_snapshot()
    if month not in _months(snapshot):
        raise Http404
    problem = None
    given = _reasons(request)
    if request.method == "POST":
        user = current_user(request)
        try:
            # The job checks again: who signs meanwhile needs no reason, who takes a signature back stops the lock.
            check_lockable(month, given)
            reasons = {str(institution): reason for institution, reason in given.items()}
            with change(f"申请锁定 {month}", source="page", actor_id=user.pk, actor_name=str(user), action="job.ask"):
                asked = ask(
                    "figures.lock_month", key=month, arguments={"month": month, "reasons": reasons},
                    actor_id=user.pk, actor_name=str(user),
                )  # fmt: skip
            return HttpResponseRedirect(reverse("job", args=[asked.public_id]))
        except WeijianError as error:
            problem = error
    context = {
        "month": month,
        "snapshot": snapshot,
        "waiting": unpublished_changes(),
        "problem": problem,
        "unsigned": waiting_institutions(unsigned([month]), given),
        "label": Period.parse(month).label(language()),
        "crumbs": (Crumb(_("月份锁定"), reverse("month_locks")), Crumb(month)),
    }
    return render(request, "month_lock/confirm.html", context, status=409 if problem else 200)


@page("indicators.view")
def month_changes(request: HttpRequest, month: str) -> HttpResponse:
    """What changed in a locked month since it was locked, per indicator, and why."""
    lock = get_object_or_404(MonthLock, month=month)
    grain = _grain(request)
    table = changes_table(month, grain, changes_since_lock(month, grain=grain), request)
    context = {
        "lock": lock,
        "now": current_snapshot(),
        "table": table,
        "used": used_table(uses_without_signature(f"lock:{month}"), request),
        "label": Period.parse(month).label(language()),
        "tabs": [Tab(grain_label(one), table.query.address(by=one), one == grain) for one in GRAINS],
        "crumbs": (Crumb(_("月份锁定"), reverse("month_locks")), Crumb(month)),
    }
    return render(request, "month_lock/changes.html", context)


@page("indicators.view")
def changes_export(request: HttpRequest, month: str, form: str) -> HttpResponse:
    """The changes as a file."""
    get_object_or_404(MonthLock, month=month)
    grain = _grain(request)
    table = changes_table(month, grain, changes_since_lock(month, grain=grain), request)
    query = TableQuery.read(dict(request.GET.lists()), table.columns)
    return export_rows(form, f"changes-{month}-{grain}", table.columns, table.rows, query)


def _reasons(request: HttpRequest) -> dict[int, str]:
    """Reasons as typed: one field for each institution."""
    typed = ((name.removeprefix("reason-"), text) for name, text in request.POST.items() if name.startswith("reason-"))
    return {int(number): str(text)[:200] for number, text in typed if number.isascii() and number.isdigit()}


def _grain(request: HttpRequest) -> str:
    wanted = request.GET.get("by", "district")
    return wanted if wanted in GRAINS else "district"


def _months(snapshot: Snapshot) -> list[str]:
    """Months that the snapshot has, newest first."""
    first, last = months_of(snapshot)
    found = []
    while last >= first:
        found.append(f"{last:%Y-%m}")
        last = add_months(last, -1)
    return found
