"""Pages of the plan: cockpit, plan, one task, revising a target, files of evidence."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.domains.governance import services
from weijian.domains.governance.filters import PlanFilters
from weijian.domains.governance.forms import ProgressForm, RevisionForm
from weijian.domains.governance.models import Attachment, Plan, PlanTask, Supervision, Target
from weijian.domains.governance.pages import (
    headline_cards,
    owed_quarter,
    quarter_choices,
    status_table,
    supervision_table,
    target_sentence,
    task_table,
)
from weijian.domains.governance.queries import (
    department_name,
    may_report,
    supervisions_for,
    target_statuses,
    task_counts,
)
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.today import today
from weijian.foundation.ui.components import Crumb
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError


@page("plan.view")
def cockpit(request: HttpRequest) -> HttpResponse:
    """What is off plan, worst first, with owner and days left; the headline figures; supervised tasks."""
    day = today()
    plan = Plan.objects.order_by("-year").first()
    context: dict[str, object] = {"cards": headline_cards(), "plan": plan}
    if plan is not None:
        statuses = target_statuses(plan)
        waiting = supervisions_for(current_user(request)).filter(state=Supervision.State.OPEN).order_by("due_on")
        context |= {
            "name": plan.en if language() == "en" else plan.zh,
            "counts": task_counts(plan, day),
            "table": status_table(statuses, dict(request.GET.lists()), may(request.user, "plan.manage"), day),
            "supervisions": supervision_table(
                waiting.prefetch_related("steps"),
                {},
                title=_("正在督办"),
                empty=_("在上表某一目标后选择“督办”即可下达。"),
            ),
        }
    return render(request, "governance/cockpit.html", context)


@page("plan.view")
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plan's tasks by section, department, state and words."""
    plans = list(Plan.objects.order_by("-year", "-id"))
    asked = PlanFilters.read(request.GET.dict(), plans)
    if asked.plan is None:
        return render(request, "governance/plan.html", {"plan": None})
    day = today()
    return render(
        request,
        "governance/plan.html",
        {
            "plan": asked.plan,
            "plans": plans,
            "name": asked.plan.en if language() == "en" else asked.plan.zh,
            "counts": task_counts(asked.plan, day),
            "table": task_table(asked.tasks(), request, day, asked.chips()),
            "asked": asked,
        },
    )


@page("plan.view")
def task_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One task: its sentence, targets, progress; report, ask to close, approve."""
    task = get_object_or_404(PlanTask.objects.select_related("plan", "section"), public_id=public_id)
    user = current_user(request)
    reporting = request.POST.get("act") == "progress"
    form = ProgressForm(
        request.POST if reporting else None,
        request.FILES if reporting else None,
        quarters=quarter_choices(task.plan, today()),
        owed=owed_quarter(task.plan, today()),
    )
    problem = None
    if request.method == "POST":
        try:
            if _act(request, task, form):
                return HttpResponseRedirect(reverse("plan_task", args=[task.public_id]))
        except WeijianError as error:
            problem = error
    given = supervisions_for(user).filter(task=task).order_by("-id").prefetch_related("steps")
    return render(
        request,
        "governance/task.html",
        {
            "task": task,
            "name": task.en if language() == "en" else task.zh,
            "section": task.section.en if language() == "en" else task.section.zh,
            "lead": department_name(task.lead, language()),
            "support": [department_name(one, language()) for one in task.support],
            "targets": [
                (one, target_sentence(one), _earlier(one)) for one in task.targets.filter(superseded_by__isnull=True)
            ],
            "progress": task.progress.order_by("-id").prefetch_related("files"),
            "supervisions": supervision_table(given, {}) if given else None,
            "form": form,
            "problem": problem,
            "may_report": may_report(user, task),
            "may_decide": may(user, "plan.manage"),
            "crumbs": (
                Crumb(_("年度计划"), reverse("plan_list")),
                Crumb(task.section.en if language() == "en" else task.section.zh),
            ),
        },
        status=422 if problem else 200,
    )


def _earlier(target: Target) -> list[tuple[Target, str]]:
    """What the target was before its revisions, newest first."""
    found: list[tuple[Target, str]] = []
    before = Target.objects.filter(superseded_by=target).first()
    while before is not None:
        found.append((before, target_sentence(before)))
        before = Target.objects.filter(superseded_by=before).first()
    return found


def _act(request: HttpRequest, task: PlanTask, form: ProgressForm) -> bool:
    """Carry out what was asked; False where the form has to be shown again."""
    user = current_user(request)
    act = request.POST.get("act", "")
    who: dict[str, Any] = {"on": today(), "actor_id": user.pk, "actor_name": str(user)}
    if act == "progress" and may_report(user, task):
        if not form.is_valid():
            return False
        data = form.cleaned_data
        services.report_progress(
            task, quarter=data["quarter"], text=data["text"], evidence=data["evidence"], files=data["proofs"], **who
        )
        messages.success(request, _("进展已填报"))
    elif act == "request" and may_report(user, task):
        services.request_completion(task, **who)
        messages.success(request, _("已申请办结,等待局领导审批"))
    elif act in ("approve", "return") and may(user, "plan.manage"):
        services.decide_completion(task, approved=act == "approve", reason=request.POST.get("reason", ""), **who)
        messages.success(request, _("已同意办结") if act == "approve" else _("已退回"))
    return True


@page("plan.manage")
def revise(request: HttpRequest, target_id: int) -> HttpResponse:
    """Revise a target with its document."""
    target = get_object_or_404(Target.objects.select_related("task"), pk=target_id)
    posted = request.method == "POST"
    form = RevisionForm(request.POST if posted else None, request.FILES if posted else None)
    problem = None
    if posted and form.is_valid():
        user = current_user(request)
        try:
            services.revise_target(
                target,
                value=form.cleaned_data["value"],
                document=form.cleaned_data["document"],
                files=form.cleaned_data["proofs"],
                on=today(),
                actor_id=user.pk,
                actor_name=str(user),
            )
            messages.success(request, _("目标已调整,原目标保留在任务页"))
            return HttpResponseRedirect(reverse("plan_task", args=[target.task.public_id]))
        except WeijianError as error:
            problem = error
    context = {
        "target": target,
        "sentence": target_sentence(target),
        "form": form,
        "problem": problem,
        "title": _("调整目标"),
        "back": reverse("plan_task", args=[target.task.public_id]),
    }
    return render(request, "governance/target_form.html", context, status=422 if problem else 200)


@page("plan.view")
def attachment(request: HttpRequest, public_id: str) -> HttpResponse:
    """A file of evidence, as it was sent; those of supervised tasks only for whom the task is visible."""
    found = get_object_or_404(Attachment.objects.select_related("step__supervision"), public_id=public_id)
    if found.step is not None:
        get_object_or_404(supervisions_for(current_user(request)), pk=found.step.supervision_id)
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
