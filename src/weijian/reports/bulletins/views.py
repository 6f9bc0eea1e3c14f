"""The pages of the monthly documents: choose a month, read the bulletin, take the files, issue it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.engines.documents.freeze import FrozenDocument
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.snapshots import lake
from weijian.foundation.ui.components import Crumb
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period
from weijian.reports.bulletins.making import make_bulletin, month_of
from weijian.reports.bulletins.queries import editions, last_edition, last_editions, rerun
from weijian.reports.bulletins.services import issue_bulletin, publish_bulletin, publish_form
from weijian.reports.citing.difference_table import difference_table
from weijian.reports.citing.printing import FORMATS, PAGE_POLICY, print_document

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("reports.view")
def bulletin_list(request: HttpRequest) -> HttpResponse:
    """Every month that the newest snapshot has records of, newest first, and which of them were issued."""
    issued, newest = last_editions(), current_snapshot()
    rows = [
        {
            "code": code,
            "label": Period.parse(code).label(language()),
            "edition": issued.get(code),
            "older": code in issued and issued[code].snapshot_id != newest.pk,
        }
        for code in _months()
    ]
    return render(request, "bulletins/list.html", {"months": rows, "formats": tuple(FORMATS)})


@page("reports.view")
def bulletin_month(request: HttpRequest, month: str) -> HttpResponse:
    """One month: what was issued, what has changed since, and the act of issuing."""
    user = current_user(request)
    try:
        period = month_of(month)
        if request.method == "POST":
            issue_bulletin(period, current_snapshot(), actor=user, reason=request.POST.get("reason", ""))
            messages.success(request, _("已印发。"))
            return HttpResponseRedirect(reverse("bulletin_month", args=[month]))
        now = make_bulletin(period, current_snapshot())
    except WeijianError as problem:
        return _back(request, problem, "bulletin_month" if request.method == "POST" else "bulletins", month)
    label = period.label(language())
    edition = last_edition(period)
    again = rerun(edition, now) if edition else None
    context = {
        "month": month,
        "title": _("%(month)s统计月报") % {"month": label},
        "crumbs": (Crumb(_("统计月报"), reverse("bulletins")), Crumb(label)),
        "edition": edition,
        "editions": editions(period),
        "rerun": again,
        "table": difference_table(again.differences, request) if again else None,
        "traced": len(now.traced()),
        "gaps": sum(1 for _gap in now.gaps()),
        "preliminary": sum(1 for one in now.traced() if one.value.preliminary),
        "newest": current_snapshot(),
        "may_issue": _may_issue(user) and (again is None or bool(again.differences)),
        "formats": tuple(FORMATS),
    }
    return render(request, "bulletins/month.html", context)


@page("reports.view")
def bulletin_read(request: HttpRequest, month: str) -> HttpResponse:
    """The bulletin as it stands, every figure a link to its trace; with ``now`` as it is now."""
    try:
        page_text = print_document(_document(request, month), "html")
    except WeijianError as problem:
        return _back(request, problem)
    return HttpResponse(page_text, headers={"Content-Security-Policy": PAGE_POLICY})


@page("reports.view")
def bulletin_file(request: HttpRequest, month: str, form: str) -> HttpResponse:
    """The bulletin as it stands, or with ``xlsx`` the statutory form, as a file."""
    if form not in (*FORMATS, "xlsx"):
        raise Http404
    try:
        if form == "xlsx":
            content, kind, name = publish_form(month_of(month), current_snapshot()).content, _XLSX, "form"
        else:
            base = request.build_absolute_uri("/").rstrip("/")
            content = print_document(_document(request, month), form, base)
            kind, name = FORMATS[form], "bulletin"
    except WeijianError as problem:
        return _back(request, problem)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}-{month}.{form}"'
    return response


def _document(request: HttpRequest, month: str) -> ResolvedDocument:
    """The issued edition as it was handed out; where there is none, or ``now`` is asked, the bulletin of today."""
    period = month_of(month)
    edition = None if "now" in request.GET else last_edition(period)
    return FrozenDocument(edition.frozen).thaw() if edition else publish_bulletin(period, current_snapshot())


def _may_issue(user: User) -> bool:
    return Role(user.role) is Role.OFFICE or may(user, "reports.approve")


def _months() -> list[str]:
    """Months that records were submitted for; the latest year first."""
    files = lake.read_manifest(current_snapshot().manifest_sha256)[0]
    return sorted({file.partition for file in files if len(file.partition) == 7 and file.rows}, reverse=True)[:36]


def _back(request: HttpRequest, problem: WeijianError, name: str = "bulletins", *args: str) -> HttpResponse:
    messages.error(request, f"{_(problem.what)} {_(problem.fix)}".strip())
    return HttpResponseRedirect(reverse(name, args=args if name != "bulletins" else ()))
