"""Pages of an institution: what it owes, the grid to fill, the Excel template and its way back, submit and sign."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.exchange.adhoc_tables import queries, services
from weijian.exchange.adhoc_tables.checking import Problem
from weijian.exchange.adhoc_tables.columns import columns_of
from weijian.exchange.adhoc_tables.forms import read_grid
from weijian.exchange.adhoc_tables.models import AdhocTable, Reply
from weijian.exchange.adhoc_tables.pages import Grid, organisation_name, owed_table
from weijian.exchange.adhoc_tables.views import XLSX
from weijian.exchange.adhoc_tables.workbook import MOST_BYTES, read_filled, template
from weijian.foundation.access.door import current_user, page
from weijian.foundation.today import today as civil_today
from weijian.foundation.ui.components import Crumb
from weijian.kernel.errors import WeijianError

#: Empty lines at the end of a list's grid.
BLANK = 5


@page("adhoc.fill")
def owed(request: HttpRequest) -> HttpResponse:
    """Tables that the account's institution was asked for."""
    user = current_user(request)
    found = list(queries.own_replies(user).order_by("-table_id"))
    return render(request, "adhoc_tables/owed.html", {"table": owed_table(found, request, civil_today())})


@page("adhoc.fill")
def fill(request: HttpRequest, public_id: str) -> HttpResponse:
    """Fill the grid, save, submit, sign."""
    reply = _own(request, public_id)
    if request.method != "POST":
        return _drawn(request, reply)
    act = request.POST.get("act", "save")
    user = current_user(request)
    try:
        if act in ("save", "submit", "more"):
            rows = read_grid(request.POST.dict(), columns_of(reply.table.columns))
            if act == "more":
                return _drawn(request, reply, rows=rows, blank=10)
            checked = services.save_rows(reply, rows, by=user)
            if checked.problems:
                return _drawn(request, reply, rows=rows, problems=checked.problems)
            reply.refresh_from_db()
        if act in ("submit", "zero"):
            services.submit(reply, by=user, zero=act == "zero")
        elif act == "sign":
            services.sign(reply, by=user, on=civil_today())
    except WeijianError as error:
        return _drawn(request, reply, problem=error)
    messages.success(request, _done(act))
    return HttpResponseRedirect(reverse("adhoc_fill", args=[reply.public_id]))


@page("adhoc.fill")
def template_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The table's Excel template with what was filled so far."""
    reply = _own(request, public_id)
    content = template(
        reply.table.title, columns_of(reply.table.columns), [row.values for row in reply.rows.order_by("position")]
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="adhoc-{reply.public_id}.xlsx"'
    return response


@page("adhoc.fill")
@require_POST
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a filled template in: all of it, or nothing with the reason for every cell."""
    reply = _own(request, public_id)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise WeijianError("adhoc.file", _("没有选择文件。"), "", _("选择填好的模板"))
        if (file.size or 0) > MOST_BYTES:
            raise WeijianError("adhoc.file", _("文件超过5MB。"), "", _("只保留填报的工作表"))
        rows = read_filled(file.read(), columns_of(reply.table.columns))
        checked = services.save_rows(reply, rows, by=current_user(request), first_line=2)
    except WeijianError as error:
        return _drawn(request, reply, problem=error)
    if checked.problems:
        return _drawn(request, reply, refused=checked.problems)
    messages.success(request, _("已读入%(number)s行,核对后报送") % {"number": len(checked.rows)})
    return HttpResponseRedirect(reverse("adhoc_fill", args=[reply.public_id]))


def _own(request: HttpRequest, public_id: str) -> Reply:
    user = current_user(request)
    return get_object_or_404(queries.own_replies(user), public_id=public_id)


def _drawn(
    request: HttpRequest,
    reply: Reply,
    *,
    rows: Sequence[dict[str, object]] | None = None,
    problems: Sequence[Problem] = (),
    refused: Sequence[Problem] = (),
    problem: WeijianError | None = None,
    blank: int = BLANK,
) -> HttpResponse:
    """The page; ``rows`` as typed where the form comes back, ``refused`` for the cells of an uploaded file."""
    table, user = reply.table, current_user(request)
    stored = [row.values for row in reply.rows.order_by("position")]
    editable = table.state == AdhocTable.State.OPEN and reply.state in (
        Reply.State.NOT_SENT,
        Reply.State.DRAFT,
        Reply.State.RETURNED,
    )
    given: Sequence[dict[str, object]] = stored if rows is None else rows
    if table.single_row:
        blank = 0 if given else 1
    elif not editable:
        blank = 0
    status = 422 if problems or refused or problem else 200
    context = {
        "reply": reply,
        "item": table,
        "grid": Grid.of(table, given, problems, blank),
        "editable": editable,
        "problems": [*problems, *refused],
        "problem": problem,
        "institution": organisation_name(reply.organisation),
        "may_sign": reply.state == Reply.State.SUBMITTED
        and user.role in ("reviewer", "responsible")
        and user.pk != reply.submitted_by_id,
        "late": queries.late(reply, civil_today()),
        "crumbs": (Crumb(_("临时报表"), reverse("adhoc_owed")), Crumb(table.title)),
    }
    return render(request, "adhoc_tables/fill.html", context, status=status)


def _done(act: str) -> str:
    return {
        "save": _("已保存"),
        "submit": _("已报送,等待签发"),
        "zero": _("已零报告,等待签发"),
        "sign": _("已签发,计入汇总"),
    }.get(act, _("已保存"))
