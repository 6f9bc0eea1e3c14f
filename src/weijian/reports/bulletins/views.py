"""The page of the monthly documents: choose a month, read the bulletin, take the files."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation.access.door import page
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.snapshots import lake
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period
from weijian.reports.bulletins.making import month_of
from weijian.reports.bulletins.services import publish_bulletin, publish_form
from weijian.reports.citing.printing import FORMATS, PAGE_POLICY, print_document

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("reports.view")
def bulletin_list(request: HttpRequest) -> HttpResponse:
    """Every month that the newest snapshot has visits of, newest first."""
    rows = [{"code": code, "label": Period.parse(code).label(language())} for code in _months()]
    return render(request, "bulletins/list.html", {"months": rows, "formats": tuple(FORMATS)})


@page("reports.view")
def bulletin_read(request: HttpRequest, month: str) -> HttpResponse:
    """The bulletin as it prints, every figure a link to its trace."""
    try:
        page_text = print_document(publish_bulletin(month_of(month), current_snapshot()), "html")
    except WeijianError as problem:
        return _back(request, problem)
    return HttpResponse(page_text, headers={"Content-Security-Policy": PAGE_POLICY})


@page("reports.view")
def bulletin_file(request: HttpRequest, month: str, form: str) -> HttpResponse:
    """The bulletin, or with ``xlsx`` the statutory form, as a file."""
    if form not in (*FORMATS, "xlsx"):
        raise Http404
    try:
        if form == "xlsx":
            content, kind, name = publish_form(month_of(month), current_snapshot()).content, _XLSX, "form"
        else:
            resolved = publish_bulletin(month_of(month), current_snapshot())
            content = print_document(resolved, form, request.build_absolute_uri("/").rstrip("/"))
            kind, name = FORMATS[form], "bulletin"
    except WeijianError as problem:
        return _back(request, problem)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}-{month}.{form}"'
    return response


def _months() -> list[str]:
    """Months that records were submitted for; the latest year first."""
    files = lake.read_manifest(current_snapshot().manifest_sha256)[0]
    return sorted({file.partition for file in files if len(file.partition) == 7 and file.rows}, reverse=True)[:36]


def _back(request: HttpRequest, problem: WeijianError) -> HttpResponse:
    messages.error(request, f"{_(problem.what)} {_(problem.fix)}".strip())
    return HttpResponseRedirect(reverse("bulletins"))
