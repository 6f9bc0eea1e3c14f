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
from weijian.exchange.submissions.periods.services import (
    SIGNS,
    expect_year,
    remind,
    report_zero,
    return_period,
    sign,
    sign_many,
)
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
from weijian.foundation.changes.services import change
from weijian.foundation.jobs.services import ask
from weijian.foundation.kinds.registry import kind_by_id, kinds
from weijian.foundation.today import today
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
        owed = owed.filter(period__startswith=period)
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
        "next_year": today().year + (1 if today().month >= 11 else 0),
        "to_sign": step is not None and any(one.next_step() == step for one in waiting),
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


@page("datasets.return")
@require_POST
def expect(request: HttpRequest) -> HttpResponse:
    """Open a year's dues."""
    user, year = current_user(request), request.POST.get("year", "")
    if not (year.isascii() and year.isdigit() and 2000 <= int(year[:5]) <= 2100):
        messages.error(request, _("年度写成四位数字,如 2018。"))
        return redirect("submissions")
    with change(f"生成 {year} 年报送任务", source=Change.Source.PAGE, actor_id=user.pk, actor_name=str(user)):
        count = expect_year(int(year))
    messages.success(request, _("%(year)s 年应报 %(count)s 期") % {"year": year, "count": f"{count:,}"})
    return redirect(f"{reverse('submissions')}?period={year}")


@page("datasets.return")
@require_POST
def remind_overdue(request: HttpRequest) -> HttpResponse:
    """Remind of everything overdue; a job, because there may be thousands."""
    user, day = current_user(request), today().isoformat()
    with change(
        "申请催报全部逾期", source=Change.Source.PAGE, actor_id=user.pk, actor_name=str(user), action="job.ask"
    ):
        asked = ask("submissions.remind", key=day, arguments={"day": day}, actor_id=user.pk, actor_name=str(user))
    return redirect("job", asked.public_id)


@page("datasets.sign")
@require_POST
def sign_all(request: HttpRequest) -> HttpResponse:
    """Sign everything of a period (or all) that waits for this person."""
    user, period = current_user(request), request.POST.get("period", "").strip()
    owed = owed_by(user).filter(period__startswith=period) if period else owed_by(user)
    count = sign_many(owed, user)
    messages.success(request, _("已签核 %(count)s 期") % {"count": f"{count:,}"})
    return redirect(f"{reverse('submissions')}?period={period}" if period else "submissions")


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
