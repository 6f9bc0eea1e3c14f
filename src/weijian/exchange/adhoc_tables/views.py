"""Pages of the bureau: issue a table, see who has sent what, the consolidation, remind, return, bind, close."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from weijian.exchange.adhoc_tables import queries, services
from weijian.exchange.adhoc_tables.columns import columns_of
from weijian.exchange.adhoc_tables.export import csv_file, excel_file
from weijian.exchange.adhoc_tables.forms import TYPE_CHOICES, DeadlineForm, IssueForm, column_lines, read_columns
from weijian.exchange.adhoc_tables.models import AdhocTable, Reply
from weijian.exchange.adhoc_tables.pages import beside_table, consolidated_table, issued_table, replies_table
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import name_of
from weijian.foundation.today import today as civil_today
from weijian.foundation.ui.components import Crumb
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("adhoc.manage")
def table_list(request: HttpRequest) -> HttpResponse:
    """All tables with their progress."""
    return render(request, "adhoc_tables/list.html", {"table": issued_table(request, civil_today())})


@page("adhoc.manage")
def issue(request: HttpRequest) -> HttpResponse:
    """Type the columns, choose deadline and addressees, issue."""
    posted = request.POST.dict()
    form = IssueForm(request.POST if request.method == "POST" else None)
    problem = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            table = services.issue_table(
                title=data["title"],
                note=data["note"],
                columns=read_columns(posted),
                due_on=data["due_on"],
                addressees=form.addressees(),
                single_row=data["shape"] == "one",
                on=civil_today(),
                by=current_user(request),
            )
        except WeijianError as error:
            problem = error
        else:
            messages.success(request, _("已发布给%(number)s家机构") % {"number": table.replies.count()})
            return HttpResponseRedirect(reverse("adhoc_table", args=[table.public_id]))
    context = {
        "form": form,
        "problem": problem,
        "lines": column_lines(posted),
        "types": TYPE_CHOICES,
        "crumbs": (Crumb(_("临时报表"), reverse("adhoc_list")), Crumb(_("发布临时报表"))),
    }
    return render(request, "adhoc_tables/issue.html", context)


@page("adhoc.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def table_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One table: who has sent, the consolidation, and what can be done with it."""
    table = get_object_or_404(AdhocTable.objects.select_related("issued_by"), public_id=public_id)
    problem = None
    if request.method == "POST":
        try:
            _act(request, table)
            return HttpResponseRedirect(reverse("adhoc_table", args=[table.public_id]))
        except WeijianError as error:
            problem = error
    today = civil_today()
    counts = queries.state_counts(table)
    columns = columns_of(table.columns)
    choices = queries.choice_counts(table)
    context = {
        "item": table,
        "problem": problem,
        "signed": counts.get(Reply.State.SIGNED, 0),
        "asked": sum(counts.values()),
        "replies": replies_table(table, request, today),
        "consolidated": consolidated_table(table, request),
        "beside": beside_table(table, request),
        "numeric": [one for one in columns if one.numeric],
        "answers": [(one, sorted(choices[one.key].items())) for one in columns if choices.get(one.key)],
        "measures": [(one.id, name_of(one)) for one in measures().values()],
        "deadline": DeadlineForm(initial={"due_on": table.due_on.isoformat()}),
        "crumbs": (Crumb(_("临时报表"), reverse("adhoc_list")), Crumb(table.title)),
    }
    return render(request, "adhoc_tables/detail.html", context)


def _act(request: HttpRequest, table: AdhocTable) -> None:
    user, today = current_user(request), civil_today()
    act = request.POST.get("act", "")
    if act == "remind":
        count = services.remind(table, by=user, on=today)
        messages.success(
            request, _("已催报%(number)s家机构") % {"number": count} if count else _("今天已经催报过,或都已签发")
        )
    elif act == "close":
        services.close(table, by=user)
    elif act == "deadline":
        form = DeadlineForm(request.POST)
        if not form.is_valid():
            raise WeijianError("adhoc.due", _("截止日期不正确。"), table.title, _("选择一个日期"))
        services.move_deadline(table, due_on=form.cleaned_data["due_on"], by=user, on=today)
    elif act == "bind":
        measure = request.POST.get("measure", "")
        period = request.POST.get("period", "").strip()
        if measure and measure not in measures():
            raise WeijianError("adhoc.measure", _("没有这个指标。"), table.title, _("从列表选择"))
        period = str(Period.parse(period)) if measure else ""
        services.bind(table, measure=measure, column=request.POST.get("column", ""), period=period, by=user)


@page("adhoc.manage")
def export(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """The consolidation as a file."""
    table = get_object_or_404(AdhocTable, public_id=public_id)
    if form == "xlsx":
        response = HttpResponse(excel_file(table), content_type=XLSX)
    elif form == "csv":
        response = HttpResponse(csv_file(table), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="adhoc-{table.public_id}.{form}"'
    return response


@page("home.view")
def return_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send a reply back with its reason: the bureau any, a signer those of its own institution."""
    reply = get_object_or_404(queries.replies_for(current_user(request)), public_id=public_id)
    user = current_user(request)
    own = user.organisation_id == reply.organisation_id and user.role in ("reviewer", "responsible")
    if not (may(user, "adhoc.manage") or own):
        raise Http404
    back = (
        reverse("adhoc_fill", args=[reply.public_id]) if own else reverse("adhoc_table", args=[reply.table.public_id])
    )
    problem = None
    if request.method == "POST":
        try:
            services.return_reply(reply, reason=request.POST.get("reason", ""), by=user)
            return HttpResponseRedirect(back)
        except WeijianError as error:
            problem = error
    return render(request, "adhoc_tables/return.html", {"reply": reply, "problem": problem, "back": back})
