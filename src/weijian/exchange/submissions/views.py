"""Pages of the clerk: what is owed, sending a file, its receipt, rows to mend, signatures."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.content.told import in_language
from weijian.exchange.submissions.models import DatasetPeriod, QuarantinedRow, Submission
from weijian.exchange.submissions.periods.services import SIGNS, remind, report_zero, return_period, sign
from weijian.exchange.submissions.queries import (
    flaws_of,
    owed_by,
    reasons_of,
    receipts_for,
    rows_to_mend,
    visible_institutions,
)
from weijian.exchange.submissions.receiving import receive
from weijian.exchange.submissions.template_files import write_quarantine, write_template
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.accounts.models import Role
from weijian.foundation.changes.models import Change
from weijian.foundation.kinds.registry import kind_by_id, kinds
from weijian.foundation.ui.components import ReceiptReason, ReceiptSummary
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Rows of each list on the overview.
SHOWN = 60

#: What can be done with a period, and the permission that it takes.
ACTIONS = {
    "zero": "datasets.submit",
    "sign": "datasets.sign",
    "return": "datasets.return",
    "remind": "datasets.return",
}


@page("datasets.view")
def overview(request: HttpRequest) -> HttpResponse:
    """What is owed and until when, what waits to be mended, and the latest receipts."""
    user = current_user(request)
    step = SIGNS.get(Role(user.role))
    owed = owed_by(user)
    period = request.GET.get("period", "").strip()
    if period:
        owed = owed.filter(period=period)
    waiting = owed.exclude(state__in=(DatasetPeriod.State.SIGNED,))[:SHOWN]
    to_mend: dict[str, int] = {}
    open_rows = QuarantinedRow.objects.filter(
        state=QuarantinedRow.State.OPEN, institution_id__in=visible_institutions(user).values("id")
    )
    for dataset in open_rows.values_list("dataset", flat=True):
        to_mend[dataset] = to_mend.get(dataset, 0) + 1
    context = {
        "period": period,
        "owed": [
            {"row": one, "kind": _name(one.dataset), "mine": step is not None and one.next_step() == step}
            for one in waiting
        ],
        "mend": [{"dataset": name, "kind": _name(name), "rows": count} for name, count in sorted(to_mend.items())],
        "receipts": [{"row": one, "kind": _name(one.dataset)} for one in receipts_for(user)[:SHOWN]],
        "may_send": may(user, "datasets.submit"),
        "may_return": may(user, "datasets.return"),
        "may_zero": may(user, "datasets.submit"),
    }
    return render(request, "submissions/overview.html", context)


@page("datasets.submit")
def send(request: HttpRequest) -> HttpResponse:
    """The form for a file, and the receipt that follows it."""
    user = current_user(request)
    if request.method == "POST" and "file" in request.FILES:
        try:
            found = receive(
                user,
                request.FILES["file"],
                dataset=request.POST.get("dataset", ""),
                institution=request.POST.get("institution", ""),
                period=request.POST.get("period", ""),
                source=Change.Source.FILE,
            )
            return redirect("submissions_receipt", found.public_id)
        except WeijianError as problem:
            messages.error(request, f"{problem.what}{problem.fix}")
    names = sorted((kind.zh if language() != "en" else kind.en, kind.id) for kind in kinds().values())
    context = {
        "datasets": [{"id": key, "name": name} for name, key in names],
        "institutions": visible_institutions(user).order_by("code"),
        "chosen": request.GET.get("dataset", ""),
        "own": user.organisation_id,
    }
    return render(request, "submissions/send.html", context)


@page("datasets.view")
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    """One receipt: numbers that add up, reasons in plain words, and the flaws by row and column."""
    found = get_object_or_404(receipts_for(current_user(request)), public_id=public_id)
    rows = QuarantinedRow.objects.filter(submission=found).order_by("line_no")
    error, notes = found.error or {}, found.notes or []
    told = {name: in_language(text, language()) for name, text in error.items()}
    context = {
        "error": told,
        "notes": [in_language(note, language()) for note in notes],
        "receipt": _summary(found),
        "kind": _name(found.dataset),
        "flaws": flaws_of(rows, language()),
    }
    return render(request, "submissions/receipt.html", context)


@page("datasets.view")
def template(request: HttpRequest, dataset: str) -> HttpResponse:
    """The workbook to fill in."""
    if dataset not in kinds():
        raise Http404
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(kind_by_id(dataset), path)
        return _download(path, f"{dataset}.xlsx")


@page("datasets.submit")
def rows_to_mend_file(request: HttpRequest, dataset: str) -> HttpResponse:
    """Rows to be mended as the same workbook with a column of reasons."""
    if dataset not in kinds():
        raise Http404
    rows = rows_to_mend(dataset).filter(institution_id__in=visible_institutions(current_user(request)).values("id"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mend.xlsx"
        write_quarantine(kind_by_id(dataset), path, rows, language())
        return _download(path, f"{dataset}-mend.xlsx")


@page("datasets.view")
@require_POST
def act(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Say zero, sign, return or remind; each takes its own permission."""
    user = current_user(request)
    owed = get_object_or_404(owed_by(user), public_id=public_id)
    if action not in ACTIONS or not may(user, ACTIONS[action]):
        raise Http404
    try:
        if action == "zero":
            report_zero(owed, user)
        elif action == "sign":
            sign(owed, user)
        elif action == "return":
            return_period(owed, user, request.POST.get("reason", ""))
        else:
            remind([owed], user)
        messages.success(request, _("已完成"))
    except WeijianError as problem:
        messages.error(request, f"{problem.what}{problem.fix}")
    return redirect("submissions")


def _summary(found: Submission) -> ReceiptSummary:
    reasons = [
        ReceiptReason(one.told(language()), one.count, one.remedy(language()), warning=one.severity == "warning")
        for one in reasons_of(found)
    ]
    return ReceiptSummary(
        title=_name(found.dataset),
        number=found.public_id,
        received_at=found.received_at,
        received=found.received,
        accepted=found.accepted,
        warned=found.warned,
        duplicate=found.duplicate,
        superseded=found.superseded,
        quarantined=found.quarantined,
        reasons=reasons,
        submitted_by=found.institution.zh,
        file_name=found.filename,
        fix_url=reverse("submissions_mend", args=[found.dataset]) if found.quarantined else "",
        template_url=reverse("submissions_template", args=[found.dataset]),
    )


def _name(dataset: str) -> str:
    kind = kind_by_id(dataset)
    return kind.en if language() == "en" else kind.zh


def _download(path: Path, name: str) -> HttpResponse:
    response = HttpResponse(path.read_bytes(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
