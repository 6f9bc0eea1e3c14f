"""Pages of one period that is owed: its signatures, files and history; saying zero, signing, returning, reminding."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.content.told import in_language
from weijian.definitions.record_kinds import Frequency
from weijian.exchange.submissions.answers import crumbs
from weijian.exchange.submissions.models import DatasetPeriod, QuarantinedRow, Submission
from weijian.exchange.submissions.periods.due import is_over
from weijian.exchange.submissions.periods.overdue import MISSING
from weijian.exchange.submissions.periods.services import (
    SIGNS,
    expect_year,
    remind,
    report_zero,
    return_period,
    sign,
    sign_many,
)
from weijian.exchange.submissions.queries import owed_by
from weijian.exchange.submissions.tables import (
    dataset_name,
    institution_name,
    result_cell,
    send_url,
    signature_cell,
    state_cell,
)
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.changes.models import Change, History
from weijian.foundation.changes.services import change
from weijian.foundation.jobs.services import ask
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.today import today
from weijian.foundation.ui.components import Column, Row, Step, TableQuery, TableState, TimelineEntry
from weijian.foundation.ui.presentation import language, moment_text
from weijian.kernel.errors import WeijianError

#: What can be done with a period, and the permission that it takes.
ACTIONS = {
    "zero": "datasets.submit",
    "sign": "datasets.sign",
    "return": "datasets.return",
    "remind": "datasets.return",
}

#: Files and reminders that the page of a period lists.
SHOWN = 50


@page("datasets.view")
def period(request: HttpRequest, public_id: str) -> HttpResponse:
    """One period: state and signatures, the files that fill it, rows to mend, reminders, and what was done by whom."""
    user = current_user(request)
    owed = get_object_or_404(owed_by(user), public_id=public_id)
    step = SIGNS.get(Role(user.role))
    missing = owed.state in MISSING
    open_rows = QuarantinedRow.objects.filter(
        dataset=owed.dataset, institution_id=owed.institution_id, state=QuarantinedRow.State.OPEN
    )
    context = {
        "owed": owed,
        "name": dataset_name(owed.dataset),
        "place": institution_name(owed.institution),
        "state": state_cell(owed),
        "signature": signature_cell(owed),
        "steps": _steps(owed),
        "late": missing and owed.due_on < today(),
        "mine": step is not None and owed.next_step() == step,
        "may_zero": missing
        and not owed.first_sent_on
        and is_over(owed.period, today())
        and may(user, "datasets.submit"),
        "send_url": send_url(owed) if may(user, "datasets.submit") else "",
        "may_remind": missing and may(user, "datasets.return"),
        "may_return": not missing and may(user, "datasets.return"),
        "open_rows": open_rows.count(),
        "mend_url": reverse("submissions_mend", args=[owed.dataset]) + f"?institution={owed.institution.code}",
        "files": _files_table(owed, request),
        "entries": _entries(owed),
        "crumbs": crumbs(f"{dataset_name(owed.dataset)} {owed.period}"),
    }
    return render(request, "submissions/period.html", context)


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
        said = {"zero": _("已作零报告"), "sign": _("已签核"), "return": _("已退回"), "remind": _("已催报")}
        messages.success(request, f"{said[action]}:{dataset_name(owed.dataset)} {owed.period}")
    except WeijianError as problem:
        messages.error(request, _told(problem))
    return _back(request, owed)


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
    user, wanted = current_user(request), request.POST.get("period", "").strip()
    owed = owed_by(user).filter(period__startswith=wanted) if wanted else owed_by(user)
    count = sign_many(owed, user)
    messages.success(request, _("已签核 %(count)s 期") % {"count": f"{count:,}"})
    return redirect(f"{reverse('submissions')}?period={wanted}" if wanted else "submissions")


def _told(problem: WeijianError) -> str:
    what, fix = in_language(problem.what, language()), in_language(problem.fix, language())
    return f"{what} {fix}" if language() == "en" else f"{what}{fix}"


def _back(request: HttpRequest, owed: DatasetPeriod) -> HttpResponseRedirect:
    """To the list or page from which the action came, as it was filtered."""
    came_from = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(came_from)
    return HttpResponseRedirect(reverse("submissions_period", args=[owed.public_id]))


def _steps(owed: DatasetPeriod) -> list[Step]:
    """Sent (or said to be zero), then the three signatures with name and time."""
    if owed.state == DatasetPeriod.State.RETURNED:
        sent = Step(_("退回"), "returned", owed.return_reason)
    elif owed.state == DatasetPeriod.State.NOT_SENT:
        sent = Step(_("报送"), "now")
    else:
        sent = Step(_("零报告") if owed.zero else _("报送"), "done")
    now = owed.next_step()
    people = User.objects.in_bulk([pk for pk in (owed.filler_id, owed.reviewer_id, owed.responsible_id) if pk])
    steps = [sent]
    for step in DatasetPeriod.Step:
        at, who = getattr(owed, f"{step.value}_at"), people.get(getattr(owed, f"{step.value}_id") or 0)
        note = f"{who.full_name or who.username} {moment_text(at)}" if at and who else ""
        steps.append(Step(str(step.label), "done" if at else "now" if step == now else "ahead", note))
    return steps


def _worded(owed: DatasetPeriod, text: str) -> str:
    """A reason as the history keeps it, in the reader's language, the dataset's name too."""
    kind = kind_by_id(owed.dataset)
    return in_language(text, "en").replace(kind.zh, kind.en) if language() == "en" else text


def _files_table(owed: DatasetPeriod, request: HttpRequest) -> TableState:
    """Files of the institution that brought rows of this period, or were sent for it; the latest first."""
    yearly = kind_by_id(owed.dataset).frequency is Frequency.YEARLY
    said = Q(period=owed.period) | Q(period=owed.period[:4]) | (Q(period__startswith=owed.period) if yearly else Q())
    found = (
        Submission.objects.filter(dataset=owed.dataset, institution=owed.institution_id)
        .filter(said | (Q() if yearly else Q(months__has_key=owed.period)))
        .order_by("-id")
    )
    columns = (
        Column("file", _("文件"), fixed=True, optional=False),
        Column("at", _("时间"), "date"),
        Column("period", _("报送期")),
        Column("state", _("结果"), "status"),
        Column("accepted", _("入库"), "number", _("行")),
        Column("rows", _("其中本期新增或更正"), "number", _("行")),
        Column("quarantined", _("待修改"), "number", _("行")),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=SHOWN)
    rows = [
        Row(
            (
                one.filename,
                moment_text(one.received_at),
                one.period,
                result_cell(one),
                one.accepted,
                sum(rows for month, rows in one.months.items() if month.startswith(owed.period)),
                one.quarantined,
            ),
            href=reverse("submissions_receipt", args=[one.public_id]),
        )
        for one in found[query.offset : query.offset + query.page_size]
    ]
    return TableState(
        "files",
        _("本期的文件"),
        columns,
        rows,
        query,
        found.count(),
        _("份"),
        choose_columns=False,
        empty_title=_("还没有报送"),
    )


def _entries(owed: DatasetPeriod) -> list[TimelineEntry]:
    """What was done with the period, newest first: changes of its row, and reminders."""
    history = History.objects.filter(table_name=DatasetPeriod._meta.db_table, row_id=owed.pk)
    changes = Change.objects.filter(pk__in=history.values("change_id")).order_by("-id")[:SHOWN]
    entries = [
        TimelineEntry(
            one.at,
            _worded(owed, one.reason),
            one.actor_name or str(one.get_source_display()),
            tone="bad" if one.reason.startswith("退回") else "plain",
        )
        for one in changes
    ]
    names = dict(User.objects.filter(pk__in=owed.reminders.values("sent_by_id")).values_list("pk", "full_name"))
    entries += [
        TimelineEntry(one.sent_at, _("催报"), names.get(one.sent_by_id or 0, "") or _("系统"), _worded(owed, one.text))
        for one in owed.reminders.order_by("-id")[:SHOWN]
    ]
    return sorted(entries, key=lambda one: one.at, reverse=True)
