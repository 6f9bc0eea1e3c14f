"""Pages of the quarantine: which rows wait, why, as the same workbook; lines that are no records are dismissed."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.content.told import in_language
from weijian.exchange.submissions.answers import MEDIA, READING, chosen_institution, crumbs, single, written
from weijian.exchange.submissions.flaws import told_flaws
from weijian.exchange.submissions.models import QuarantinedRow
from weijian.exchange.submissions.quarantine.services import dismiss
from weijian.exchange.submissions.queries import rows_to_mend, visible_institutions
from weijian.exchange.submissions.tables import (
    dataset_name,
    institution_name,
    open_rows_by_place,
    waiting_table,
)
from weijian.exchange.submissions.template_files import write_quarantine
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.audit.services import record_reading
from weijian.foundation.kinds.registry import kind_by_id, kinds
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError

#: Rows of one page, all of which can be ticked at once.
PAGE_ROWS = 50


@page("datasets.view")
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits to be mended by institution and dataset."""
    table = waiting_table(open_rows_by_place(visible_institutions(current_user(request))), request)
    return render(request, "submissions/waiting.html", {"table": table, "crumbs": crumbs(_("待修改的行"))})


@page("datasets.view")
def rows(request: HttpRequest, dataset: str) -> HttpResponse:
    """Open rows of one dataset and institution with their reasons; to be fetched, or dismissed with a reason."""
    user = current_user(request)
    if dataset not in kinds():
        raise Http404
    code = request.GET.get("institution", "")
    if not code and not single(user):
        return redirect("submissions_waiting")
    place = _place(request, code)
    found = _open(dataset, place)
    total = found.count()
    text = request.GET.get("page", "1")
    number = max(int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1, 1)
    shown = list(found.select_related("submission")[(number - 1) * PAGE_ROWS : number * PAGE_ROWS])
    kind = kind_by_id(dataset)
    context = {
        "name": dataset_name(dataset),
        "dataset": dataset,
        "place": place,
        "heading": f"{dataset_name(dataset)} · {institution_name(place)}",
        "total": total,
        "rows": [
            {"row": one, "flaws": list(told_flaws(kind, one.line_no, one.reasons, one.row, language()))}
            for one in shown
        ],
        "first": (number - 1) * PAGE_ROWS + 1,
        "last": (number - 1) * PAGE_ROWS + len(shown),
        "previous": number - 1,
        "next": number + 1 if number * PAGE_ROWS < total else 0,
        "files": [
            (
                form.upper() if form == "csv" else "Excel",
                f"{reverse('submissions_mend_file', args=[dataset, form])}?institution={place.code}",
            )
            for form in MEDIA
        ],
        "may_send": may(user, "datasets.submit"),
        "send_url": f"{reverse('submissions_send')}?dataset={dataset}&institution={place.code}",
        "crumbs": crumbs(_("待修改的行"), reverse("submissions_waiting"), dataset_name(dataset)),
    }
    return render(request, "submissions/mend.html", context)


@page("datasets.submit")
def rows_file(request: HttpRequest, dataset: str, form: str) -> HttpResponse:
    """Open rows of one institution as the same workbook (or CSV) with a column of reasons."""
    user = current_user(request)
    if dataset not in kinds() or form not in MEDIA:
        raise Http404
    found = list(_open(dataset, _place(request, request.GET.get("institution", ""))))
    record_reading(user, READING, [one.pk for one in found])
    kind = kind_by_id(dataset)
    name = f"{dataset_name(dataset)}-{_('待修改')}"
    return written(form, name, lambda path: write_quarantine(kind, path, found, language()))


@page("datasets.submit")
@require_POST
def dismiss_rows(request: HttpRequest, dataset: str) -> HttpResponse:
    """Say of ticked rows, with a reason, that they are no records and will not be sent again."""
    user = current_user(request)
    if dataset not in kinds():
        raise Http404
    place = _place(request, request.POST.get("institution", ""))
    chosen = [int(one) for one in request.POST.getlist("row") if one.isascii() and one.isdigit()]
    try:
        count = dismiss(kind_by_id(dataset), place, chosen, request.POST.get("reason", ""), user)
        messages.success(request, _("%(n)s 行不再报送") % {"n": count})
    except WeijianError as problem:
        messages.error(request, f"{in_language(problem.what, language())} {in_language(problem.fix, language())}")
    return redirect(f"{reverse('submissions_mend', args=[dataset])}?institution={place.code}")


def _place(request: HttpRequest, code: str) -> Organisation:
    try:
        return chosen_institution(current_user(request), code)
    except WeijianError:
        raise Http404 from None


def _open(dataset: str, place: Organisation) -> QuerySet[QuarantinedRow]:
    return rows_to_mend(dataset).filter(institution_id=place.pk)
