"""Pages of the clerk: what is owed, templates, sending a file, its receipt."""

from __future__ import annotations

from typing import Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.content.told import in_language
from weijian.engines.intake.files import HELD_BYTES
from weijian.exchange.submissions.answers import READING, crumbs, single, written
from weijian.exchange.submissions.filters import ListFilter, ReceiptFilter, dataset_choices
from weijian.exchange.submissions.flagged import MOST_ROWS, FlaggedRow, flagged_rows
from weijian.exchange.submissions.flaws import told_flaws
from weijian.exchange.submissions.models import QuarantinedRow, Submission
from weijian.exchange.submissions.periods.due import owes
from weijian.exchange.submissions.periods.services import SIGNS
from weijian.exchange.submissions.queries import flaws_of, owed_by, reasons_of, receipts_for, visible_institutions
from weijian.exchange.submissions.receiving import receive
from weijian.exchange.submissions.tables import (
    TABS,
    dataset_name,
    flaws_table,
    institution_name,
    open_rows_by_place,
    owed_table,
    receipts_table,
    state_tabs,
    templates_table,
)
from weijian.exchange.submissions.template_files import write_flagged, write_template
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.audit.services import record_reading
from weijian.foundation.changes.models import Change
from weijian.foundation.kinds.registry import kind_by_id, kinds
from weijian.foundation.today import today
from weijian.foundation.ui.components import ReceiptReason, ReceiptSummary, Tab, TableState
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError

#: Receipts on the overview; all of them stand on their own page.
LATEST = 5

#: Rows with a flaw on one page of a receipt.
FLAWED_ROWS = 50


@page("datasets.view")
def overview(request: HttpRequest) -> HttpResponse:
    """What is owed and until when, what waits to be mended, and the latest receipts."""
    user = current_user(request)
    step = SIGNS.get(Role(user.role))
    form = ListFilter(request.GET, single=single(user))
    found = form.narrowed(owed_by(user))
    chosen = request.GET.get("state", "")
    states = TABS.get(chosen, TABS[""])
    allowed = {one for one in ("datasets.submit", "datasets.return", "datasets.sign") if may(user, one)}
    listed = found.filter(state__in=states)
    if chosen == "signed":
        listed = listed.order_by("-period", "dataset")
    table = owed_table(listed, form, request, today(), step, allowed)
    period = form.cleaned_data.get("period", "")
    places = visible_institutions(user)
    context = {
        "period": period,
        "table": table,
        "tabs": state_tabs(found, table.query),
        "mend": [
            one
            | {
                "name": dataset_name(str(one["dataset"])),
                "url": reverse("submissions_mend", args=[one["dataset"]]),
            }
            for one in (open_rows_by_place(places) if single(user) else [])
        ],
        "waiting": 0 if single(user) else sum(int(str(one["rows"])) for one in open_rows_by_place(places)),
        "receipts": [
            {"row": one, "kind": dataset_name(one.dataset), "place": institution_name(one.institution)}
            for one in receipts_for(user)[:LATEST]
        ],
        "one_place": single(user),
        "may_send": "datasets.submit" in allowed,
        "may_return": "datasets.return" in allowed,
        "next_year": today().year + (1 if today().month >= 11 else 0),
        "to_sign": step is not None
        and any(one.next_step() == step for one in found.filter(state__in=("sent", "zero"))),
    }
    return render(request, "submissions/overview.html", context)


@page("datasets.view")
def receipts(request: HttpRequest) -> HttpResponse:
    """All receipts, narrowed by period, dataset, institution and result."""
    user = current_user(request)
    form = ReceiptFilter(request.GET, single=single(user))
    table = receipts_table(form.narrowed(receipts_for(user)), form, request)
    return render(request, "submissions/receipts.html", {"table": table, "crumbs": crumbs(_("回执"))})


@page("datasets.view")
def templates(request: HttpRequest) -> HttpResponse:
    """Every dataset with its template as Excel and CSV."""
    user = current_user(request)
    own = user.organisation
    owed = {kind.id: owes(kind, own) for kind in kinds().values()} if own else {}
    table = templates_table(own, owed, request, may(user, "datasets.submit"))
    return render(request, "submissions/templates.html", {"table": table, "crumbs": crumbs(_("报送模板"))})


@page("datasets.submit")
def send(request: HttpRequest) -> HttpResponse:
    """The form for a file, and the receipt that follows it; what was chosen stays where the file is refused."""
    user = current_user(request)
    chosen = request.POST if request.method == "POST" else request.GET
    problem = None
    if request.method == "POST":
        try:
            if "file" not in request.FILES:
                raise WeijianError("intake.file_empty", "没有选择文件。", "", "选择要报送的文件")
            if not request.POST.get("period", "").strip():
                raise WeijianError("intake.period", "没有填写报送期。", "", "写成 2017-03(月)或 2017(年)")
            found = receive(
                user,
                request.FILES["file"],
                dataset=request.POST.get("dataset", ""),
                institution=request.POST.get("institution", ""),
                period=request.POST.get("period", ""),
                source=Change.Source.FILE,
            )
            return redirect("submissions_receipt", found.public_id)
        except WeijianError as error:
            problem = {name: in_language(text, language()) for name, text in error.as_dict().items()}
    own = user.organisation
    owed = [kind.id for kind in kinds().values() if own is not None and owes(kind, own)]
    names = dataset_choices()
    dataset = chosen.get("dataset", "")
    context = {
        "problem": problem,
        "owed": [(key, name) for key, name in names if key in owed],
        "others": [(key, name) for key, name in names if key not in owed],
        "institutions": visible_institutions(user).order_by("code"),
        "chosen": dataset if dataset in kinds() else "",
        "chosen_name": dataset_name(dataset) if dataset in kinds() else "",
        "institution": chosen.get("institution", "") or (own.code if own else ""),
        "period": chosen.get("period", ""),
        "crumbs": crumbs(_("上传文件")),
    }
    return render(request, "submissions/send.html", context, status=422 if problem else 200)


@page("datasets.view")
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    """One receipt: numbers that add up, reasons in plain words, and the flaws by row and column."""
    user = current_user(request)
    found = get_object_or_404(receipts_for(user), public_id=public_id)
    error, notes = found.error or {}, found.notes or []
    told = {name: in_language(text, language()) for name, text in error.items()}
    context = {
        "error": told,
        "notes": [in_language(note, language()) for note in notes],
        "receipt": _summary(found, user),
        "kind": dataset_name(found.dataset),
        "found": found,
        "tabs": _flaw_tabs(found, request),
        "table": _flaws(found, request),
        "flagged_url": reverse("submissions_flagged", args=[found.public_id])
        if found.warned and may(user, "datasets.submit")
        else "",
        "most": MOST_ROWS,
        "crumbs": crumbs(_("回执"), reverse("submissions_receipts"), dataset_name(found.dataset)),
    }
    return render(request, "submissions/receipt.html", context)


@page("datasets.submit")
def flagged(request: HttpRequest, public_id: str) -> HttpResponse:
    """Accepted rows with warnings of one receipt as the template with a column of reasons."""
    user = current_user(request)
    found = get_object_or_404(receipts_for(user), public_id=public_id)
    rows = flagged_rows(found)
    record_reading(user, READING, [f"{found.public_id}:{one.line_no}" for one in rows])
    kind = kind_by_id(found.dataset)
    return written(
        "xlsx", f"{dataset_name(kind.id)}-{_('提示')}", lambda path: write_flagged(kind, path, rows, language())
    )


@page("datasets.view")
def template(request: HttpRequest, dataset: str) -> HttpResponse:
    """The workbook to fill in, or the header as CSV."""
    if dataset not in kinds():
        raise Http404
    form = "csv" if request.GET.get("format") == "csv" else "xlsx"
    kind = kind_by_id(dataset)
    return written(form, f"{dataset_name(dataset)}-{_('模板')}", lambda path: write_template(kind, path))


def _flaw_tabs(found: Submission, request: HttpRequest) -> list[Tab]:
    """Held back, or accepted with a warning; each only where there are some."""
    if not found.quarantined or not found.warned:
        return []
    warnings = _shows_warnings(found, request)
    return [
        Tab(_("待修改的行"), "?", not warnings, found.quarantined),
        Tab(_("有提示的行"), "?rows=warning", warnings, found.warned),
    ]


def _shows_warnings(found: Submission, request: HttpRequest) -> bool:
    return bool(found.warned) and (request.GET.get("rows") == "warning" or not found.quarantined)


def _flaws(found: Submission, request: HttpRequest) -> TableState | None:
    """The rows of a receipt with a flaw, page by page; None where there is none."""
    text = request.GET.get("page", "1")
    offset = (max(int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1, 1) - 1) * FLAWED_ROWS
    if not _shows_warnings(found, request):
        if not found.quarantined:
            return None
        rows = QuarantinedRow.objects.filter(submission=found).order_by("line_no")[offset : offset + FLAWED_ROWS]
        flaws = flaws_of(rows, language())
        return flaws_table(flaws, request, title=_("逐行原因"), total=found.quarantined, page_size=FLAWED_ROWS)
    # A file that is not held in memory takes too long to read again for a page; its rows come as a workbook.
    warned: list[FlaggedRow] = [] if found.size > HELD_BYTES else flagged_rows(found, offset=offset, limit=FLAWED_ROWS)
    kind = kind_by_id(found.dataset)
    told = [flaw for row in warned for flaw in told_flaws(kind, row.line_no, row.codes, row.texts, language())]
    note = _("文件较大,请下载有提示的行查看。") if found.size > HELD_BYTES else ""
    total = found.warned + (found.duplicate if warned and found.duplicate else 0)
    return flaws_table(
        told, request, title=_("有提示的行"), total=None if found.duplicate or found.superseded else total,
        page_size=FLAWED_ROWS, note=note,
    )  # fmt: skip


_OUTCOMES: dict[str, Literal["taken", "repeated", "refused"]] = {
    Submission.State.ACCEPTED: "taken",
    Submission.State.REPEATED: "repeated",
    Submission.State.REFUSED: "refused",
}


def _summary(found: Submission, user: User) -> ReceiptSummary:
    reasons = [
        ReceiptReason(one.told(language()), one.count, one.remedy(language()), warning=one.severity == "warning")
        for one in reasons_of(found)
    ]
    fix = f"{reverse('submissions_mend_file', args=[found.dataset, 'xlsx'])}?institution={found.institution.code}"
    return ReceiptSummary(
        title=dataset_name(found.dataset),
        number=found.public_id,
        received_at=found.received_at,
        received=found.received,
        accepted=found.accepted,
        warned=found.warned,
        duplicate=found.duplicate,
        superseded=found.superseded,
        quarantined=found.quarantined,
        reasons=reasons,
        submitted_by=institution_name(found.institution),
        file_name=found.filename,
        fix_url=fix if found.quarantined and may(user, "datasets.submit") else "",
        template_url=reverse("submissions_template", args=[found.dataset]),
        outcome=_OUTCOMES[found.state],
    )
