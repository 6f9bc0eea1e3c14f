"""Pages of supervised tasks: the list, giving one, and one with what happened to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.domains.governance import services
from weijian.domains.governance.forms import AnswerForm, SupervisionForm
from weijian.domains.governance.measuring import measured_period
from weijian.domains.governance.models import Attachment, PlanTask, Supervision, Target
from weijian.domains.governance.pages import (
    closing_words,
    last_measurement,
    owner_name,
    supervision_table,
    supervision_timeline,
    target_sentence,
)
from weijian.domains.governance.queries import departments, may_answer, supervisions_for
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import figure_of
from weijian.foundation.figures.queries import figure
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.today import today
from weijian.foundation.ui.components import Cell, Crumb, Tab
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period


@page("plan.view")
def supervision_list(request: HttpRequest) -> HttpResponse:
    """Supervised tasks that are open, or those that were closed."""
    closed = request.GET.get("state") == Supervision.State.CLOSED
    state = Supervision.State.CLOSED if closed else Supervision.State.OPEN
    found = supervisions_for(current_user(request)).filter(state=state).prefetch_related("steps")
    found = found.order_by("-closed_on", "-id") if closed else found.order_by("due_on", "id")
    context = {
        "table": supervision_table(found, dict(request.GET.lists()), title=str(state.label)),
        "tabs": [
            Tab(Supervision.State.OPEN.label, "?", not closed),
            Tab(Supervision.State.CLOSED.label, "?state=closed", closed),
        ],
    }
    return render(request, "governance/supervisions.html", context)


@page("plan.manage")
def supervise_target(request: HttpRequest, target_id: int) -> HttpResponse:
    """Give a supervised task for a target; its measurement will close it."""
    target = get_object_or_404(Target.objects.select_related("task"), pk=target_id)
    return _give(request, target.task, target)


@page("plan.manage")
def supervise_task(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a supervised task for a task of the plan that no measure can judge; it is closed by hand."""
    return _give(request, get_object_or_404(PlanTask, public_id=public_id), None)


def _give(request: HttpRequest, task: PlanTask, target: Target | None) -> HttpResponse:
    start = {"department": task.lead, "institution": request.GET.get("institution", "")}
    form = SupervisionForm(
        request.POST if request.method == "POST" else None, departments=departments(language()), initial=start
    )
    problem = None
    if request.method == "POST" and form.is_valid():
        user, day = current_user(request), today()
        try:
            given = services.supervise(
                text=form.cleaned_data["text"],
                due_on=form.cleaned_data["due_on"],
                on=day,
                target=target,
                task=task,
                organisation=form.cleaned_data["institution"],
                department=form.cleaned_data["department"],
                actor_id=user.pk,
                actor_name=str(user),
            )
            if given.measure and Snapshot.objects.exists():
                services.close_by_measurement(on=day, only=[given.pk])
                given.refresh_from_db()
            if given.state == Supervision.State.CLOSED:
                messages.warning(request, _("督办已下达;指标现在已达到要求,随即销号,不再达到时自动重新打开"))
            else:
                messages.success(request, _("督办已下达"))
            return HttpResponseRedirect(reverse("cockpit"))
        except WeijianError as error:
            problem = error
    context = {
        "task": task,
        "sentence": target_sentence(target) if target else "",
        "target": target,
        "now": _now(target),
        "form": form,
        "problem": problem,
        "title": _("下达督办"),
        "back": reverse("plan_task", args=[task.public_id]),
    }
    return render(request, "governance/target_form.html", context, status=422 if problem else 200)


def _now(target: Target | None) -> tuple[str, object] | None:
    """The measurement that would close it, as it reads now: period and figure; None where there is none."""
    if target is None or target.measure not in measures() or not Snapshot.objects.exists():
        return None
    snapshot = current_snapshot()
    period: Period = measured_period(target.period, snapshot)
    return period.label(language()), figure_of(figure(target.measure, period, snapshot=snapshot))


@page("plan.view")
def supervision_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One supervised task: owner, clock, what closes it, what happened; answer, remind, close by hand."""
    user = current_user(request)
    one = get_object_or_404(supervisions_for(user), public_id=public_id)
    answering = request.POST.get("act") == "answer"
    form = AnswerForm(request.POST if answering else None, request.FILES if answering else None)
    problem = None
    if request.method == "POST":
        try:
            if _act(request, one, form):
                return HttpResponseRedirect(reverse("plan_supervision", args=[one.public_id]))
        except WeijianError as error:
            problem = error
    last = last_measurement(one)
    context = {
        "one": one,
        "owner": owner_name(one),
        "closes": closing_words(one),
        "measure": one.measure if one.measure in measures() else "",
        "last": last if isinstance(last, Cell) else None,
        "entries": supervision_timeline(one),
        "files": Attachment.objects.filter(step__supervision=one).order_by("-id").defer("content"),
        "open": one.state == Supervision.State.OPEN,
        "may_answer": may_answer(user, one),
        "may_manage": may(user, "plan.manage"),
        "form": form,
        "problem": problem,
        "crumbs": (Crumb(_("督办事项"), reverse("plan_supervisions")), Crumb(one.text[:20])),
    }
    return render(request, "governance/supervision.html", context, status=422 if problem else 200)


def _act(request: HttpRequest, one: Supervision, form: AnswerForm) -> bool:
    """Carry out what was asked; False where the form has to be shown again."""
    user, act = current_user(request), request.POST.get("act", "")
    who: dict[str, Any] = {"on": today(), "actor_id": user.pk, "actor_name": str(user)}
    if act == "answer" and may_answer(user, one):
        if not form.is_valid():
            return False
        services.answer(one, text=form.cleaned_data["text"], files=form.cleaned_data["proofs"], **who)
        messages.success(request, _("办理情况已反馈"))
    elif act == "remind" and may(user, "plan.manage"):
        done = services.remind(one, **who)
        messages.success(request, _("已催办") if done else _("今天已经催办过"))
    elif act == "close" and may(user, "plan.manage"):
        services.close_by_hand(one, reason=request.POST.get("reason", ""), **who)
        messages.success(request, _("已销号"))
    return True
